"""A voice of another accent takes over in the middle of a session."""

import asyncio
from typing import Any

import pytest

from tests.support.house import FAST, house
from tests.support.server import ENGLISH
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine
from vvstream.frontend import FrontEnd
from vvstream.options import Accent, VoiceInfo
from vvstream.phonemes.inventory import encode

SSML = {"type": "start", "pace": "fast", "markup": "ssml"}
HEART, EMMA = "en-Heart_woman", "en-Emma_woman"


class Britain(ToneEngine):
    def voices(self) -> tuple[VoiceInfo, ...]:
        return (*super().voices(), VoiceInfo(EMMA, "en", "woman", "en-GB"))


def units(text: str, accent: Accent) -> list[int]:
    front = FrontEnd(ENGLISH, accent=accent)
    words = front.push(text) + front.finish()
    return [unit for word in words for unit in encode(word.before + word.phonemes + word.after)]


def update(voice: str) -> dict[str, Any]:
    return {"type": "update", "voice": voice}


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


HERE, THERE = "Hot water, here.", "Hot water, there."
FLUSH, END = {"type": "flush"}, {"type": "end"}


@pytest.mark.parametrize(
    ("messages", "american", "british"),
    [
        ([FAST, text(HERE), FLUSH, update(EMMA), text(THERE)], HERE, THERE),
        ([FAST, text(HERE), update(EMMA), FLUSH, text(THERE)], HERE, THERE),
        ([SSML, text(HERE), FLUSH, update(EMMA), text(THERE)], HERE, THERE),
        ([SSML, text(HERE), update(EMMA), FLUSH, text(THERE)], HERE, THERE),
        # in the middle of a clause: from the next one on
        (
            [FAST, text("Hot water, here. Hot wat"), update(EMMA), text("er, there.")],
            "Hot water, here. Hot water,",
            "there.",
        ),
        (
            [FAST, text("Hot wat"), update(EMMA), text("er, here. " * 20)],
            "Hot water,",
            "here. " + "er, here. " * 19,
        ),
    ],
)
async def test_the_next_clause_is_said_in_its_accent(
    messages: list[dict[str, Any]], american: str, british: str
) -> None:
    async with house(Britain()) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(*messages, END)
        async with asyncio.timeout(20):
            await serving
    assert [u.options.voice for u in h.engine.opened] == [HEART, EMMA]
    assert [u.units for u in h.engine.opened] == [units(american, "en-US"), units(british, "en-GB")]


async def test_a_voice_that_nobody_has_heard_yet_reads_from_the_beginning() -> None:
    async with house(Britain()) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST, text("Hot"), update(EMMA), text(" water, there."), END)
        async with asyncio.timeout(20):
            await serving
        assert [(u.options.voice, u.units) for u in h.engine.opened] == [
            (EMMA, units(THERE, "en-GB"))
        ]
        assert [w["offset"] for w in socket.of("word")] == [0, 4, 11]
