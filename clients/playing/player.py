"""A text, spoken as it comes, and whoever follows its sound: the words on the screen, a mouth."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import ExitStack, aclosing
from typing import Any, Protocol

from playing import keys
from playing.feed import Feed
from playing.playback import Playback, Sink
from playing.stdin import typed, typed_lines
from vvstream_client import FRAME_SECONDS, Event, Session


class Follower(Protocol):
    """Does something in time with the sound."""

    def take(self, event: Event, written: tuple[str, str] | None) -> None:
        """An event, ahead of its sound; of a word, the text before it and the word itself."""

    def silence(self) -> None:
        """Nothing of what is to come will be heard."""

    async def follow(self, heard: Callable[[], float]) -> None:
        """Act by this clock, the session's, in seconds, until cancelled."""

    def close(self, rest: str | None) -> None:
        """All was heard, and the text ends with `rest`; None: it was broken off."""


def typing(text: str | None) -> bool:
    """Whether a person types the text while it is spoken."""
    return text is None and sys.stdin.isatty()


class Player:
    """One session, played and followed, and silenced when a key says so."""

    def __init__(
        self,
        name: str,
        text: str | None,
        session: Session,
        sink: Sink,
        followers: Sequence[Follower],
        scale: Callable[[bytes], bytes],
    ) -> None:
        """`text` is what to say; None is stdin. `name` is what complaints begin with."""
        self._name = name
        self._text = text
        self._session = session
        self._sink = sink
        self._followers = followers
        self._feed = Feed(session)
        self._playback = Playback(session, sink, dry=self._feed.dry, scale=scale)
        self._group = asyncio.TaskGroup()
        self._heard_all = False

    async def run(self) -> None:
        """Speak to the end. Raises SpeechError and OSError, alone or in a group."""
        with ExitStack() as stack:
            if not typing(self._text):
                stack.enter_context(keys.listening(self._key))
            for follower in self._followers:
                stack.callback(self._close, follower)
            async with self._group:
                helpers = [self._start(self._feed.give(self._pieces()))]
                helpers += [
                    self._start(follower.follow(self._playback.heard))
                    for follower in self._followers
                ]
                async with aclosing(self._playback.events()) as events:
                    async for event in events:
                        self._take(event)
                self._heard_all = True
                for helper in helpers:
                    helper.cancel()

    def report(self) -> None:
        """Say what did not go as it should; to a terminal also what did."""
        told = [f"{self._playback.played * FRAME_SECONDS:.1f} s of sound"]
        if self._sink.underruns:
            told.append(f"{self._sink.underruns} underruns, {self._sink.silence:.2f} s of silence")
        if self._session.resumed:
            told.append(f"{self._session.resumed} times reconnected")
        if len(told) > 1 or sys.stderr.isatty():
            told[1:] = told[1:] or ["no underruns"]
            print(f"{self._name}: {', '.join(told)}", file=sys.stderr)

    def _take(self, event: Event) -> None:
        written = self._feed.take(event)
        for follower in self._followers:
            follower.take(event, written)
        if event["type"] in {"warning", "error"}:
            print(f"{self._name}: {event['message']}", file=sys.stderr)

    def _close(self, follower: Follower) -> None:
        follower.close(self._feed.rest() if self._heard_all else None)

    def _key(self, key: str) -> None:
        if key == " ":
            self._start(self._silence())
        elif key == "q":
            raise KeyboardInterrupt

    async def _silence(self) -> None:
        self._feed.skip_line()
        for follower in self._followers:
            follower.silence()
        await self._playback.cancel()

    async def _pieces(self) -> AsyncIterator[str]:
        if self._text is not None:
            yield self._text
        elif not typing(self._text):
            async for piece in typed():
                yield piece
        else:
            async for line in typed_lines():
                if line.strip():
                    yield line + "\n"
                    await self._session.flush()
                else:
                    await self._silence()

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self._group.create_task(work)
