"""`say`: a text into a WAV file, through the same session that serves a socket."""

import asyncio
import io
import os
import sys
import wave
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from vvstream import engine as speech_engine
from vvstream import logs
from vvstream.audio import SAMPLE_BYTES, SAMPLE_RATE
from vvstream.config import Config
from vvstream.errors import BadRequest, EngineFailed
from vvstream.ports import MarkupFrontEnd
from vvstream.protocol import fields
from vvstream.protocol.messages import End, Markup, Pace, Start, Text
from vvstream.recital import Marked, Tell
from vvstream.serve import build
from vvstream.session import Gone
from vvstream.sessions import Listener, Sessions
from vvstream.text.spoken import Complaint, Spoken


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


class _Telling:
    """A front end whose complaints about the tags are told on standard error."""

    def __init__(self, front_end: MarkupFrontEnd) -> None:
        self._front_end = front_end

    @property
    def inside(self) -> str:
        """See ports.MarkupFrontEnd."""
        return self._front_end.inside

    def push(self, text: str) -> list[Spoken]:
        """See ports.FrontEnd."""
        return self._tell(self._front_end.push(text))

    def finish(self) -> list[Spoken]:
        """See ports.FrontEnd."""
        return self._tell(self._front_end.finish())

    def _tell(self, said: list[Spoken]) -> list[Spoken]:
        for item in said:
            if isinstance(item, Complaint) and not item.broken:  # those end the speech
                sys.stderr.write(f"vvstream: {item.message}\n")
        return said


def _telling(marked: Marked) -> Marked:
    def opened(voice: str, tell: Tell, inside: str) -> MarkupFrontEnd:
        return _Telling(marked(voice, tell, inside))

    return opened


def say(
    config: Config,
    device: str,
    text: Iterable[str],
    options: Mapping[str, str],
    output: str,
    *,
    markup: bool = False,
) -> None:
    """Speak the pieces of `text`, SSML where `markup`, into a WAV file, or to standard output
    if it is "-".

    Raises VvstreamError: the configuration or an option is wrong, nothing can be spoken, or the
    file cannot be written.
    """
    logs.configure("warning")
    wishes = fields.wishes({name: fields.typed(name, value) for name, value in options.items()})
    _check(output)
    kind = Markup.SSML if markup else Markup.NONE
    start = Start(wishes=wishes, pace=Pace.FAST, markup=kind)
    audio = asyncio.run(_record(config, device, text, start))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(audio)
    try:
        if output == "-":
            sys.stdout.buffer.write(buffer.getvalue())
            sys.stdout.buffer.flush()
        else:
            Path(output).write_bytes(buffer.getvalue())
    except OSError as error:
        raise BadRequest(f"--output: {output}: {error.strerror}") from None


def _check(output: str) -> None:
    """Raise BadRequest where no file can be written: better now than after the speech."""
    path = Path(output)
    if output == "-":
        return
    if path.is_dir():
        raise BadRequest(f"--output: {output} is a folder; a file is expected")
    if not path.parent.is_dir():
        raise BadRequest(f"--output: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BadRequest(f"--output: {output} may not be written")


async def _record(config: Config, device: str, text: Iterable[str], start: Start) -> bytes:
    # The limit protects a server from its clients; here the text is already in memory.
    session_config = config.session.model_copy(update={"text_characters": sys.maxsize})
    config = config.model_copy(update={"session": session_config})
    engine = speech_engine.load(config, device)
    voices, tools = build(config, engine)
    tools = replace(tools, marked=_telling(tools.marked))
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
