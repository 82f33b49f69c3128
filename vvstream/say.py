"""`say`: a text into a WAV file, through the same session that serves a socket."""

import asyncio
import io
import sys
import wave
from collections.abc import Iterable, Mapping
from pathlib import Path

from vvstream import engine as speech_engine
from vvstream import logs
from vvstream.audio import SAMPLE_BYTES, SAMPLE_RATE
from vvstream.config import Config
from vvstream.errors import BadRequest, EngineFailed
from vvstream.protocol import fields
from vvstream.protocol.messages import End, Pace, Start, Text
from vvstream.serve import build
from vvstream.session import Gone
from vvstream.sessions import Listener, Sessions


class Recorder:
    """A socket that keeps the audio."""

    def __init__(self) -> None:
        self.audio = bytearray()
        self.code = 0
        self.reason = ""
        self._closed = asyncio.Event()

    def push(self, data: bytes) -> bool:
        """See session.Socket."""
        self.audio += data
        return True

    async def send(self, data: str | bytes) -> None:
        """See session.Socket; a plain listener gets bytes only."""
        self.audio += data if isinstance(data, bytes) else b""

    async def receive(self) -> str | bytes:
        """See session.Socket; this peer says nothing."""
        await self._closed.wait()
        raise Gone

    async def close(self, code: int, reason: str) -> bool:
        """See session.Socket."""
        self.code, self.reason = code, reason
        self._closed.set()
        return True

    def abort(self) -> None:
        """See session.Socket."""
        self._closed.set()


def say(
    config: Config, device: str, text: Iterable[str], options: Mapping[str, str], output: str
) -> None:
    """Speak the pieces of `text` into a WAV file, or to standard output if it is "-".

    Raises VvstreamError: the configuration or an option is wrong, or nothing can be spoken.
    """
    logs.configure("warning")
    wishes = fields.wishes({name: fields.typed(name, value) for name, value in options.items()})
    audio = asyncio.run(_record(config, device, text, Start(wishes=wishes, pace=Pace.FAST)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(audio)
    if output == "-":
        sys.stdout.buffer.write(buffer.getvalue())
        sys.stdout.buffer.flush()
    else:
        Path(output).write_bytes(buffer.getvalue())


async def _record(config: Config, device: str, text: Iterable[str], start: Start) -> bytes:
    # The limit protects a server from its clients; here the text is already in memory.
    session_config = config.session.model_copy(update={"text_characters": sys.maxsize})
    config = config.model_copy(update={"session": session_config})
    engine = speech_engine.load(config, device)
    voices, tools = build(config, engine)
    try:
        sessions = Sessions(config, voices, tools, "say")
        session = sessions.open(start, Listener("say", lambda _: None, plain=True, call=True))
        recorder = Recorder()
        await session.serve(recorder, first=[*(Text(piece) for piece in text), End()])
    finally:
        await engine.close()
        tools.pool.shutdown()
    if recorder.code != 1000:
        kind = EngineFailed if recorder.code == EngineFailed.code else BadRequest
        raise kind(recorder.reason)
    return bytes(recorder.audio)
