"""What the voice goes on from: the units of the last words, over flushes, clauses and servers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.house import FAST, house, units
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from vvstream import context
from vvstream.phonemes.inventory import encode
from vvstream.protocol.snapshot import Snapshot

(SPACE,) = encode(" ")
WORDS = st.lists(st.lists(st.integers(20, 177), min_size=1, max_size=90), max_size=20)


@given(WORDS)
def test_the_last_words_are_kept_whole(words: list[list[int]]) -> None:
    kept: context.Context = ()
    spoken: list[int] = []
    for word in words:
        fed = [SPACE, *word] if spoken else word
        spoken += fed
        kept = context.extend(kept, fed)
        assert len(kept) <= context.UNITS
        assert list(kept) == spoken[len(spoken) - len(kept) :]
        # It begins with a word, unless one word alone is longer than what is kept.
        at = len(spoken) - len(kept)
        assert at == 0 or spoken[at - 1] == SPACE or SPACE not in kept
        # Not one word more would fit.
        more = [i for i in range(at - 1) if i == 0 or spoken[i - 1] == SPACE]
        assert not more or len(spoken) - more[-1] > context.UNITS
    assert context.before(kept) == ((*kept, SPACE) if kept else ())


async def test_after_a_flush_the_voice_goes_on_from_what_it_said() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text("One, two. ")
        socket.say({"type": "flush"})
        socket.text("Three ")
        socket.say({"type": "flush"}, {"type": "flush"})
        socket.text("four.")
        socket.say({"type": "end"})
        await serving
        contexts = [utterance.context for utterance in h.engine.opened]
        one_two, three = units("One, two."), units("Three", goes_on=True)
        assert contexts == [
            (),
            (*one_two, SPACE),
            (*one_two, *three, SPACE),
        ]


async def test_text_that_ran_dry_is_gone_on_with() -> None:
    async with house(config=make_config(session={"idle_flush_ms": 1})) as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.text("Half")
        await socket.until("word")
        socket.text(" a sentence ")
        await socket.until("word", 3)
        first, second, *_ = h.engine.opened
        half = units("Half", goes_on=True)
        assert (first.context, first.units) == ((), half)
        assert second.context == (*half, SPACE)


async def test_a_cancel_forgets_it_and_another_voice_does_not_inherit_it() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text("One, ")
        socket.say({"type": "flush"})
        await socket.until("flushed")
        socket.say({"type": "cancel"}, {"type": "update", "speed": 2.0})
        socket.text("Two, three, ")
        socket.say({"type": "flush"}, {"type": "update", "speed": 1.0})
        socket.text("four, ")
        socket.say({"type": "flush"}, {"type": "update", "voice": "en-Eric_man"})
        socket.text("five. ")
        socket.say({"type": "end"})
        await serving
        contexts = [utterance.context for utterance in h.engine.opened if utterance.units]
        assert contexts == [(), (), (*units("Two, three,"), SPACE), ()]


@pytest.mark.parametrize("count", [1, 40])
async def test_it_is_bounded_however_much_was_said(count: int) -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text("and then " * count)
        socket.say({"type": "flush"})
        socket.text("the end.")
        socket.say({"type": "end"})
        await serving
        said, last = h.engine.opened
        assert 0 < len(last.context) <= context.UNITS + 1
        assert list(last.context[:-1]) == said.units[len(said.units) - len(last.context) + 1 :]


async def test_another_server_goes_on_from_it_too() -> None:
    async with house() as h:
        session, socket = h.open(), FakeSocket()
        h.attach(session, socket)
        socket.say(FAST)
        socket.text("One, two, ")
        socket.say({"type": "flush"})
        await socket.until("flushed")
        written = session.snapshot("me").dump()
        snapshot = Snapshot.load(written)
        assert snapshot.dump() == written
        contexts = [place.context for place in snapshot.places]
        assert contexts == [(), tuple(units("One,")), tuple(units("One, two,"))]
        second, flushed = socket.of("word")[1], socket.of("flushed")[0]
        for frame, spoken in ((second["seq"] + 1, "One,"), (flushed["seq"], "One, two,")):
            other, listening = h.open(), FakeSocket()
            other.go_on(snapshot, frame)
            serving = h.attach(other, listening, frame)
            listening.text("three.")
            listening.say({"type": "end"})
            await serving
            contexts = [one.context for one in h.engine.opened if one.context]
            assert (*units(spoken), SPACE) in contexts
            h.engine.opened.clear()
