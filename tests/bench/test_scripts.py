"""The scripts themselves, against a server of known sound: real sockets, real files."""

import json
from pathlib import Path

from websockets.asyncio.server import ServerConnection

from bench import gateway, latency, realtime, session
from bench.listener import call
from bench.report import table
from bench.texts import text_of
from tests.clients.speech_server import frame, serving

SILENT_FRAMES = 3


async def speaker(socket: ServerConnection, query: dict[str, str]) -> None:
    """Three frames of silence, then a frame a character: loud from the first sample."""
    for _ in range(SILENT_FRAMES):
        await socket.send(bytes(640))
    for _ in query["text"]:
        await socket.send(frame(9_999))


async def test_latency_counts_the_silence_and_writes_its_report(tmp_path: Path) -> None:
    async with serving(speaker) as url:
        seconds = await latency.measure(url, (10, 100), 5, {"voice": "en-Heart_woman"})
    assert {length: len(values) for length, values in seconds.items()} == {10: 5, 100: 5}
    assert all(value >= 0.02 * SILENT_FRAMES for values in seconds.values() for value in values)
    latency.report(seconds, tmp_path)
    written = json.loads((tmp_path / "latency.json").read_text())
    assert written["seconds"]["100"] == seconds[100]
    assert "| 100 | 5 |" in (tmp_path / "latency.md").read_text()
    assert (tmp_path / "latency.png").read_bytes().startswith(b"\x89PNG")


async def test_a_call_ends_where_it_is_enough() -> None:
    async with serving(speaker) as url:
        heard = await call(url, "a" * 100, {}, enough=lambda one: any(one.frame))
        assert len(heard) == SILENT_FRAMES + 1
        assert len(await call(url, "a" * 100, {})) == SILENT_FRAMES + 100


def test_realtime_writes_its_report(tmp_path: Path) -> None:
    long = realtime.Stretch(
        late=[-0.1, -0.05, 0.01], memory=[(10.0, 400 << 20), (20.0, 401 << 20)], loaded=1, peak=2
    )
    realtime.report(realtime.Speed(60.0, 6.0, 7.5), long, tmp_path)
    text = (tmp_path / "realtime.md").read_text()
    for cell in ("| 0.100 |", "| 0.125 |", "| 1 |", "| -10 ms |", "| 400.0 MiB |", "| 401.0 MiB |"):
        assert cell in text
    assert (tmp_path / "realtime.png").exists()


async def test_the_cost_of_a_frame_is_that_of_frames() -> None:
    cost = await gateway.measure(2, 0.5, events=True, settle=0.5)
    assert 1e-6 < cost.server < 1.0
    assert 0 < cost.listener < 1.0


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [(1, "x")]) == "| a | b |\n| --- | --- |\n| 1 | x |"


TOLD = (
    {"text": "One", "start": 0.0, "end": 0.3, "offset": 0},
    {"text": "two", "start": 0.5, "end": 0.8, "offset": 5},
    {"text": "three", "start": 0.8, "end": 1.1, "offset": 9},
)


def test_a_gap_counts_inside_a_clause_only() -> None:
    ((begin, end),) = session.clause_pauses("One, two three.", TOLD)
    assert begin < 0.3 < 0.5 < end < 0.8


def test_a_text_comes_in_tokens_as_it_is() -> None:
    text = text_of(300)
    tokens = session.TOKEN.findall(text)
    assert "".join(tokens) == text
    assert all(len(token.strip()) <= 5 for token in tokens)


def test_memory_counts_after_five_minutes() -> None:
    memory = [(0.0, 100), (299.0, 150), (300.0, 200), (400.0, 203), (500.0, 198)]
    assert session.Long([], memory, 1.0).growth() == 3 / 200


def test_session_reports_what_was_asked_for(tmp_path: Path) -> None:
    session.report(session.Figures(resume=[0.003, 0.004]), tmp_path)
    text = (tmp_path / "session.md").read_text()
    assert "reconnect" in text
    assert "cancel" not in text
    assert "memory" not in text


def test_session_writes_its_report(tmp_path: Path) -> None:
    long = session.Long([-0.1, 0.01, -0.05], [(0.0, 400 << 20), (1.0, 402 << 20)], 30.0)
    figures = session.Figures([0.04, 0.05], [[], [0.02]], [0.6, 0.7], [0.001], [0.003], long)
    session.report(figures, tmp_path)
    text = (tmp_path / "session.md").read_text()
    for cell in ("| 2 | 40.0 | 50.0 | 50.0 |", "| 50% of 2 |", "| 1.0 |", "| 402 MiB |"):
        assert cell in text
    assert json.loads((tmp_path / "session.json").read_text())["cancel"] == [0.001]
    assert (tmp_path / "session.png").exists()
