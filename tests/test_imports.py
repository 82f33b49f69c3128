"""What a process has no use for is not even imported: it would cost memory, and the start time."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ONE_PROCESS = "import vvstream.serve, vvstream.__main__"
GATEWAY = "import vvstream.serve, vvstream.processes, vvstream.bus.remote, vvstream.wire.server"
ENGLISH = """
from vvstream.config import default_path, load
from vvstream.languages import load_languages
languages = load_languages({"en": None})
front = languages["en"].front_end()
front.push("Nothing but English, here.")
front.finish()
"""


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        (ONE_PROCESS, {"zmq", "msgspec"}),
        (GATEWAY, {"torch"}),
        (ENGLISH, {"fugashi", "rjieba", "pypinyin", "torch"}),
    ],
    ids=["one process", "gateway", "English alone"],
)
def test_is_not_imported(code: str, absent: set[str]) -> None:
    tell = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    told = subprocess.run(
        (sys.executable, "-c", f"{code}\n{tell}"),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(told.stdout.split())
    assert "vvstream" in loaded
    assert not absent & loaded
