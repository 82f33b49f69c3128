"""A server of its own for a benchmark: the real one, in a process of its own, on loopback."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
START_SECONDS = 120.0
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    pid: int

    def resident(self) -> int:
        """Bytes of memory that are in use now (RSS)."""
        return self._status("VmRSS")

    def peak(self) -> int:
        """Bytes of memory that were in use at most."""
        return self._status("VmHWM")

    def cpu_seconds(self) -> float:
        """Time that the process has spent on all cores together."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        # Of proc(5): utime and stime are fields 14 and 15, the first after the name is field 3.
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _status(self, key: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"no {key} of process {self.pid}")


@contextmanager
def running(
    *, cpus: set[int] | None = None, overrides: dict[str, dict[str, Any]] | None = None
) -> Iterator[Server]:
    """Start a server, yield it when it is ready, and stop it.

    `cpus` are the cores that it may use; `overrides` are blocks and keys of config/model.yaml.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        shutil.copytree(ROOT / "config", config)
        model = config / "model.yaml"
        settings = yaml.safe_load(model.read_text())
        for block, values in (overrides or {}).items():
            settings[block] |= values
        model.write_text(yaml.safe_dump(settings))
        port = _free_port()
        command = [sys.executable, "server.py", "--port", str(port), "--config", str(model)]
        # Bound before it starts: a thread keeps the cores of the thread that made it.
        bind = partial(os.sched_setaffinity, 0, cpus) if cpus else None
        process = subprocess.Popen(command, cwd=ROOT, preexec_fn=bind)
        try:
            _wait_until_ready(process, port)
            yield Server(f"ws://127.0.0.1:{port}/stream", process.pid)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the server stopped with status {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit(f"the server was not ready within {START_SECONDS:.0f} s")
