"""The client library for programs without an event loop: one runs in a thread of its own.

    with SyncSession("ws://localhost:7860/stream") as session:
        session.send("Good morning.")
        session.end()
        for frame, events in session:
            play(frame)

Needs `vvstream_client.py` beside it.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Generator, Iterator
from typing import Any, Self, TypeVar

from vvstream_client import Event, Options, Session, speak

T = TypeVar("T")


class SyncSession:
    """`Session` for programs without an event loop: one runs in a thread of its own."""

    def __init__(self, url: str, options: Options | None = None, *, patience: float = 30.0) -> None:
        self._session = Session(url, options, patience=patience)
        self._thread = _LoopThread()

    def __enter__(self) -> Self:
        try:
            self._thread.wait(self._session.__aenter__())
        except BaseException:
            self._thread.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._thread.wait(self._session.__aexit__())
        finally:
            self._thread.close()

    @property
    def session_id(self) -> str | None:
        """As Session.session_id."""
        return self._session.session_id

    @property
    def next_seq(self) -> int:
        """As Session.next_seq."""
        return self._session.next_seq

    def send(self, text: str) -> None:
        """As Session.send; all of these may be called from any thread."""
        self._thread.wait(self._session.send(text))

    def flush(self) -> None:
        """As Session.flush."""
        self._thread.wait(self._session.flush())

    def update(self, options: Options) -> None:
        """As Session.update."""
        self._thread.wait(self._session.update(options))

    def cancel(self) -> None:
        """As Session.cancel."""
        self._thread.wait(self._session.cancel())

    def end(self) -> None:
        """As Session.end."""
        self._thread.wait(self._session.end())

    def __iter__(self) -> Iterator[tuple[bytes, list[Event]]]:
        """As iterating a Session."""
        return self._thread.iterate(self._session.__aiter__())


def speak_sync(url: str, text: str, options: Options | None = None) -> Generator[bytes, None, None]:
    """`speak` for programs without an event loop."""
    thread = _LoopThread()
    try:
        yield from thread.iterate(speak(url, text, options))
    finally:
        thread.close()


class _LoopThread:
    """An event loop in a thread, which other threads hand work to."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:  # Ctrl-C too: the work must not go on by itself
            future.cancel()
            raise

    def iterate(self, items: AsyncGenerator[T, None]) -> Iterator[T]:
        tasks: list[asyncio.Task[Any] | None] = []

        async def following() -> tuple[T] | None:
            tasks[:] = [asyncio.current_task()]
            async for item in items:
                return (item,)
            return None

        async def leave() -> None:
            # Where Ctrl-C ended the waiting, the task must be over before its generator is closed.
            await asyncio.gather(*filter(None, tasks), return_exceptions=True)
            await items.aclose()

        try:
            while (item := self.wait(following())) is not None:
                yield item[0]
        finally:
            self.wait(leave())

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
