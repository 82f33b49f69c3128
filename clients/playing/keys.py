"""Single keys from the terminal, which is left as it was found whatever happens."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

if sys.platform != "win32":
    import termios
    import tty


@contextmanager
def listening(on_key: Callable[[str], None]) -> Iterator[bool]:
    """Call `on_key` for each key pressed while the block runs; yields whether that is possible.

    It listens to the controlling terminal, so stdin may be a pipe. Ctrl-C stays a signal, and
    Ctrl-Z stops the program with the terminal as it was.
    """
    terminal = _terminal()
    if terminal is None:
        yield False
        return
    loop = asyncio.get_running_loop()
    before = termios.tcgetattr(terminal)

    def take() -> None:
        tty.setcbreak(terminal, termios.TCSANOW)

    def give_back() -> None:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    def stop() -> None:
        give_back()
        os.kill(os.getpid(), signal.SIGSTOP)

    def read() -> None:
        try:
            pressed = os.read(terminal, 64)
        except OSError:  # the terminal went away
            pressed = b""
        if not pressed:
            loop.remove_reader(terminal)
        for key in pressed.decode(errors="replace"):
            on_key(key)

    try:
        take()
        loop.add_signal_handler(signal.SIGTSTP, stop)
        loop.add_signal_handler(signal.SIGCONT, take)
        loop.add_reader(terminal, read)
        yield True
    finally:
        loop.remove_reader(terminal)
        for number in (signal.SIGTSTP, signal.SIGCONT):
            loop.remove_signal_handler(number)
        with suppress(termios.error):
            give_back()
        os.close(terminal)


def _terminal() -> int | None:
    """The controlling terminal, where there is one and we are in its foreground."""
    if sys.platform == "win32":
        return None
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    # Of a job in the background the terminal takes no settings: it would stop the job.
    with suppress(OSError):
        if os.tcgetpgrp(terminal) == os.getpgrp():
            return terminal
    os.close(terminal)
    return None
