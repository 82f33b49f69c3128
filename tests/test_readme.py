"""The README does what it says: its links exist, its snippets run, against the real server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bench.server import Server, running
from vvstream.streaming.weights import read_header

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SNIPPETS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
PYTHON = [text for kind, text in SNIPPETS if kind == "python"]
# The two commands for the whole project are run by a person and by CI; the rest is run here.
COMMANDS = [
    line.partition("    #")[0]
    for kind, text in SNIPPETS
    if kind == "bash"
    for line in text.splitlines()
    if "scripts/" not in line
]
ASOUND = "pcm.!default { type null }\nctl.!default { type null }\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as running_server:
        yield running_server


def run(command: list[str], server: Server, folder: Path) -> str:
    """Run a command as a reader would, with a silent sound card; returns its output."""
    (folder / "asound.conf").write_text(ASOUND)
    (folder / "clients").symlink_to(ROOT / "clients")
    environment = os.environ | {
        "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'clients'}",
        "VVSTREAM_URL": server.url,
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def test_there_are_snippets() -> None:
    assert len(PYTHON) == 2
    assert len(COMMANDS) == 8


@pytest.mark.parametrize("snippet", PYTHON, ids=["plain", "session"])
def test_python_runs(snippet: str, server: Server, tmp_path: Path) -> None:
    here = snippet.replace("ws://localhost:7860/stream", server.url)
    out = run([sys.executable, "-c", here], server, tmp_path)
    if "event" in here:
        words = [line.split()[-1] for line in out.splitlines()]
        assert words == ["It", "was", "a", "bright", "cold", "day", "in", "April"]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command: str, server: Server, tmp_path: Path) -> None:
    run(["bash", "-c", command], server, tmp_path)
    for name in re.findall(r"\w+\.wav", command):
        assert (tmp_path / name).stat().st_size > 16_000


def test_the_voices_are_those_of_the_package_and_of_the_configuration() -> None:
    settings = yaml.safe_load((ROOT / "config/model.yaml").read_text())
    section = README.partition("## Voices")[2].partition("\n## ")[0].partition("## How good")[0]
    named = set(re.findall(r"`((?:en|jp|zh)-\w+)`", section))
    aliases = dict(re.findall(r"`([\w-]+)` \(also `([\w-]+)`\)", section))
    configured: dict[str, str] = {}
    voices: set[str] = set()
    for language, block in settings["languages"].items():
        configured |= block["aliases"]
        header = read_header(ROOT / f"vvstream/weights/{language}.safetensors")
        voices |= {voice["name"] for voice in header["voices"]}
    assert {alias: voice for voice, alias in aliases.items()} == configured
    assert named == voices | configured.keys()
