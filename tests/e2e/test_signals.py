"""The server as a process: it comes up, serves, and goes down on a signal, cleanly."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.client import TEXT, listen, opened, query, until

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A server process that is ready, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.tone_server", "serve", "--port", str(port)),
        *arguments,
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    assert running.stderr is not None
    try:
        missing = {"listening", "ready"}
        async with asyncio.timeout(60):
            while missing:
                missing.discard(json.loads(await running.stderr.readline())["event"])
        yield running, port
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_1001_and_status_0(kind: signal.Signals) -> None:
    async with process() as (running, port):
        address = f"ws://127.0.0.1:{port}/stream"
        async with (
            opened(f"{address}?{query(text=TEXT * 20)}") as plain,
            opened(f"{address}?pace=fast") as session,
        ):
            await plain.recv()
            await until(session, "ready")
            running.send_signal(kind)
            heard = await asyncio.gather(listen(plain), listen(session))
            assert [h.code for h in heard] == [1001, 1001]
        assert await asyncio.wait_for(running.wait(), 10) == 0


async def failing(port: int, **variables: str) -> bytes:
    """What a server that cannot start says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.tone_server", "serve", "--port", str(port)),
        cwd=ROOT,
        env={**os.environ, **variables},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode not in (0, None)
    return errors


async def test_a_port_that_is_taken_is_told() -> None:
    async with process() as (_, port):
        assert b"address already in use" in await failing(port)


async def test_an_engine_that_cannot_warm_up_ends_it() -> None:
    errors = await failing(0, TONE_NEVER_WARM="1")
    assert b"vvstream: the engine cannot warm up" in errors
