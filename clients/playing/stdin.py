"""Standard input as it comes."""

import asyncio
import codecs
import os
import threading
from collections.abc import AsyncGenerator


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


async def typed_lines() -> AsyncGenerator[str, None]:
    """Yield the lines of stdin as each is complete, without their ends; the last needs none."""
    rest = ""
    async for piece in typed():
        *lines, rest = (rest + piece).replace("\r\n", "\n").split("\n")
        for line in lines:
            yield line
    if rest:
        yield rest
