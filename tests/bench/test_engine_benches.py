"""The benches of the engine: real listeners, real ticks, small models."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import torch
from websockets.asyncio.server import ServerConnection

from bench import crowd, engine, load, memory, trace
from bench.player import BINARY, CLOSE, TWO_BYTES, Player, Tally
from bench.processes import Tree
from bench.rows import Crowd, units_of
from tests.bench.test_scripts import SILENT_FRAMES, speaker
from tests.clients.speech_server import serving
from tests.support.small import small_acoustic, small_ticker, small_vocoder
from vvstream.engine.gauge import HostGauge
from vvstream.engine.load import Parts
from vvstream.engine.scheduler import Share
from vvstream.engine.service import Limits


async def test_listeners_call_until_the_time_is_up() -> None:
    """Each frame is there at once, so none is late; every call is counted."""
    async with serving(speaker) as url:
        now = asyncio.get_running_loop().time()
        orders = crowd.Orders(url, 5, 3, 8, now, now + 0.2, now + 1.2, 20, 0.1)
        result = await crowd.crowd(orders)
    assert result.refused == {}
    heard = result.heard
    assert heard.calls >= len(heard.first_audible) > 0
    assert heard.frames > SILENT_FRAMES
    assert (heard.late, heard.worst < 0) == (0, True)
    assert all(seconds >= 0.02 * SILENT_FRAMES for seconds in heard.first_audible)


async def hang_up(visitor: ServerConnection, query: dict[str, str]) -> None:
    await visitor.close(4503, "come back later")


async def test_a_refusal_is_told_and_is_no_call() -> None:
    async with serving(hang_up) as url:
        now = asyncio.get_running_loop().time()
        result = await crowd.crowd(crowd.Orders(url, 0, 2, 2, now, now, now + 0.5, 20, 0.1))
    assert set(result.refused) == {"4503 come back later"}
    assert (result.heard.frames, result.heard.first_audible) == (0, [])


async def test_frames_are_the_same_however_they_are_cut() -> None:
    """Byte by byte, and all at once: what follows the handshake, sounds and a close."""
    tally = Tally(0.0, math.inf)
    closing = (1000).to_bytes(2, "big")
    stream = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    for payload in (bytes(640), bytes(640), b"\x00\x10" * 320):
        stream += bytes((BINARY, TWO_BYTES)) + len(payload).to_bytes(2, "big") + payload
    stream += bytes((CLOSE, len(closing))) + closing
    for size in (1, 7, 644, len(stream)):
        ours, theirs = socket.socketpair()
        with theirs:
            _, player = await asyncio.get_running_loop().create_connection(
                partial(Player, b"hello", 0.1, tally), sock=ours
            )
            for start in range(0, len(stream), size):
                player.data_received(stream[start : start + size])
            await player.over
            while await asyncio.to_thread(theirs.recv, 1 << 10):
                pass  # until it has hung up
    assert (tally.frames, tally.calls, len(tally.first_audible)) == (12, 4, 4)
    assert all(seconds >= 0.04 for seconds in tally.first_audible)


async def test_a_level_of_load_is_measured_by_processes_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = argparse.Namespace(seconds=1.5, characters=20)
    monkeypatch.setattr(load, "SETTLED_SECONDS", 0.2)

    def measured() -> load.Level:
        with load.Crowds(2) as crowds:
            return load.level(crowds, url, os.getpid(), 2, args)

    async with serving(speaker) as url:
        one = await asyncio.to_thread(measured)
    assert one.listeners == 2
    assert one.calls >= 1
    assert one.in_time == 1
    assert one.memory > 1 << 20
    load.report([one], tmp_path)
    assert "| 2 |" in (tmp_path / "load.md").read_text()
    assert (tmp_path / "load.png").exists()


def test_a_refusal_is_no_call() -> None:
    one = load.Level(4, 0, {"4503 full": 4}, [], 0, 0, 0.0, 0.1, 1 << 20, 0.1)
    assert one.in_time == 1


def test_what_a_process_started_is_counted_with_it() -> None:
    alone = Tree(os.getpid())
    before = alone.memory()
    hungry = "import sys; held = bytes(range(256)) * 400_000; print(flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", hungry], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.readline()
    try:
        assert alone.memory() - before > 80_000_000
        assert alone.cpu_seconds() >= Tree(child.pid).cpu_seconds() >= 0
    finally:
        child.communicate()


def small_parts() -> Parts:
    return Parts(small_ticker(4), {"en": ()}, Limits(8, Share(16, 160), 0.2), HostGauge(), 1)


def test_the_engine_is_measured_tick_by_tick(tmp_path: Path) -> None:
    ticker = small_parts().ticker
    points = [engine.measure(ticker, listeners, 0.05) for listeners in (1, 3)]
    assert all(point.audio_per_second > 0 < point.tick_seconds for point in points)
    assert ticker.sound.slots.used == 0
    piper = [{"listeners": 1, "audio_per_second": 9.0, "first_seconds": 0.25}]
    engine.report(points, piper, "a test", tmp_path)
    written = (tmp_path / "engine.md").read_text()
    assert "| 1 | 9.0 | 250 |" in written
    assert len(json.loads((tmp_path / "engine.json").read_text())["points"]) == 2


def test_without_arithmetic_as_much_is_said_and_no_more_computed() -> None:
    parts = small_parts()
    quick = engine.without_arithmetic(parts)
    with torch.inference_mode():
        assert engine.measure(quick, 3, 0.05).audio_per_second > 0
    assert small_acoustic() is parts.ticker.languages["en"].model
    assert small_vocoder() is quick.sound.vocoder


def test_a_crowd_never_runs_dry() -> None:
    ticker = small_ticker(8)
    crowd = Crowd(ticker, 2, seconds=0.3)
    first = list(crowd.jobs)
    while crowd.jobs[0] is first[0]:
        list(ticker.tick(crowd.due()))
    assert ticker.sound.slots.used == 2
    crowd.leave()
    assert ticker.sound.slots.used == 0
    assert units_of(9.0, 3) == units_of(9.0, 3) != units_of(9.0, 4)


def test_memory_is_told_per_listener(tmp_path: Path) -> None:
    costs = [
        memory.Cost(n, n, 1, 0, 100 << 20, (100 + 2 * n) << 20, 10.0 * n) for n in (1, 2)
    ] + [memory.Cost(2, 1, 1, 512, 100 << 20, 103 << 20, 9.0)]
    memory.report(costs, "a test", tmp_path)
    written = (tmp_path / "memory.md").read_text()
    assert written.count("| 2.00 |") == 2
    assert "| 3.00 |" in written
    assert memory.config_of(["en"], 7, 512).engine.slots == 7


def test_a_trace_is_read_and_drawn(tmp_path: Path) -> None:
    path = tmp_path / "out" / "chrome_trace.json.gz"
    trace.record(small_ticker(4), 2, 2, path)
    stages = trace.lanes(path)
    assert [lane.name for lane in stages] == ["CPU: acoustic", "CPU: vocoder"]
    assert trace.overlap(*stages) == 0
    trace.report(stages, 2, "a test", tmp_path)
    assert (tmp_path / "trace.png").exists()


def test_streams_of_a_gpu_are_drawn_where_there_are_any(tmp_path: Path) -> None:
    def work(stream: int, at: float, lasts: float) -> dict[str, object]:
        return {"cat": "kernel", "name": "gemm", "ts": at, "dur": lasts, "args": {"stream": stream}}

    path = tmp_path / "trace.json"
    cpu = {"cat": "user_annotation", "name": "vocoder", "ts": 0, "dur": 9}
    events = [cpu, work(7, 1000, 500), work(7, 2000, 500), work(9, 1400, 700)]
    path.write_text(json.dumps({"traceEvents": events}))
    seven, nine = trace.lanes(path)
    assert (seven.name, seven.busy) == ("stream 7", 1.0)
    assert trace.overlap(seven, nine) == pytest.approx(0.2)
    assert trace.overlap(nine, seven) == pytest.approx(0.2)
