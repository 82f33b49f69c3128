"""The two commands, where something is missing: one clear line, and nothing half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def bash(script: str, *arguments: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        ["bash", str(ROOT / "scripts" / script), *arguments],
        env=os.environ | environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=100,
    )
    return done.returncode, done.stdout, done.stderr


def python_that(folder: Path, script: str) -> str:
    """An interpreter that behaves so."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = python_that(tmp_path, "exit 1")
    status, _, err = bash("serve", PYTHON=old, VVSTREAM_VENV=str(tmp_path / "venv"))
    assert status == 1
    assert err.startswith("error: Python 3.11 or newer is needed")
    assert not (tmp_path / "venv").exists()


def test_a_python_without_venv_says_what_to_install(tmp_path: Path) -> None:
    # No apt-get on this PATH, so that nothing is installed by the test.
    script = f'case "$*" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac'
    bare = python_that(tmp_path, script)
    for tool in ("bash", "dirname", "id", "sh"):
        found = subprocess.run(["which", tool], capture_output=True, text=True, check=True)
        (tmp_path / tool).symlink_to(found.stdout.strip())
    environment = {"PYTHON": bare, "PATH": str(tmp_path), "VVSTREAM_VENV": str(tmp_path / "venv")}
    status, _, err = bash("serve", **environment)
    assert status == 1
    assert "python3-venv" in err
    assert not (tmp_path / "venv").exists()


def test_serve_starts_what_is_installed() -> None:
    status, out, _ = bash("serve", "--help", VVSTREAM_VENV=sys.prefix)
    assert status == 0
    assert "--port" in out


def test_an_installed_environment_is_left_alone(tmp_path: Path) -> None:
    """The second start does not run pip: it would cost seconds, and need a network."""
    called = tmp_path / "pip-was-run"
    venv = tmp_path / "venv" / "bin"
    venv.mkdir(parents=True)
    log = f'case "$*" in *"pip install"*) touch {called};; server.py*) echo started;; esac'
    python_that(venv, log)
    assert bash("serve", VVSTREAM_VENV=str(tmp_path / "venv"))[:2] == (0, "started\n")
    assert called.exists()
    called.unlink()
    assert bash("serve", VVSTREAM_VENV=str(tmp_path / "venv"))[:2] == (0, "started\n")
    assert not called.exists()


@pytest.mark.parametrize("script", ["serve", "test", "check", "environment.sh"])
def test_scripts_parse(script: str) -> None:
    subprocess.run(["bash", "-n", str(ROOT / "scripts" / script)], check=True)
