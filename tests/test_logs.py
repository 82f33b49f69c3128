"""The log: JSON lines, and never what was said unless it is asked for."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.client import call, opened, query
from tests.support.server import running
from tests.support.server import test_config as make_config
from tests.support.tone import ToneEngine
from vvstream import logs

SECRET = "Xylophone quartz."


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, object]]]:
    """What is logged, filled in when the test asks."""
    formatter, found = logs.JsonLines(), []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(formatter.format(record)))

    handler = Handler()
    logging.getLogger("vvstream").addHandler(handler)
    logging.getLogger("uvicorn").addHandler(handler)
    with caplog.at_level(logging.INFO, "vvstream"):
        yield found
    logging.getLogger("vvstream").removeHandler(handler)
    logging.getLogger("uvicorn").removeHandler(handler)


async def test_one_line_per_utterance(lines: list[dict[str, object]]) -> None:
    async with running(ToneEngine()) as server:
        heard = await call(server.ws(query(text=SECRET, pace="fast", voice="en-Mike_man")))
        await call(server.ws(query(text=SECRET, cfg="abc")))
    (line,) = [line for line in lines if line["event"] == "utterance"]
    assert line["voice"] == "en-Eric_man"
    assert line["frames"] == len(heard.frames)
    assert line["seconds"] == pytest.approx(len(heard.frames) * 0.02)
    assert (line["code"], line["outcome"]) == (1000, "spoken")
    first = line["first_audible_ms"]
    assert isinstance(first, float)
    assert 0 < first < 5_000
    (refused,) = [line for line in lines if line["event"] == "refused"]
    assert refused["code"] == 4400
    assert "Xylophone" not in json.dumps(lines)


async def test_a_call_that_was_left_is_told_too(lines: list[dict[str, object]]) -> None:
    engine = ToneEngine()
    async with running(engine) as server:
        async with opened(server.ws(query(text=SECRET * 20))) as websocket:
            await websocket.recv()
        await engine.idle.wait()
    (line,) = [line for line in lines if line["event"] == "utterance"]
    assert (line["code"], line["outcome"]) == (None, "cancelled")


async def test_the_text_where_it_is_asked_for(lines: list[dict[str, object]]) -> None:
    async with running(ToneEngine(), make_config(server={"log_text": True})) as server:
        await call(server.ws(query(text=SECRET, pace="fast")))
    (line,) = [line for line in lines if line["event"] == "utterance"]
    assert line["text"] == "Xylophone quartz"


def test_lines_on_standard_error() -> None:
    script = """
import logging
from vvstream import logs
logs.configure("info")
logging.getLogger("vvstream").info("hello", extra={"record": {"number": 1}})
logging.getLogger("vvstream").debug("hidden")
logging.getLogger("uvicorn.error").info("the URL of somebody")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("vvstream").exception("oops")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    first, second = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["level"], first["number"]) == ("hello", "info", 1)
    assert first["time"].endswith("Z")
    assert "ZeroDivisionError" in second["traceback"]
