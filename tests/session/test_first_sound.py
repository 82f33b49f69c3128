"""A first sound is made before the rest of its text is read, where it can be."""

import asyncio
import math

import pytest

from tests.support.house import FAST, TEXT, House, house, sound
from tests.support.sockets import FakeSocket
from tests.support.tone import Faults, ToneEngine
from vvstream import speaker
from vvstream.recital import Recital

LONG = TEXT * 10


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slices that front ends have read."""
    slices: list[str] = []
    push = Recital.push

    def noted(recital: Recital, text: str) -> object:
        slices.append(text)
        return push(recital, text)

    monkeypatch.setattr(Recital, "push", noted)
    return slices


async def begun(h: House, read: list[str]) -> None:
    """Until the front end has read something, and whatever follows from that has happened."""
    while not read:  # noqa: ASYNC110
        await asyncio.sleep(0)  # it tells nobody
    for _ in range(20):
        await asyncio.wrap_future(h.tools.pool.submit(int))


async def test_a_long_text_is_read_no_further_than_its_first_sound_needs(
    monkeypatch: pytest.MonkeyPatch, read: list[str]
) -> None:
    monkeypatch.setattr(speaker, "FIRST_SOUND", math.inf)
    made: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    engine = ToneEngine(faults=Faults(gate=lambda unit: made if unit == 0 else None))
    async with house(engine) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text(LONG)
        socket.say({"type": "end"})
        await begun(h, read)
        assert len(read) == 1
        made.set_result(None)
        await serving
        assert socket.audio == sound(LONG)
        assert "".join(read) == LONG


async def test_what_is_never_heard_does_not_keep_it_from_being_read(
    monkeypatch: pytest.MonkeyPatch, read: list[str]
) -> None:
    monkeypatch.setattr(speaker, "FIRST_SOUND", 0.001)
    made: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    engine = ToneEngine(faults=Faults(gate=lambda unit: made if unit == 0 else None))
    async with house(engine) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.text(LONG)
        while len(read) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # as above
        assert not socket.frames
        made.set_result(None)
        socket.say({"type": "cancel"}, {"type": "end"})
        await serving
