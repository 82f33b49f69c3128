"""Standard input as it comes."""

import asyncio
import codecs
import os
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Self


async def typed() -> AsyncGenerator[str, None]:
    """Yield stdin as it comes, cut anywhere but inside a character.

    A thread reads it, since neither files nor every terminal can be waited for by an event loop.
    It reads only when the last piece was taken, so a fast writer waits and memory stays bounded.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes] = asyncio.Queue()
    wanted = threading.Semaphore(1)

    def read() -> None:
        data = b"?"
        while data:
            wanted.acquire()
            data = os.read(0, 4096)
            try:
                loop.call_soon_threadsafe(pieces.put_nowait, data)
            except RuntimeError:  # the loop is closed: the client has gone
                return

    threading.Thread(target=read, daemon=True).start()
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    while data := await pieces.get():
        if text := decoder.decode(data):
            yield text
        wanted.release()
    if rest := decoder.decode(b"", final=True):
        yield rest


class Pieces:
    """Pieces of text that outlive whoever waits for them: none is lost when the waiting ends."""

    def __init__(self, source: AsyncIterator[str]) -> None:
        self._source = source
        self._next: asyncio.Task[str | None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        if self._next is None:
            self._next = asyncio.create_task(self._following())
        piece = await asyncio.shield(self._next)
        self._next = None
        if piece is None:
            raise StopAsyncIteration
        return piece

    def close(self) -> None:
        """Wait for no more."""
        if self._next is not None:
            self._next.cancel()

    async def _following(self) -> str | None:
        return await anext(self._source, None)


async def typed_lines() -> AsyncGenerator[str, None]:
    """Yield the lines of stdin as each is complete, without their ends; the last needs none."""
    rest = ""
    async for piece in typed():
        *lines, rest = (rest + piece).replace("\r\n", "\n").split("\n")
        for line in lines:
            yield line
    if rest:
        yield rest
