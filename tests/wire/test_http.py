"""The plain questions: is it alive, is it ready, who can speak."""

import asyncio

import httpx

from tests.support.server import running
from tests.support.tone import Faults, ToneEngine
from vvstream import __version__


async def test_health_ready_and_voices() -> None:
    async with running(ToneEngine()) as server, httpx.AsyncClient() as client:
        health = await client.get(server.http("/health"))
        assert health.json() == {"status": "ok", "version": __version__}
        ready = await client.get(server.http("/ready"))
        assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
        voices = (await client.get(server.http("/api/voices"))).json()
        assert voices["default"] == "en-Heart_woman"
        assert voices["voices"][0] == {
            "name": "en-Heart_woman",
            "language": "en",
            "gender": "woman",
            "accent": "en-US",
            "aliases": ["en-Grace_woman"],
        }
        assert len(voices["voices"]) == 4


async def test_ready_waits_for_the_engine() -> None:
    warm = asyncio.Event()

    class Slow(ToneEngine):
        async def warm_up(self) -> None:
            await warm.wait()

    async with running(Slow(), warm=False) as server, httpx.AsyncClient() as client:
        answer = await client.get(server.http("/ready"))
        assert (answer.status_code, answer.json()) == (503, {"status": "warming up"})
        assert answer.headers["retry-after"] == "1"
        assert (await client.get(server.http("/health"))).status_code == 200
        warm.set()
        await server.app.warmed.wait()
        assert (await client.get(server.http("/ready"))).status_code == 200


async def test_an_engine_that_cannot_warm_up_ends_the_server() -> None:
    failed = asyncio.Event()
    engine = ToneEngine(faults=Faults(never_warm=True))
    async with running(engine, on_failed=failed.set) as server, httpx.AsyncClient() as client:
        await failed.wait()
        answer = await client.get(server.http("/ready"))
        assert (answer.status_code, answer.json()) == (503, {"status": "failed"})
    assert engine.closed
