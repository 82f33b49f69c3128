"""The benchmark of subtitles, on a voice of tones."""

import asyncio
import json
from pathlib import Path

from bench import subtitles
from tests.support.server import running
from tests.support.tone import ToneEngine


async def test_it_reports_what_the_client_did(tmp_path: Path) -> None:
    async with running(ToneEngine()) as server:
        broken = await asyncio.to_thread(subtitles.voiced, server.ws(), "broken.srt", "duck", 1.5)
    assert broken.on_time == 1.0
    assert len(broken.late) == len(broken.speeds) == 6
    assert broken.problems == 6
    assert 30 < broken.length < 36
    one = subtitles.Voiced("x.srt", "drop", [0.0, None, 0.2], [1.0, 1.5, 1.5], [0.1], 0, 9.0, 3.0)
    assert one.on_time == 1 / 3
    subtitles.report([broken, one], "all in time", tmp_path)
    told = (tmp_path / "subtitles.md").read_text()
    assert "| broken.srt | duck | 6 | 6 | 100.0% | 0.00 |" in told
    assert "| x.srt | drop | 3 | 2 | 33.3% | 0.20 | 1.50 | 0 | 0 | 3.0 |" in told
    assert "live on a silent card: all in time." in told
    assert len(json.loads((tmp_path / "subtitles.json").read_text())["voiced"]) == 2
