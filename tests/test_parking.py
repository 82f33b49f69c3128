"""An utterance that gives its slot back and goes on: on the real engine, and what it keeps."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.support.small import clocked_ticker
from tests.support.tone import ToneEngine, ToneUtterance, speech
from tests.support.units import options, some_units
from vvstream import context
from vvstream import line as line_module
from vvstream.audio import AudioChunk, UnitSpan
from vvstream.engine.gauge import HostGauge
from vvstream.engine.scheduler import Share
from vvstream.engine.service import PATCH_SECONDS, Limits, SpeechEngine
from vvstream.errors import EngineFailed, Overloaded
from vvstream.line import Line, Open
from vvstream.options import PLAIN, Manner, SpeechOptions, VoiceInfo
from vvstream.parking import KEPT, ParkableUtterance
from vvstream.phonemes.inventory import encode
from vvstream.ports import Utterance

OPTIONS = replace(options(), voice="en-A_woman")
HEART = replace(options(), voice="en-Heart_woman")
BEFORE = (*encode("wˈʌn"), *encode(" "))
(SPACE,) = encode(" ")


class Owner:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.before: list[int] = []
        self.refusals: list[Overloaded] = []
        self.sent_away = asyncio.Event()

    def waits(self, before: int) -> None:
        self.before.append(before)

    def refused(self, error: Overloaded) -> None:
        self.refusals.append(error)
        self.sent_away.set()


def parkable(
    open: Open, options: SpeechOptions, before: Sequence[int], *, parked: bool = False
) -> ParkableUtterance:
    """With a line of its own."""
    return ParkableUtterance(Line(open, 60.0), Owner(), options, before, parked=parked)


@asynccontextmanager
async def engine() -> AsyncIterator[SpeechEngine]:
    """With one slot."""
    limits = Limits(slots=1, share=Share(1, 1000), queue_seconds=4 * PATCH_SECONDS)
    voices = {"en": (VoiceInfo("en-A_woman", "en", "woman"),)}
    engine = SpeechEngine(clocked_ticker(2, 1), voices, limits, HostGauge())
    try:
        yield engine
    finally:
        await engine.close()


async def heard(
    utterance: ParkableUtterance, parks: Sequence[int] = ()
) -> tuple[bytes, list[UnitSpan]]:
    """All of it, parked after these numbers of chunks."""
    samples, spans, count = b"", list[UnitSpan](), 0
    async for chunk in utterance:
        samples += chunk.samples
        spans += chunk.spans
        if (count := count + 1) in parks:
            utterance.park()
            utterance.park()
            utterance.unpark()
    return samples, spans


@pytest.mark.parametrize("parks", [(1,), (2, 3), (1, 4, 5, 9), tuple(range(1, 40, 3))])
async def test_on_the_engine_it_is_the_same_sound_at_the_same_times(parks: Sequence[int]) -> None:
    units = some_units(40)
    async with engine() as speaking:
        takes = []
        for when in ((), parks):
            one = parkable(speaking.open, OPTIONS, BEFORE)
            one.feed(units[:25], Manner(rate=1.2))
            one.feed(units[25:])
            one.finish()
            takes.append(await heard(one, when))
        assert takes[0] == takes[1]
        assert len(takes[0][1]) == len(units)


async def test_text_may_come_while_it_is_parked() -> None:
    engine, units = ToneEngine(slots=1), list(range(20, 90))
    one = parkable(engine.open, HEART, (), parked=True)
    one.feed(units[:5])
    assert not engine.opened
    one.unpark()
    one.park()
    one.feed(units[5:])
    one.finish()
    one.unpark()
    samples, spans = await heard(one)
    assert samples == speech(units, HEART)
    assert [span.unit for span in spans] == list(range(70))


async def test_slots_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    engine = ToneEngine(slots=1)
    line, owners = Line(engine.open, 60.0), [Owner() for _ in range(5)]
    all_ = [ParkableUtterance(line, owner, HEART, ()) for owner in owners]
    for number, one in enumerate(all_):
        one.feed([20 + number])
        one.finish()
        one.unpark()  # as often as anybody likes: it keeps its place
    assert [owner.before for owner in owners] == [[], [0], [1], [2], [3]]
    all_[0].park()
    all_[3].cancel()
    all_[0].unpark()
    sounds: list[tuple[bytes, list[UnitSpan]]] = []
    for number in (1, 2, 4, 0):
        sounds.append(await heard(all_[number]))
        all_[number].cancel()
    assert [samples for samples, _ in sounds] == [
        speech([20 + number], HEART) for number in (1, 2, 4, 0)
    ]
    assert [utterance.units for utterance in engine.opened] == [[20], [21], [22], [24], [20]]
    assert owners[0].before == [2]
    assert not engine.open_now


async def test_a_slot_that_somebody_else_frees_is_found() -> None:
    engine = ToneEngine(slots=1)
    other = engine.open(HEART)
    one = ParkableUtterance(Line(engine.open, 60.0), owner := Owner(), HEART, ())
    one.feed([20])
    one.finish()
    assert owner.before == [0]
    other.cancel()
    assert (await heard(one))[0] == speech([20], HEART)


async def test_nobody_waits_for_ever_and_who_was_sent_away_may_come_back() -> None:
    engine = ToneEngine(slots=1)
    other = engine.open(HEART)
    one = ParkableUtterance(Line(engine.open, 0.01), owner := Owner(), HEART, ())
    one.feed([20])
    one.finish()
    await owner.sent_away.wait()
    (refusal,) = owner.refusals
    assert refusal.message == "all voices are speaking, and none was free for 0.01 s"
    assert refusal.retry_after == 1.0
    other.cancel()
    one.unpark()
    assert (await heard(one))[0] == speech([20], HEART)


async def test_what_was_lent_and_is_kept_is_not_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_module, "LENT_SECONDS", 0.001)
    line = Line(ToneEngine(slots=1).open, 60.0)
    one = ParkableUtterance(line, Owner(), HEART, (), parked=True)
    line.lend(one)
    one.unpark()
    # The loop's timers ring in order.
    await asyncio.sleep(0.002)
    assert not line.reclaim()
    one.feed([20])
    one.finish()
    assert (await heard(one))[0] == speech([20], HEART)


class Refusing:
    """A slot that turns out to be none, long after."""

    def __init__(self) -> None:
        self.asked, self.known = asyncio.Event(), asyncio.Event()

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        pass

    def finish(self, then: Sequence[int] = ()) -> None:
        pass

    def cancel(self) -> None:
        pass

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        self.asked.set()
        await self.known.wait()
        for _ in ("nothing is heard before",):
            raise Overloaded("full", retry_after=1.0)
        yield AudioChunk(b"")


async def test_a_refusal_that_comes_when_there_is_another_slot_means_nothing() -> None:
    engine, refusing = ToneEngine(slots=1), Refusing()
    slots: list[Utterance] = [refusing]
    line = Line(lambda options, before: slots.pop() if slots else engine.open(options), 60.0)
    one = ParkableUtterance(line, owner := Owner(), HEART, ())
    one.feed([20])
    one.finish()
    listening = asyncio.create_task(heard(one))
    await refusing.asked.wait()
    one.park()
    one.unpark()
    refusing.known.set()
    assert (await listening)[0] == speech([20], HEART)
    assert not owner.before


async def test_an_engine_that_is_broken_is_its_own_fault() -> None:
    """Whoever freed the slot hears nothing of it."""
    engine = ToneEngine(slots=1)
    broken = False

    def open(options: SpeechOptions, before: Sequence[int]) -> ToneUtterance:
        if broken:
            raise EngineFailed("it is broken")
        return engine.open(options, before)

    line = Line(open, 60.0)
    one, two = (ParkableUtterance(line, Owner(), HEART, ()) for _ in range(2))
    broken = True
    one.cancel()
    with pytest.raises(EngineFailed):
        await heard(two)


async def test_a_cancel_ends_it_parked_or_not() -> None:
    engine = ToneEngine(slots=1)
    for parked in (False, True):
        one = parkable(engine.open, HEART, (), parked=parked)
        one.feed([20] * 90)
        one.cancel()
        one.cancel()
        one.unpark()
        assert await heard(one) == (b"", [])
        assert not engine.open_now


async def test_of_a_long_one_the_last_words_are_given_again_and_what_came_before_them() -> None:
    engine, chance = ToneEngine(slots=1), random.Random(5)
    words = [(SPACE, *(chance.randint(20, 170) for _ in range(6))) for _ in range(300)]
    one = parkable(engine.open, HEART, BEFORE[:-1])
    for word in words:
        one.feed(word)
    one.finish()
    samples, spans, again = 0, list[UnitSpan](), 0
    chunks: AsyncIterator[AudioChunk] = aiter(one)
    async for chunk in chunks:
        samples += len(chunk.samples) // 2
        spans += chunk.spans
        if samples > 16_000 * 15 * (again + 1):
            again += 1
            one.park()
            one.unpark()
            taken = sum(1 for span in spans if span.end <= samples)
            given = engine.opened[-1]
            first = 7 * len(words) - len(given.units)
            assert given.units == [unit for word in words for unit in word][first:]
            assert taken - KEPT - 40 <= first <= max(0, taken - KEPT)
            before = [*BEFORE[:-1], *(unit for word in words for unit in word)]
            end = first + len(BEFORE) - 1
            assert list(given.context) == list(context.extend((), before[:end]))
    assert again > 3
    assert samples == len(speech([unit for word in words for unit in word], HEART)) // 2
    assert [(span.unit, span.start) for span in spans[1:]] == [
        (number, span.end) for number, span in enumerate(spans[:-1], 1)
    ]
