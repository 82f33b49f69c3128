"""A whole server of several processes over tones, and what tests do to it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.wire.test_restart import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 90
TONES, REAL = "tests.support.tone_server", "vvstream"


@dataclass
class Server:
    """`lines` is its log, of all its processes."""

    process: asyncio.subprocess.Process
    port: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    more: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}/stream"

    def http(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def status(self) -> dict[str, Any]:
        """GET /api/status, of whichever gateway answers."""
        # A connection of its own each time: so any of the gateways may answer.
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer: dict[str, Any] = (await client.get(self.http("/api/status"))).json()
        return answer

    async def holds(self, count: int = 1, **record: object) -> None:
        """Wait until so many lines of the log have these values."""

        def there() -> bool:
            found = [line for line in self.lines if record.items() <= line.items()]
            return len(found) >= count

        async with asyncio.timeout(PATIENCE), self.more:
            await self.more.wait_for(there)

    async def read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            async with self.more:
                try:
                    self.lines.append(json.loads(line))
                except ValueError:
                    self.other.append(line.decode())
                self.more.notify_all()
        async with self.more:
            self.lines.append({"event": "closed"})
            self.more.notify_all()


@asynccontextmanager
async def server(
    *arguments: str, program: str = TONES, env: Mapping[str, str] | None = None, up: bool = True
) -> AsyncIterator[Server]:
    """A server that is up; ended, if it is not yet, when the block is left, and with it all that
    it has started."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", program, "serve", "--port", str(port), *arguments),
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "debug", **(env or {})},
        stderr=asyncio.subprocess.PIPE,
    )
    it = Server(process, port)
    reading = asyncio.create_task(it.read())
    try:
        if up:
            await it.holds(event="up")
        yield it
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.wait()
        # All of its processes hold the pipe: its end is theirs.
        async with asyncio.timeout(PATIENCE):
            await reading
