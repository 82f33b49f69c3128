"""GET and POST /api/config, GET /api/status, and who is let in when there is much to do."""

import hashlib
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.support import server as servers
from tests.support.client import call, listen, opened, send, until
from tests.support.house import sound
from tests.support.server import Running, running
from tests.support.tone import ToneEngine
from vvstream import __version__
from vvstream.errors import Overloaded
from vvstream.status import EngineStatus
from vvstream.wire.settings import MOST_BYTES
from vvstream.wire.status import line


async def post(server: Running, body: object, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(server.http("/api/config"), json=body, headers=headers)


async def get(server: Running, path: str, **headers: str) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        answer: dict[str, Any] = (await client.get(server.http(path), headers=headers)).json()
    return answer


async def test_a_change_is_answered_and_heard() -> None:
    async with running(ToneEngine()) as server:
        answer = await post(server, {"steps": 7, "speed": 2.0})
        assert answer.status_code == 200
        assert answer.json() == await get(server, "/api/config")
        assert answer.json()["changeable"]["steps"]["value"] == 7
        assert answer.json()["may_change"] is True
        heard = await call(server.ws("text=Hello.&pace=fast"))
        assert heard.audio == sound("Hello.", speed=2.0)
        assert (await call(server.ws("text=Hello.&speed=1"))).audio == sound("Hello.")


async def test_a_session_that_has_begun_keeps_what_it_has() -> None:
    async with running(ToneEngine()) as server, opened(server.ws("pace=fast")) as websocket:
        await until(websocket, "ready")
        await post(server, {"speed": 2.0})
        await send(websocket, {"type": "text", "text": "Hello."}, {"type": "end"})
        assert (await listen(websocket)).audio == sound("Hello.")


async def test_limits_hold_from_then_on() -> None:
    async with running(ToneEngine()) as server:
        await post(server, {"server.connections": 1, "session.text_characters": 5})
        async with opened(server.ws("pace=fast")) as websocket:
            await until(websocket, "ready")
            assert (await call(server.ws("text=Hi."))).code == Overloaded.code
        assert (await call(server.ws("text=Hello."))).code == 4413
        await post(server, {"access.connections_per_minute": 1})
        assert (await call(server.ws("text=Hi."))).code == 1000
        assert (await call(server.ws("text=Hi."))).code == 4429


@pytest.mark.parametrize("body", [{"steps": 99}, {"steps": 7, "nope": 1}, {"engine.slots": 1}])
async def test_what_cannot_be_changed_is_said_with_what_can(body: dict[str, Any]) -> None:
    async with running(ToneEngine()) as server:
        answer = await post(server, body)
        assert answer.status_code == 422
        assert answer.json()["faults"].keys() == body.keys() - {"steps"} or "steps" in body
        assert "steps" in answer.json()["changeable"]
        assert "what can be changed: steps, cfg" in answer.json()["error"]["message"]
        # All of it or nothing.
        assert (await get(server, "/api/config"))["changeable"]["steps"]["value"] == 5


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"{", b"[" * 9_000, b" " * (MOST_BYTES + 1)])
async def test_what_is_no_object_is_refused(body: bytes) -> None:
    async with running(ToneEngine()) as server, httpx.AsyncClient() as client:
        answer = await client.post(server.http("/api/config"), content=body)
        assert answer.status_code == 400
        assert "expected a JSON object" in answer.json()["error"]["message"]


async def test_with_keys_only_an_admin_may() -> None:
    keys = [
        {"name": name, "sha256": hashlib.sha256(name.encode()).hexdigest(), "admin": admin}
        for name, admin in (("ann", True), ("bob", False))
    ]
    async with running(ToneEngine(), servers.test_config(access={"keys": keys})) as server:
        for key, code in ((None, 401), ("eve", 401), ("bob", 403), ("ann", 200)):
            headers = {} if key is None else {"Authorization": f"Bearer {key}"}
            assert (await post(server, {"steps": 7}, **headers)).status_code == code
            may = (await get(server, "/api/config", **headers))["may_change"]
            assert may is (code == 200)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "evil.example:80"},
        {"Host": ""},
        {"X-Forwarded-For": "203.0.113.7"},
    ],
)
async def test_without_keys_only_who_sits_at_the_machine_may(headers: dict[str, str]) -> None:
    async with running(ToneEngine()) as server:
        assert (await post(server, {"steps": 7}, **headers)).status_code == 403
        for host in ("localhost", "localhost:1", "[::1]:7860", "[::1]", "127.0.0.1"):
            assert (await post(server, {"steps": 7}, Host=host)).status_code == 200


async def test_the_status_tells_how_it_is() -> None:
    engine = ToneEngine(slots=3)
    async with running(engine) as server, opened(server.ws("pace=realtime")) as websocket:
        await send(websocket, {"type": "text", "text": "Hello there. " * 20})
        await until(websocket, "word")
        status = await get(server, "/api/status")
        assert status["line"] == "CPU: OK | RAM: 0.0/1.1 GB"
        assert (status["ok"], status["status"]) == (True, "ready")
        assert status["slots"] == {"used": 1, "limit": 3}
        assert (status["sessions"], status["sockets"]) == (1, 1)
        assert status["versions"]["vvstream"] == __version__
        assert status["audio_seconds"] > 0
        assert [process["ready"] for process in status["gateways"]] == [True]


def test_the_line_of_a_gpu() -> None:
    status = EngineStatus("H100", "cuda", 4_200_000_000, 4_500_000_000, 1, 8, 1, 0, 0.0, 1.0)
    assert line(status, "ready", ready=True) == "GPU: OK | VRAM: 4.2/4.5 GB"
    assert line(status, "warming up", ready=False) == "GPU: warming up | VRAM: 4.2/4.5 GB"


class Busy(ToneEngine):
    """It says that it is late, as long as it serves somebody."""

    def status(self) -> EngineStatus:
        return replace(super().status(), lateness_p99_s=9.0)


async def test_newcomers_wait_and_nobody_who_is_there_notices() -> None:
    async with running(Busy()) as server, opened(server.ws("pace=fast")) as websocket:
        session_id = (await until(websocket, "ready"))["session_id"]
        await send(websocket, {"type": "text", "text": "Hello there. " * 30})
        await until(websocket, "word")
        assert (await call(server.ws("text=Hello."))).code == 4503
        heard = await call(server.ws("pace=fast"))
        assert (heard.code, heard.of("error")[0]["retry_after"]) == (4503, 1.0)
        # A resume is nobody new, and what is being said goes on.
        async with opened(server.ws(f"session_id={session_id}&from=0")) as again:
            await until(again, "ready")
            await send(again, {"type": "end"})
            heard = await listen(again)
            assert (heard.code, heard.audio) == (1000, sound("Hello there. " * 30))
