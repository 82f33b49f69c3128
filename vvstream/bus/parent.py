"""The supervisor as its child sees it: lines on two pipes, and an end that means it is gone."""

import asyncio
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from vvstream.bus import board as b

# A child whose supervisor died goes down in order; one that cannot is ended after this.
GRACE_SECONDS = 15.0


class Parent:
    """`setup` is the first thing it said. Takes this process's standard input and output over."""

    def __init__(self) -> None:
        self._lines = _lines(os.dup(0))
        self._output = os.dup(1)
        # What a library prints must not be taken for a message.
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        # A supervisor that does not read must not stop us: a report that finds no room is lost.
        os.set_blocking(self._output, False)
        first = b.told(next(self._lines))
        if not isinstance(first, b.Setup):
            raise ValueError("expected a setup first")
        self.setup = first
        self._lock = threading.Lock()
        self._early: list[b.Told] = []
        self._tell: Callable[[b.Told | None], None] | None = None
        self.gone = False
        threading.Thread(target=self._read, name="parent", daemon=True).start()

    def listen(self, hear: Callable[[b.Told | None], None]) -> None:
        """Call `hear` on the running event loop with each message, and with None at the end."""
        loop = asyncio.get_running_loop()

        def tell(message: b.Told | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: this process is about to end
                loop.call_soon_threadsafe(hear, message)

        with self._lock:
            for message in self._early:
                tell(message)
            self._early.clear()
            self._tell = tell

    def say(self, message: b.Said) -> None:
        """Tell it something; lost where it does not listen."""
        line = b.line(message)
        with suppress(BlockingIOError, BrokenPipeError):
            rest = line[os.write(self._output, line) :]
            while rest:  # what follows would be taken for a part of it
                select.select((), (self._output,), ())
                rest = rest[os.write(self._output, rest) :]

    def _read(self) -> None:
        for line in self._lines:
            message = b.told(line)
            with self._lock:
                if self._tell is None:
                    self._early.append(message)
                else:
                    self._tell(message)
        self.gone = True
        with self._lock:
            tell = self._tell
        if tell is not None:
            tell(None)
            threading.Event().wait(GRACE_SECONDS)
        os._exit(1)


def _lines(descriptor: int) -> Iterator[bytes]:
    """Whole lines, until the other end is closed.

    No file object: a thread that waits in one at the interpreter's end aborts the process.
    """
    rest = b""
    while data := os.read(descriptor, 1 << 16):
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
