"""The two commands, where something is missing: one clear line, and nothing half done."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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


def test_what_is_served_is_installed() -> None:
    """`scripts/serve` and the image bring the extras of the languages that are configured."""
    wanted = set(yaml.safe_load((ROOT / "config/model.yaml").read_text())["languages"]) - {"en"}
    script = re.search(r"^install_extras (\S+)$", (ROOT / "scripts/serve").read_text(), re.M)
    image = re.search(r'^ARG EXTRAS="(.*)"$', (ROOT / "Dockerfile").read_text(), re.M)
    assert script is not None
    assert image is not None
    assert wanted <= set(script[1].split(","))
    assert wanted <= set(image[1].split())


def test_the_image_lists_its_dependencies(tmp_path: Path) -> None:
    found = re.search(r"    python3 -c \"import sys.*?> requirements.txt", _dockerfile(), re.S)
    assert found is not None
    run = found[0].replace("python3", sys.executable)
    command = f"cp {ROOT}/pyproject.toml . && EXTRAS='zh' && {run}"
    subprocess.run(["bash", "-ec", command], cwd=tmp_path, check=True)
    wanted = (tmp_path / "requirements.txt").read_text().split()
    assert any(line.startswith("torch==") for line in wanted)
    assert any(line.startswith("pypinyin==") for line in wanted)
    assert not any(line.startswith("fugashi==") for line in wanted)


def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()
