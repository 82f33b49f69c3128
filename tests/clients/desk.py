"""A desk to run the clients at: ALSA devices that write what they play, and a terminal."""

import asyncio
import fcntl
import os
import pty
import sys
import termios
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENTS = Path(__file__).parents[2] / "clients"
F_SETPIPE_SZ = 1031  # of Linux; the module fcntl has it from Python 3.10 on some systems only
NOWHERE = "ws://127.0.0.1:9/stream"  # the discard port: nobody listens

ASOUND = """
pcm.silent {{ type null }}
pcm.recorder {{ type file slave.pcm silent file {folder}/recorder.raw format raw }}
pcm.other {{ type file slave.pcm silent file {folder}/other.raw format raw }}
pcm.slow {{ type file slave.pcm silent file {folder}/slow.raw format raw }}
pcm.!default {{ type plug slave.pcm recorder }}
ctl.!default {{ type null }}
"""


@dataclass(frozen=True)
class Desk:
    """A folder with an ALSA configuration whose devices write what they play into it."""

    folder: Path
    client: str
    """The script in clients/ that is run."""

    @classmethod
    def of(cls, folder: Path, client: str) -> "Desk":
        (folder / "asound.conf").write_text(ASOUND.format(folder=folder))
        return cls(folder, client)

    def sound(self, device: str = "recorder") -> bytes:
        return (self.folder / f"{device}.raw").read_bytes()

    @contextmanager
    def slow_card(self) -> Iterator["SlowCard"]:
        """The device "slow" plays only when it is told to."""
        path = self.folder / "slow.raw"
        os.mkfifo(path)
        pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        try:
            yield SlowCard(pipe, fcntl.fcntl(pipe, F_SETPIPE_SZ, 4_096) / 32_000)
        finally:
            os.close(pipe)

    async def start(self, *arguments: str, pythonpath: str = "", **streams: Any) -> Process:
        environment = os.environ | {
            "ALSA_CONFIG_PATH": str(self.folder / "asound.conf"),
            "PYTHONPATH": pythonpath,
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(CLIENTS / self.client),
            *arguments,
            **{"stdin": PIPE, "stdout": PIPE, "stderr": PIPE, **streams},
            env=environment,
            cwd=self.folder,
        )

    async def run(
        self, *arguments: str, said: str | bytes = "", pythonpath: str = ""
    ) -> tuple[int, str, str]:
        """Run the client to its end; returns its exit status, stdout and stderr."""
        client = await self.start(*arguments, pythonpath=pythonpath)
        out, err = await client.communicate(said if isinstance(said, bytes) else said.encode())
        assert client.returncode is not None
        return client.returncode, out.decode(), err.decode()

    @asynccontextmanager
    async def at_terminal(self, *arguments: str, piped: bool) -> AsyncIterator["Terminal"]:
        """Run the client in a terminal of its own; `piped`: its stdin is a pipe all the same."""
        master, slave = pty.openpty()
        before = termios.tcgetattr(master)

        def control() -> None:
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        process = await self.start(
            *arguments,
            stdin=PIPE if piped else slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=control,
        )
        try:
            yield Terminal(master, before, process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            os.close(master)
            os.close(slave)


@dataclass(frozen=True)
class SlowCard:
    """A sound card whose clock is turned by hand."""

    pipe: int
    holds: float
    """Seconds of sound that it takes before it plays them."""

    def play(self, limit: int) -> bytes:
        """Play so many bytes, or as many as it was given."""
        try:
            return os.read(self.pipe, limit)
        except BlockingIOError:
            return b""


    @contextmanager
    def playing(self) -> Iterator[bytearray]:
        """Play whatever it is given, as soon as it is; yields what was played so far."""
        loop, played = asyncio.get_running_loop(), bytearray()
        loop.add_reader(self.pipe, lambda: played.extend(self.play(1 << 16)))
        try:
            yield played
        finally:
            loop.remove_reader(self.pipe)


@dataclass
class Terminal:
    """What a client shows, and the keys that are pressed."""

    master: int
    before: list[Any]
    process: Process
    shown: str = ""

    async def until(self, text: str) -> None:
        """Wait until this was shown."""
        loop = asyncio.get_running_loop()
        while text not in self.shown:
            more: asyncio.Future[bytes] = loop.create_future()
            loop.add_reader(self.master, self._read, more)
            try:
                self.shown += (await more).decode(errors="replace")
            finally:
                loop.remove_reader(self.master)

    def _read(self, more: "asyncio.Future[bytes]") -> None:
        if not more.done():
            more.set_result(os.read(self.master, 65536))

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def settings(self) -> list[Any]:
        """The terminal's settings now, to be compared with those before."""
        return termios.tcgetattr(self.master)

    async def end(self) -> int:
        """Wait for the client's end while reading what it shows; returns its exit status."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            self.shown += os.read(self.master, 65536).decode(errors="replace")

        loop.add_reader(self.master, read)
        try:
            return await self.process.wait()
        finally:
            loop.remove_reader(self.master)
