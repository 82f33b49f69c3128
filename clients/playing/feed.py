"""Text into a session: never more than the server takes, and what was said of it so far."""

import asyncio
from collections.abc import AsyncIterator

from vvstream_client import Event, Session

WAITING = 4_000
"""Characters given and not yet begun; the server refuses a text once 20,000 wait."""
PART = 2_000
"""Characters a message."""
PATIENCE = 10.0
"""Seconds without a word after which more is given all the same: what waits may hold no words."""
UNDECIDED = 60
"""Characters that may be waiting for their context: fewer than this and the voice may be silent."""


class Feed:
    """Gives a text to a session as it comes, and remembers it."""

    def __init__(self, session: Session) -> None:
        self.ended = False
        """There is no more text."""
        self._session = session
        self._text = ""  # all that was given from character `_from` on
        self._from = 0
        self._reached = 0  # the character after the last word that was announced
        self._left = ""  # of the piece that is being given
        self._moved = asyncio.Event()
        self._skipping = False

    async def give(self, pieces: AsyncIterator[str], first: str = "") -> None:
        """Give `first`, then all pieces, then end the session."""
        await self._give(first)
        async for piece in pieces:
            await self._give(self._unskipped(piece))
        self.ended = True
        await self._session.end()

    async def _give(self, text: str) -> None:
        self._left = text
        while self._left:
            await self._room()
            part, self._left = self._left[:PART], self._left[PART:]
            self._text += part
            await self._session.send(part)

    def skip_line(self) -> None:
        """The text was cancelled: the rest of the line that is coming is not given either."""
        self._skipping = not self._text.endswith("\n")
        self._reached = self._from + len(self._text)
        self._moved.set()

    def take(self, event: Event) -> tuple[str, str] | None:
        """Follow a `word`: (the text before it since the last word, the word as it is written)."""
        if event["type"] != "word" or int(event["offset"]) < self._from:
            return None
        offset, end = int(event["offset"]), int(event["offset"]) + len(event["text"])
        before = self._text[max(0, self._reached - self._from) : offset - self._from]
        word = self._text[offset - self._from : end - self._from]
        self._text = self._text[end - self._from :]
        self._from = self._reached = end
        self._moved.set()
        return before, word

    def rest(self) -> str:
        """What follows the last word."""
        return self._text[max(0, self._reached - self._from) :]

    def unspoken(self) -> str:
        """What follows the last word, and what was not given yet."""
        return self.rest() + self._left

    def dry(self) -> bool:
        """So little waits that the voice may have nothing to say until more text comes."""
        return not self.ended and len(self.rest()) < UNDECIDED

    def _unskipped(self, piece: str) -> str:
        if not self._skipping:
            return piece
        _, newline, rest = piece.partition("\n")
        self._skipping = not newline
        return newline + rest

    async def _room(self) -> None:
        while self._from + len(self._text) - self._reached > WAITING:
            self._moved.clear()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._moved.wait()
            except TimeoutError:
                return
