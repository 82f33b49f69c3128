"""A session goes on after its server died: real processes, real signals, a real store."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.client import listen, opened, send, until
from tests.support.house import sound
from tests.support.redis import redis_server
from tests.support.server import MODEL_YAML
from vvstream_client import Options, Session

ROOT = Path(__file__).parents[2]
TEXT = (
    "The ferry leaves at six, whether the fog has lifted or not; who left the window open? "
    "Please bring flour, a dozen eggs, and whatever fruit is ripe."
)


@contextmanager
def place(kind: str, folder: Path) -> Iterator[dict[str, Any]]:
    """The block `sessions:` of a store that works."""
    if kind == "file":
        yield {"store": "file"}
        return
    with redis_server(folder) as url:
        yield {"store": "redis", "url": url}


def configured(folder: Path, sessions: dict[str, Any], **blocks: dict[str, Any]) -> Path:
    """A configuration file with these values."""
    settings = yaml.safe_load(MODEL_YAML.read_text())
    for block, values in {"sessions": sessions, **blocks}.items():
        settings[block] |= values
    settings["languages"] = {"en": {**settings["languages"]["en"], "lexicon": None}}
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Log(list[dict[str, Any]]):
    """The lines that a server has written."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Condition()

    async def write(self, line: dict[str, Any]) -> None:
        async with self._more:
            self.append(line)
            self._more.notify_all()

    async def holds(self, *events: str) -> None:
        """Wait until each of these was told."""
        async with asyncio.timeout(60), self._more:
            await self._more.wait_for(lambda: set(events) <= {line["event"] for line in self})


@asynccontextmanager
async def process(
    config: Path, port: int = 0
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, Log]]:
    """A server process that is ready, its address, and the lines of its log as they come."""
    port = port or free_port()
    command = ("-m", "tests.support.tone_server", "serve", "--port", str(port), "--config")
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        str(config),
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "debug"},
        stderr=asyncio.subprocess.PIPE,
    )
    lines = Log()

    async def read() -> None:
        assert running.stderr is not None
        async for line in running.stderr:
            await lines.write(json.loads(line))

    reading = asyncio.create_task(read())
    try:
        await lines.holds("listening", "ready")
        yield running, f"ws://127.0.0.1:{port}/stream", lines
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()
        await reading


async def some(websocket: Any, count: int) -> tuple[list[bytes], list[dict[str, Any]]]:
    """So many frames, and the messages before them."""
    frames: list[bytes] = []
    messages: list[dict[str, Any]] = []
    while len(frames) < count:
        data = await websocket.recv()
        if isinstance(data, bytes):
            frames.append(data)
        else:
            messages.append(json.loads(data))
    return frames, messages


@pytest.mark.parametrize("kind", ["file", "redis"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("count", [30, 120])
async def test_the_sound_goes_on_where_it_stopped(
    tmp_path: Path, kind: str, how: signal.Signals, count: int
) -> None:
    with place(kind, tmp_path) as store:
        config = configured(tmp_path, store)
        said = [{"type": "text", "text": piece} for piece in (TEXT[:50], TEXT[50:])]
        said.append({"type": "end"})
        async with process(config) as (server, address, lines):
            async with opened(f"{address}?pace=realtime") as websocket:
                session_id = (await until(websocket, "ready"))["session_id"]
                await send(websocket, *said)
                frames, messages = await some(websocket, count)
                await send(websocket, {"type": "ack", "seq": count - 1})
                await send(websocket, {"type": "ping"})
                await lines.holds("kept")
                server.send_signal(how)
                rest = await listen(websocket)
                frames += rest.frames
                messages += rest.messages
            await server.wait()
        async with process(config) as (server, address, lines):
            url = f"{address}?pace=fast&session_id={session_id}&from={len(frames)}"
            async with opened(url) as websocket:
                ready = await until(websocket, "ready")
                assert ready["next_seq"] == len(frames)
                await send(websocket, *said[ready["received"] :])
                after = await listen(websocket)
            assert any(line["event"] == "restored" for line in lines)
        # Not a sample is missing, none comes twice, and each word is told once.
        assert b"".join(frames) + after.audio == sound(TEXT)
        words = [m for m in messages + after.messages if m["type"] == "word"]
        assert [TEXT[w["offset"] :][: len(w["text"])] for w in words] == [w["text"] for w in words]
        starts = [w["offset"] for w in words]
        assert sorted(set(starts)) == starts
        (done,) = after.of("done")
        assert done["words"] == len(words) == len(TEXT.split())
        assert done["characters"] == len(TEXT)
        assert done["frames"] == len(frames) + len(after.frames)
        assert after.code == 1000


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_our_client_notices_nothing(tmp_path: Path, how: signal.Signals) -> None:
    config, port = configured(tmp_path, {"store": "file"}), free_port()
    audio, words = b"", []
    async with AsyncExitStack() as servers:
        server, address, lines = await servers.enter_async_context(process(config, port))
        async with Session(address, Options(events=("word",))) as session:
            await session.send(TEXT)
            await session.end()
            async for frame, events in session:
                audio += frame
                words += [event["text"] for event in events if event["type"] == "word"]
                if session.next_seq == 60 and server.returncode is None:
                    await lines.holds("kept")
                    server.send_signal(how)
                    await server.wait()
                    server, _, _ = await servers.enter_async_context(process(config, port))
        assert session.resumed == 1
    assert audio == sound(TEXT)
    assert len(words) == len(TEXT.split())


async def test_what_was_acknowledged_is_gone_and_a_frame_must_be_named(tmp_path: Path) -> None:
    config = configured(tmp_path, {"store": "file"})
    async with process(config) as (server, address, _):
        async with opened(f"{address}?pace=realtime") as websocket:
            session_id = (await until(websocket, "ready"))["session_id"]
            await send(websocket, {"type": "text", "text": TEXT}, {"type": "end"})
            await some(websocket, 60)
            await send(websocket, {"type": "ack", "seq": 59}, {"type": "ping"})
            await until(websocket, "pong")
            server.send_signal(signal.SIGTERM)
            assert (await listen(websocket)).code == 1001
        await server.wait()
    async with process(config) as (_, address, _):
        for tail, code in (("&from=20", 4404), ("", 4400), ("&from=-1", 4400)):
            async with opened(f"{address}?session_id={session_id}{tail}") as websocket:
                assert (await listen(websocket)).code == code
        async with opened(f"{address}?session_id={session_id}&from=60") as websocket:
            assert (await until(websocket, "ready"))["next_seq"] == 60


async def test_a_session_that_is_over_is_forgotten(tmp_path: Path) -> None:
    config = configured(tmp_path, {"store": "file"})
    async with process(config) as (server, address, _):
        async with opened(f"{address}?session_id=short&pace=fast") as websocket:
            await send(websocket, {"type": "text", "text": "Hi."}, {"type": "end"})
            assert (await listen(websocket)).code == 1000
        server.send_signal(signal.SIGTERM)
        await server.wait()
    async with process(config) as (_, address, _):
        async with opened(f"{address}?session_id=short&from=0") as websocket:
            assert (await listen(websocket)).code == 4404


async def test_a_store_that_is_down_is_told_once(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        pass  # a port where nobody answers any more
    config = configured(tmp_path, {"store": "redis", "url": url})
    async with process(config) as (server, address, lines):
        async with opened(f"{address}?pace=fast") as websocket:
            await send(websocket, {"type": "text", "text": TEXT}, {"type": "end"})
            heard = await listen(websocket)
        assert (heard.code, heard.audio) == (1000, sound(TEXT))
        async with opened(f"{address}?session_id=unknown&from=3") as websocket:
            assert (await listen(websocket)).code == 4404
        server.send_signal(signal.SIGTERM)
        await server.wait()
    assert [line["level"] for line in lines if line["log"] == "vvstream.store"] == ["warning"]
    assert TEXT not in json.dumps(lines)


async def test_a_store_that_dies_in_mid_speech(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        config = configured(tmp_path, {"store": "redis", "url": url})
        started = process(config)
        server, address, lines = await started.__aenter__()
        websocket = await opened(f"{address}?pace=fast")
        await send(websocket, {"type": "text", "text": TEXT}, {"type": "end"})
        frames, _ = await some(websocket, 5)
    rest = await listen(websocket)
    await websocket.close()
    assert b"".join(frames) + rest.audio == sound(TEXT)
    server.send_signal(signal.SIGTERM)
    await server.wait()
    await started.__aexit__(None, None, None)
    # A write may have been in time; of one that was not it is told once.
    told = {"warning": 0, **Counter(x["level"] for x in lines if x["log"] == "vvstream.store")}
    assert told["warning"] <= 1
