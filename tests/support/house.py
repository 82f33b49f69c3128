"""A house of sessions over the tone engine, with the real front end, machine and speaker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from tests.support.server import ENGLISH, tools_for
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine, speech
from vvstream.config import Config
from vvstream.frontend import FrontEnd
from vvstream.options import SpeechOptions
from vvstream.phonemes.inventory import encode
from vvstream.protocol.messages import Start
from vvstream.session import Session
from vvstream.sessions import Listener, Sessions
from vvstream.speaker import Tools

TEXT = "Good morning, Doctor Adams. It is 6:45, and the $5 are yours!"
FAST = {"type": "start", "pace": "fast"}


def units(text: str, *, goes_on: bool = False) -> list[int]:
    """What the front end makes of a whole text; or of one that has no mark and goes on."""
    front = FrontEnd(ENGLISH)
    words = front.push(text) + front.finish()
    if goes_on:
        words[-1] = replace(words[-1], after="")
    return [unit for word in words for unit in encode(word.before + word.phonemes + word.after)]


def padded(samples: bytes) -> bytes:
    return samples.ljust(-(-len(samples) // 640) * 640, b"\0")


def sound(
    text: str, voice: str = "en-Heart_woman", speed: float = 1.0, *, goes_on: bool = False
) -> bytes:
    """What a listener must hear."""
    return padded(speech(units(text, goes_on=goes_on), SpeechOptions(voice, 2.0, 5, speed, 0)))


@dataclass
class House:
    """Sessions, and the tasks that serve sockets."""

    engine: ToneEngine
    sessions: Sessions
    tools: Tools
    serving: list[asyncio.Task[None]] = field(default_factory=list)

    def open(
        self, start: Start | None = None, *, call: bool = False, plain: bool = False
    ) -> Session:
        return self.sessions.open(
            start or Start(), Listener("me", lambda _: None, plain=plain, call=call)
        )

    def attach(
        self, session: Session, socket: FakeSocket, seq: int | None = None
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(session.serve(socket, seq))
        self.serving.append(task)
        return task


@asynccontextmanager
async def house(
    engine: ToneEngine | None = None, config: Config | None = None
) -> AsyncIterator[House]:
    engine = engine or ToneEngine()
    config = config or make_config()
    voices, tools = tools_for(config, engine)
    house = House(engine, Sessions(config, voices, tools, "test"), tools)
    try:
        yield house
    finally:
        house.sessions.drain()
        await asyncio.gather(*house.serving)
        tools.pool.shutdown()
        assert not house.engine.open_now, "a slot is lost"
        assert not len(house.sessions)
