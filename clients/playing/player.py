"""A text, spoken as it comes, and whoever follows its sound: the words on the screen, a mouth."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import ExitStack, aclosing
from typing import Any, Protocol

from playing import keys
from playing.command import counted
from playing.feed import Feed
from playing.playback import Playback, Sink
from playing.stdin import Pieces, typed, typed_lines
from vvstream_client import FRAME_SECONDS, Event, Session, SpeechError

HINT = "type, and press Enter; an empty line is silence, Ctrl-D ends"
LOST = 4404
"""The server does not know the session any more: it was started anew, without a store."""


class Follower(Protocol):
    """Does something in time with the sound."""

    def take(self, event: Event, written: tuple[str, str] | None) -> None:
        """An event, ahead of its sound; of a word, the text before it and the word itself."""

    def drop(self, why: str) -> None:
        """Nothing of what is to come will be heard."""

    async def follow(self, heard: Callable[[], float]) -> None:
        """Act by this clock, the session's, in seconds, until cancelled."""

    def close(self, rest: str | None) -> None:
        """All was heard, and the text ends with `rest`; None: it was broken off."""


def typing(text: str | None) -> bool:
    """Whether a person types the text while it is spoken."""
    return text is None and sys.stdin.isatty()


class Player:
    """A text, played and followed, and silenced when a key says so."""

    def __init__(
        self,
        name: str,
        text: str | None,
        sink: Sink,
        followers: Sequence[Follower],
        scale: Callable[[bytes], bytes],
    ) -> None:
        """`text` is what to say; None is stdin. `name` is what complaints begin with."""
        self._name = name
        self._text = text
        self._sink = sink
        self._followers = followers
        self._scale = scale
        self._frames = 0
        self._reconnected = 0
        self._playing: _Playing | None = None

    async def run(self, connect: Callable[[], Session]) -> None:
        """Speak to the end, in one session or, where the server loses that, in several.

        Raises SpeechError and OSError, alone or in a group.
        """
        pieces = Pieces(self._pieces())
        rest: str | None = ""
        spoken: str | None = None
        with ExitStack() as stack:
            stack.callback(pieces.close)
            if typing(self._text):
                print(f"{self._name}: {HINT}", file=sys.stderr)
            else:
                stack.enter_context(keys.listening(self._key))
            for follower in self._followers:
                stack.callback(lambda one: one.close(spoken), follower)
            while rest is not None:
                rest = await self._session(connect(), pieces, rest)
            assert self._playing is not None
            spoken = self._playing.feed.rest()

    async def _session(self, session: Session, pieces: "Pieces", rest: str) -> str | None:
        """Speak in one session; returns the text that it lost, None where all was said."""
        begun, failed = self._frames, None
        async with session:
            try:
                async with asyncio.TaskGroup() as group:
                    playing = _Playing(session, self._sink, self._frames, self._scale, group)
                    self._playing = playing
                    await self._play(playing, pieces, rest)
            except* SpeechError as errors:
                failed = errors
            finally:
                self._frames += playing.playback.played
                self._reconnected += session.resumed
        if failed is None:
            return None
        lost = isinstance(error := failed.exceptions[0], SpeechError) and error.code == LOST
        if not lost or self._frames == begun:
            raise failed
        self._reconnected += 1
        for follower in self._followers:
            follower.drop("the server lost the session; a new one goes on")
        return playing.unheard()

    async def _play(self, playing: "_Playing", pieces: "Pieces", rest: str) -> None:
        helpers = [playing.start(playing.feed.give(pieces, rest))]
        helpers += [
            playing.start(follower.follow(playing.playback.heard)) for follower in self._followers
        ]
        refusal: Event | None = None
        async with aclosing(playing.playback.events()) as events:
            async for event in events:
                # A refusal that ends the session is told by the error that it ends with.
                self._complain(refusal)
                refusal = event if event["type"] == "error" else None
                written = playing.take(event)
                for follower in self._followers:
                    follower.take(event, written)
                self._complain(event if event["type"] == "warning" else None)
        self._complain(refusal)
        for helper in helpers:
            helper.cancel()

    def _complain(self, event: Event | None) -> None:
        if event is not None:
            print(f"{self._name}: {event['message']}", file=sys.stderr)

    def report(self) -> None:
        """Say what did not go as it should; to a terminal also what did."""
        told = [f"{self._frames * FRAME_SECONDS:.1f} s of sound"]
        if not self._frames and (self._text is None or self._text.strip()):
            told.append("nothing in the text that this voice could speak")
        if gaps := self._sink.underruns:
            told.append(f"{counted(gaps, 'underrun')}, {self._sink.silence:.2f} s of silence")
        if self._reconnected:
            told.append(f"{counted(self._reconnected, 'time')} reconnected")
        if len(told) > 1 or sys.stderr.isatty():
            told[1:] = told[1:] or ["no underruns"]
            print(f"{self._name}: {', '.join(told)}", file=sys.stderr)

    def _key(self, key: str) -> None:
        if key == " " and self._playing:
            self._playing.start(self._silence())
        elif key == "q":
            raise KeyboardInterrupt

    async def _silence(self) -> None:
        if self._playing:
            for follower in self._followers:
                follower.drop("silence")
            await self._playing.silence()

    async def _pieces(self) -> AsyncIterator[str]:
        if self._text is not None:
            yield self._text
        elif not typing(self._text):
            async for piece in typed():
                yield piece
        else:
            async for line in typed_lines():
                if not line.strip():
                    await self._silence()
                    continue
                yield line + "\n"
                if self._playing:
                    await self._playing.session.flush()


class _Playing:
    """One session while it is played."""

    def __init__(
        self,
        session: Session,
        sink: Sink,
        played: int,
        scale: Callable[[bytes], bytes],
        group: asyncio.TaskGroup,
    ) -> None:
        self.session = session
        self.feed = Feed(session)
        self.playback = Playback(session, sink, dry=self.feed.dry, scale=scale, played=played)
        self._group = group
        self._coming: deque[tuple[float, str]] = deque()  # (start, text) of words not heard yet

    def take(self, event: Event) -> tuple[str, str] | None:
        """Follow an event; of a word, the text before it and the word itself."""
        written = self.feed.take(event)
        heard = self.playback.heard()
        while self._coming and self._coming[0][0] < heard:
            self._coming.popleft()
        if written:
            self._coming.append((event["start"], "".join(written)))
        return written

    def unheard(self) -> str:
        """All text that came and was not heard."""
        heard = self.playback.heard()
        words = (text for start, text in self._coming if start >= heard)
        return "".join(words) + self.feed.unspoken()

    async def silence(self) -> None:
        """Drop all that was not heard."""
        self.feed.skip_line()
        self._coming.clear()
        await self.playback.cancel()

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Do it as long as this session is played."""
        return self._group.create_task(work)
