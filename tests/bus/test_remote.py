"""An engine behind a socket is an engine: the same sound, refusals, back-pressure, faults."""

import asyncio
from pathlib import Path

import pytest

from tests.bus.shelf import desk
from tests.support.tone import Faults, ToneEngine, speech
from vvstream.audio import AudioChunk, UnitSpan
from vvstream.bus.utterance import LIVES
from vvstream.errors import EngineFailed, Overloaded
from vvstream.line import LOOK_SECONDS, Line
from vvstream.options import Manner, SpeechOptions
from vvstream.parking import ParkableUtterance
from vvstream.ports import Utterance

OPTIONS = SpeechOptions("en-Heart_woman", 2.0, 5, 1.0, 7)
UNITS = [unit % 150 + 1 for unit in range(0, 900, 7)]
PATIENCE = 30


async def heard(utterance: Utterance) -> tuple[bytes, list[UnitSpan]]:
    """All of it."""
    chunks: list[AudioChunk] = []
    async with asyncio.timeout(PATIENCE):
        async for chunk in utterance:
            chunks.append(chunk)
    return b"".join(c.samples for c in chunks), [span for c in chunks for span in c.spans]


def check_spans(spans: list[UnitSpan], units: list[int]) -> None:
    assert [span.unit for span in spans] == list(range(len(units)))
    assert all(a.end == b.start for a, b in zip(spans, spans[1:], strict=False))


async def test_it_speaks_as_an_engine_beside_it_would(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        assert not place.remote.warm
        with pytest.raises(Overloaded):
            place.remote.open(OPTIONS)
        engine = ToneEngine()
        place.start(engine)
        await place.remote.loaded()
        await place.remote.warm_up()
        utterance = place.remote.open(OPTIONS, (5, 6))
        utterance.feed(UNITS[:50])
        utterance.feed(UNITS[50:], Manner())
        utterance.finish()
        samples, spans = await heard(utterance)
        assert samples == speech(UNITS, OPTIONS)
        check_spans(spans, UNITS)
        (there,) = engine.opened
        assert there.context == (5, 6)
        assert not place.broken
        slower = Manner(rate=0.5, seconds=0.25)
        utterance = place.remote.open(OPTIONS)
        utterance.feed(UNITS, slower)
        utterance.cancel()
        utterance = place.remote.open(OPTIONS)
        utterance.feed(UNITS, slower)
        utterance.finish()
        await heard(utterance)
        assert set(engine.opened[-1].manners) == {slower}


async def test_who_does_not_listen_is_not_spoken_to(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        engine = ToneEngine(slots=2)
        place.start(engine)
        slow, fast = place.remote.open(OPTIONS), place.remote.open(OPTIONS)
        for utterance in (slow, fast):
            utterance.feed(UNITS)
            utterance.finish()
        assert (await heard(fast))[0] == speech(UNITS, OPTIONS)
        made = engine.opened[0].samples
        assert made < len(speech(UNITS, OPTIONS)) // 4
        assert (await heard(slow))[0] == speech(UNITS, OPTIONS)


async def test_a_refusal_is_the_engines(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        place.start(ToneEngine(slots=1))
        first, second = place.remote.open(OPTIONS), place.remote.open(OPTIONS)
        with pytest.raises(Overloaded) as caught:
            await heard(second)
        assert caught.value.retry_after == 1.0
        # Who is cancelled makes room at once.
        first.cancel()
        assert await heard(first) == (b"", [])
        third = place.remote.open(OPTIONS)
        third.feed(UNITS)
        third.finish()
        assert (await heard(third))[0] == speech(UNITS, OPTIONS)


class Owner:
    """Of one that waits."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.times = 0

    def waits(self, before: int) -> None:
        self.times += 1
        self.told.set()

    def refused(self, error: Overloaded) -> None:
        raise error


async def test_who_is_refused_waits_until_the_engine_has_room(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        place.start(ToneEngine(slots=1))
        first, owner = place.remote.open(OPTIONS), Owner()
        second = ParkableUtterance(Line(place.remote.open, 60.0), owner, OPTIONS, ())
        second.feed(UNITS)
        second.finish()
        listening = asyncio.create_task(heard(second))
        await owner.told.wait()
        # It asks again and again, and says so once.
        await asyncio.sleep(3 * LOOK_SECONDS)
        first.cancel()
        assert (await listening)[0] == speech(UNITS, OPTIONS)
        assert owner.times == 1


async def test_the_least_loaded_engine_is_asked_and_then_the_others(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        small, large = ToneEngine(slots=1), ToneEngine(slots=3)
        place.start(small)
        place.start(large)
        utterances = [place.remote.open(OPTIONS) for _ in range(4)]
        for utterance in utterances:
            utterance.feed(UNITS)
            utterance.finish()
        sounds = await asyncio.gather(*map(heard, utterances))
        assert {samples for samples, _ in sounds} == {speech(UNITS, OPTIONS)}
        assert (len(small.opened), len(large.opened)) == (1, 3)


async def test_manners_are_given_to_the_next_engine_as_well(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        first = place.start(ToneEngine())
        utterance = place.remote.open(OPTIONS, (1, 2))
        slow = Manner(rate=0.5)
        for units, manner in ((UNITS[:9], slow), (UNITS[9:20], slow), (UNITS[20:40], Manner())):
            utterance.feed(units, manner)
        place.kill(first)
        engine = ToneEngine()
        place.start(engine)
        utterance.finish()
        await heard(utterance)
        (there,) = engine.opened
        assert (there.units, there.context) == (UNITS[:40], (1, 2))
        assert there.manners == [slow] * 20 + [Manner()] * 20


async def test_what_is_too_long_to_begin_again_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vvstream.bus.utterance.KEPT_UNITS", 30)
    async with desk(tmp_path) as place:
        first = place.start(ToneEngine())
        utterance = place.remote.open(OPTIONS)
        utterance.feed(UNITS[:20])
        utterance.feed(UNITS[20:40])
        place.kill(first)
        place.start(ToneEngine())
        with pytest.raises(EngineFailed, match="too long to begin again"):
            await heard(utterance)


@pytest.mark.parametrize("spare", [False, True])
@pytest.mark.parametrize("fed", [40, len(UNITS)])
async def test_an_engine_that_dies_is_not_heard(tmp_path: Path, spare: bool, fed: int) -> None:
    async with desk(tmp_path) as place:
        first = place.start(ToneEngine(seed=1))
        utterance = place.remote.open(OPTIONS)
        utterance.feed(UNITS[:fed])
        chunks: list[AudioChunk] = []
        async with asyncio.timeout(PATIENCE):
            async for chunk in utterance:
                chunks.append(chunk)
                if len(chunks) == 4:
                    if spare:
                        place.start(ToneEngine(seed=2))
                    place.kill(first)
                    utterance.feed(UNITS[fed:])
                    utterance.finish()
                    if not spare:
                        assert not place.remote.warm
                        place.start(ToneEngine(seed=3))
        assert b"".join(chunk.samples for chunk in chunks) == speech(UNITS, OPTIONS)
        check_spans([span for chunk in chunks for span in chunk.spans], UNITS)


async def test_what_engines_die_of_is_not_tried_for_ever(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        utterance = None
        for life in range(LIVES):
            serial = place.start(ToneEngine(seed=life))
            utterance = utterance or place.remote.open(OPTIONS)
            place.kill(serial)
        assert utterance is not None
        with pytest.raises(EngineFailed, match="again and again"):
            await heard(utterance)


async def test_no_engine_comes_back(tmp_path: Path) -> None:
    async with desk(tmp_path, patience=0.01) as place:
        serial = place.start(ToneEngine())
        utterance = place.remote.open(OPTIONS)
        place.kill(serial)
        with pytest.raises(EngineFailed, match="did not come back"):
            await heard(utterance)


async def test_an_engine_that_breaks_says_so_to_its_process(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        serial = place.start(ToneEngine(faults=Faults(fail_at=30)))
        utterance = place.remote.open(OPTIONS)
        utterance.feed(UNITS)
        utterance.finish()
        place.engines[serial][0].failed = "beyond repair"
        hearing = asyncio.create_task(heard(utterance))
        await asyncio.wait_for(place.broke.wait(), PATIENCE)
        place.kill(serial)
        place.start(ToneEngine())
        assert (await hearing)[0] == speech(UNITS, OPTIONS)


async def test_what_is_wrong_with_one_is_told_to_it_alone(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        place.start(ToneEngine(faults=Faults(fail_at=30)))
        whole, broken = place.remote.open(OPTIONS), place.remote.open(OPTIONS)
        for utterance, units in ((whole, UNITS[:20]), (broken, UNITS)):
            utterance.feed(units)
            utterance.finish()
        with pytest.raises(EngineFailed, match="out of tune"):
            await heard(broken)
        assert (await heard(whole))[0] == speech(UNITS[:20], OPTIONS)
        assert not place.broken


async def test_a_gateway_that_is_gone_frees_its_slots(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        engine = ToneEngine()
        serial = place.start(engine)
        utterance = place.remote.open(OPTIONS)
        utterance.feed(UNITS)
        async for _ in utterance:
            break
        server = place.engines[serial][1]
        # One that was never on a board may be there before its board is.
        server.keep([])
        assert engine.open_now
        server.keep([b"1", b"2"])
        assert engine.open_now
        server.keep([b"2"])
        await asyncio.wait_for(engine.idle.wait(), PATIENCE)


async def test_closing_ends_what_is_spoken(tmp_path: Path) -> None:
    async with desk(tmp_path) as place:
        serial = place.start(ToneEngine())
        speaking = place.remote.open(OPTIONS)
        place.kill(serial)
        place.start(ToneEngine())
        other = place.remote.open(OPTIONS)
        await place.remote.close()
        for utterance in (speaking, other):
            with pytest.raises(EngineFailed, match="closed"):
                await heard(utterance)
