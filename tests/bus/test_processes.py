"""Real processes, real signals: nobody who listens notices that one of them has died."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bus.servers import PATIENCE, REAL, Server, server
from tests.support.client import listen, opened, send, until
from tests.support.house import sound
from tests.wire.test_restart import TEXT, configured
from vvstream.bus.handover import owner
from vvstream.errors import RateLimited
from vvstream_client import Options, Session, speak


async def victims(running: Server, role: str) -> list[int]:
    """The processes of a kind."""
    return [each["pid"] for each in (await running.status())[role]]


async def gateways(running: Server) -> list[dict[str, Any]]:
    """As the server tells of them."""
    found: list[dict[str, Any]] = (await running.status())["gateways"]
    return found


async def spoken(
    running: Server,
    kill: Callable[[Session], int],
    at: int,
    how: signal.Signals = signal.SIGKILL,
) -> Session:
    """Our client hears TEXT, and one process gets a signal when it has `at` frames."""
    audio, words, killed = b"", [], False
    async with Session(running.ws, Options(events=("word",)), patience=PATIENCE) as session:
        await session.send(TEXT[:50])
        await session.send(TEXT[50:])
        await session.end()
        async for frame, events in session:
            audio += frame
            words += [event["text"] for event in events if event["type"] == "word"]
            if session.next_seq == at and not killed:
                killed = True
                os.kill(kill(session), how)
    assert audio == sound(TEXT)
    assert words == TEXT.split() or len(words) == len(TEXT.split())
    return session


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_gateway_dies_or_hangs_and_its_session_goes_on(
    tmp_path: Path, how: signal.Signals
) -> None:
    config = configured(tmp_path, {}, engine={"hang_seconds": 4})
    async with server("--gateways", "2", "--config", str(config)) as running:
        pids = await victims(running, "gateways")

        def holder(session: Session) -> int:
            assert session.session_id is not None
            return pids[owner(session.session_id, 2)]

        session = await spoken(running, holder, 60, how)
        assert session.resumed >= 1
        await running.holds(event="died", role="gateway")
        await running.holds(event="restored")


@pytest.mark.parametrize("engines", ["1", "2"])
async def test_an_engine_dies_and_no_socket_closes(tmp_path: Path, engines: str) -> None:
    config = configured(tmp_path, {}, engine={"processes": int(engines)})
    async with server("--gateways", "2", "--config", str(config)) as running:
        pids = await victims(running, "engines")
        assert len(pids) == int(engines)

        # Both are ended: whichever speaks is among them.
        def first(session: Session) -> int:
            for pid in pids[1:]:
                os.kill(pid, signal.SIGKILL)
            return pids[0]

        session = await spoken(running, first, 60)
        assert session.resumed == 0
        await running.holds(int(engines), event="died", role="engine")


async def test_a_socket_finds_its_session_wherever_it_lands() -> None:
    async with server("--gateways", "3") as running:
        async with opened(f"{running.ws}?pace=fast") as websocket:
            session_id = (await until(websocket, "ready"))["session_id"]
            await send(websocket, {"type": "text", "text": TEXT}, {"type": "end"})
            whole = [await websocket.recv() for _ in range(40)]
        frames = [data for data in whole if isinstance(data, bytes)]
        # Each time another port, and so as often as not another gateway.
        for kept in (1, 3, 5, 7, 9, len(frames)):
            url = f"{running.ws}?session_id={session_id}&from={kept}&pace=fast"
            async with opened(url) as websocket:
                ready = await until(websocket, "ready")
                assert (ready["session_id"], ready["next_seq"]) == (session_id, kept)
                if kept == len(frames):
                    rest = await listen(websocket)
                    assert b"".join(frames[:kept]) + rest.audio == sound(TEXT)
                    assert rest.code == 1000
        assert not [line for line in running.lines if line["event"] == "restored"]


async def test_who_takes_a_session_over_is_handed_to_its_owner() -> None:
    async with server("--gateways", "2") as running:
        names = [f"s{n}" for n in range(6)]
        for name in names:
            async with opened(running.ws) as first:
                # In a message and not in the URL: more has been read when it is handed over.
                await send(first, {"type": "start", "session_id": name})
                await until(first, "ready")
                await send(first, {"type": "text", "text": "Hello there."})
                await until(first, "word")
                async with opened(f"{running.ws}?session_id={name}&from=0") as second:
                    assert (await until(second, "ready"))["received"] == 1
                    assert (await listen(first)).code == 4409
                    await send(second, {"type": "end"})
                    heard = await listen(second)
                    assert (heard.code, heard.audio) == (1000, sound("Hello there."))


async def test_a_change_reaches_all(tmp_path: Path) -> None:
    async with server("--gateways", "2") as running:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.post(running.http("/api/config"), json={"speed": 2})
            assert answer.json()["changeable"]["speed"]["value"] == 2
            refused = await client.post(running.http("/api/config"), json={"speed": 3})
            assert refused.status_code == 422
        (dead, *_) = await victims(running, "gateways")
        os.kill(dead, signal.SIGKILL)
        # Its successor knows as well; both are asked, until both have answered.
        await running.holds(2, event="listening", process="gateway 0")
        asked: set[int] = set()
        while len(asked) < 2:
            asked.add((await running.status())["gateway"])
            audio = b"".join([frame async for frame in speak(running.ws, "Hi there.")])
            assert audio == sound("Hi there.", speed=2.0)


async def test_a_limit_is_the_whole_server_s() -> None:
    """Of one address, whichever gateway it lands on; what a gateway that died held is free."""

    async def shut(times: int) -> None:
        """So many in a row are refused: were one gateway open, one would have come in."""
        in_a_row = 0
        async with asyncio.timeout(PATIENCE):
            while in_a_row < times:
                async with opened(running.ws) as websocket:
                    answer = await until(websocket)
                    refused = answer["type"] == "error" and answer["code"] == RateLimited.code
                    in_a_row = in_a_row + 1 if refused else 0
                    if not refused:
                        await send(websocket, {"type": "end"})
                        await listen(websocket)

    async with server("--gateways", "2") as running:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            change = {"access.sessions": 1}
            assert (await client.post(running.http("/api/config"), json=change)).is_success
        async with opened(running.ws) as websocket:
            session_id = (await until(websocket, "ready"))["session_id"]
            await shut(10)
            owners = {gateway["number"]: gateway["pid"] for gateway in await gateways(running)}
            os.kill(owners[owner(session_id, 2)], signal.SIGKILL)
        await running.holds(3, event="listening")
        async with asyncio.timeout(PATIENCE):
            while True:
                async with opened(running.ws) as websocket:
                    if (await until(websocket))["type"] == "ready":
                        break


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_all_of_them(number: signal.Signals) -> None:
    async with server("--gateways", "2") as running:
        async with (
            opened(f"{running.ws}?session_id=a") as one,
            opened(f"{running.ws}?session_id=b") as other,
        ):
            for websocket in (one, other):
                await until(websocket, "ready")
                await send(websocket, {"type": "text", "text": TEXT})
            running.process.send_signal(number)
            heard = await asyncio.gather(listen(one), listen(other))
            assert [each.code for each in heard] == [1001, 1001]
        assert await asyncio.wait_for(running.process.wait(), PATIENCE) == 0
        await running.holds(event="closed")


async def test_children_of_a_parent_that_is_killed_go_too() -> None:
    async with server("--gateways", "2") as running:
        async with opened(running.ws) as websocket:
            await send(websocket, {"type": "ping"})
            await until(websocket, "pong")
            running.process.kill()
            assert (await listen(websocket)).code == 1001
        # The log's pipe closes when the last of them is gone.
        await running.holds(event="closed")


async def test_what_cannot_start_ends_it() -> None:
    async with server("--gateways", "1", env={"TONE_NEVER_WARM": "1"}, up=False) as running:
        assert await asyncio.wait_for(running.process.wait(), PATIENCE) == 2
        await running.holds(event="closed")
        assert any("the engine cannot warm up" in line for line in running.other)


async def test_a_port_that_is_taken_is_told() -> None:
    async with server("--gateways", "2") as running:
        again = ("--gateways", "2", "--port", str(running.port))
        async with server(*again, up=False) as second:
            assert await asyncio.wait_for(second.process.wait(), PATIENCE) == 2
            assert any("already in use" in line.lower() for line in second.other)


async def test_the_real_voice_is_the_same_bit_for_bit_when_its_engine_dies() -> None:
    async with server("--gateways", "1", "--device", "cpu", program=REAL) as running:
        await running.holds(event="ready")  # its networks have been recorded
        text = "Please bring flour, and eggs."
        whole = b"".join([frame async for frame in speak(running.ws, text, Options(pace="fast"))])
        (pid,) = await victims(running, "engines")
        audio = b""
        async for frame in speak(running.ws, text, Options(pace="realtime")):
            audio += frame
            if len(audio) == 20 * len(frame):
                os.kill(pid, signal.SIGKILL)
        assert audio == whole
        assert any(audio)
        await running.holds(event="died", role="engine")
