"""The client library without a loop, over real sockets."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.clients.speech_server import Handler, PlainCalls, Sessions, frame, frames, serving
from tests.clients.test_vvstream_client import TEXT, unused_port
from vvstream_client import SpeechError
from vvstream_sync import SyncSession, speak_sync


@contextmanager
def served(handler: Handler) -> Iterator[str]:
    """`serving` in a thread, for the clients without a loop."""
    url: list[str] = []
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with serving(handler) as address:
            url.append(address)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert started.wait(10)
    try:
        yield url[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def test_sync_session_hears_the_same() -> None:
    with served(Sessions(cuts=[10])) as url, SyncSession(url) as session:
        session.send(TEXT)
        session.end()
        assert b"".join(piece for piece, _ in session) == frames(60)


def test_speak_sync_hears_the_same_and_can_be_left_early() -> None:
    with served(PlainCalls(count=500)) as url:
        assert b"".join(speak_sync(url, "Hello")) == frames(500)
        sound = speak_sync(url, "Hello")
        assert next(sound) == frame(0)
        sound.close()


def test_sync_refusal() -> None:
    with pytest.raises(SpeechError), SyncSession(f"ws://127.0.0.1:{unused_port()}"):
        pass
