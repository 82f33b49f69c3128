"""The parent of gateways and engines: starts them, tells them of each other, begins them again.

It holds the listening sockets, so that a client that connects while its gateway is dead waits for
the next one and is not refused. It carries no sound and no text.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from vvstream.bus import board as b
from vvstream.errors import EngineFailed

# One process after another that dies at once must not take the machine.
FIRST_DELAY, LAST_DELAY = 0.1, 5.0
STEADY_SECONDS = 30.0
BOARD_SECONDS = 1.0
# Beyond what the children allow themselves.
STOP_SECONDS = 10.0
LINE_BYTES = 1 << 20

log = logging.getLogger("vvstream.supervisor")


@dataclass(eq=False)
class Place:
    """Where one child is, then its successor."""

    role: b.Role
    number: int
    setup: dict[str, Any] = field(default_factory=dict)
    """What of its Setup does not depend on who is in it."""
    environment: dict[str, str] = field(default_factory=dict)
    serial: int = -1
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    since: float = 0.0
    heard: float = 0.0
    """When it last said something."""
    ready: bool = False
    proven: bool = False
    """A process in this place has been ready."""
    report: b.Report = b.Report()

    def child(self, now: float) -> b.Child | None:
        """For the board."""
        if self.process is None:
            return None
        return b.Child(
            self.role,
            self.number,
            self.serial,
            self.process.pid,
            self.restarts,
            self.ready,
            round(now - self.since, 1),
            self.report.engine,
            self.report.sessions,
            self.report.sockets,
        )


class Supervisor:
    """`command` starts a child, which is ended when it says nothing for `hang_seconds`, and on the
    way down has `stop_seconds`; `release` lets go of the sockets."""

    def __init__(
        self,
        command: Sequence[str],
        places: Sequence[Place],
        hang_seconds: float,
        stop_seconds: float,
        release: Callable[[], None],
    ) -> None:
        self._command = tuple(command)
        self._places = tuple(places)
        self._hang = hang_seconds
        self._stop_seconds = stop_seconds + STOP_SECONDS
        self._release = release
        self._serials = 0
        self._voices: tuple[Any, ...] = ()
        self._changes: dict[str, Any] = {}
        self._stopping = asyncio.Event()
        self._killing = asyncio.Event()
        self._failed: str | None = None
        self.up = asyncio.Event()
        """All were ready once."""

    async def run(self) -> None:
        """Until a signal; raises EngineFailed if one of them cannot start."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._signalled, number)
        keepers = {place: asyncio.create_task(self._keep(place)) for place in self._places}
        telling = asyncio.create_task(self._tell_time())
        await self._stopping.wait()
        self._release()
        for role in ("gateway", "engine"):
            await self._stop([place for place in self._places if place.role == role])
        telling.cancel()
        await asyncio.gather(*keepers.values())
        if self._failed is not None:
            raise EngineFailed(self._failed)

    def _signalled(self, number: int) -> None:
        if self._stopping.is_set() and number == signal.SIGINT:
            self._killing.set()
        self._stopping.set()

    async def _stop(self, places: Sequence[Place]) -> None:
        living = [(place, place.process) for place in places if place.process is not None]
        processes = [process for _, process in living]
        for process in processes:
            with suppress(ProcessLookupError):
                process.terminate()
        waiting = [asyncio.ensure_future(process.wait()) for process in processes]
        impatient = asyncio.create_task(self._killing.wait())
        if waiting:
            all_over = asyncio.gather(*waiting)
            await asyncio.wait(
                (all_over, impatient), timeout=self._stop_seconds, return_when="FIRST_COMPLETED"
            )
        impatient.cancel()
        for place, process in living:
            if process.returncode is None:
                log.warning("killed", extra={"record": _named(place)})
                with suppress(ProcessLookupError):
                    process.kill()

    async def _keep(self, place: Place) -> None:
        """Have somebody in this place."""
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            code = await self._live(place)
            if self._stopping.is_set():
                return
            if not place.proven:
                self._failed = f"a {place.role} could not start; what it said stands above"
                self._stopping.set()
                return
            place.restarts += 1
            record = {**_named(place), "status": code, "restarts": place.restarts}
            log.error("died", extra={"record": record})
            self._publish()
            lived = time.monotonic() - place.since
            delay = FIRST_DELAY if lived > STEADY_SECONDS else min(2 * delay, LAST_DELAY)
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._stopping.wait()

    async def _live(self, place: Place) -> int:
        """One child, from its start to its end; returns its exit status."""
        self._serials += 1
        setup = b.Setup(
            **place.setup, role=place.role, number=place.number, serial=self._serials
        )
        descriptors = [*setup.listeners]
        if setup.handovers is not None:
            descriptors.append(setup.handovers)
        place.process = process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=descriptors,
            env={**os.environ, **place.environment},
            # Ctrl-C in a terminal is for us: we tell them.
            start_new_session=True,
            limit=LINE_BYTES,
        )
        place.serial, place.ready, place.report = setup.serial, False, b.Report()
        place.since = place.heard = time.monotonic()
        self._tell(place, setup)
        if self._changes:
            self._tell(place, b.Change(self._changes))
        if self._stopping.is_set():  # the signal came while it was started
            process.terminate()
        self._publish()
        try:
            await self._hear(place, process)
            return await process.wait()
        finally:
            place.process, place.ready = None, False

    async def _hear(self, place: Place, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            place.heard = time.monotonic()
            try:
                message = b.said(line)
            except msgspec.DecodeError as error:
                log.error("not a message", extra={"record": {"reason": str(error)}})
                continue
            match message:
                case b.Loaded(voices):
                    self._voices = voices
                    self._publish()
                case b.Ready():
                    place.ready = place.proven = True
                    self._publish()
                    self._tell_up()
                case b.Report():
                    place.report = message
                case b.Usage():
                    for other in self._places:
                        if other.role == "gateway" and other is not place:
                            self._tell(other, message)
                case b.Change(values):
                    self._changes |= values
                    for other in self._places:
                        self._tell(other, message)

    def _tell_up(self) -> None:
        if not self.up.is_set() and all(place.proven for place in self._places):
            self.up.set()
            count = [sum(p.role == role for p in self._places) for role in ("gateway", "engine")]
            log.info("up", extra={"record": dict(zip(("gateways", "engines"), count, strict=True))})

    async def _tell_time(self) -> None:
        while True:
            await asyncio.sleep(BOARD_SECONDS)
            now = time.monotonic()
            for place in self._places:
                silent = now - place.heard > self._hang
                if place.process is not None and place.ready and silent:
                    log.error("hangs", extra={"record": _named(place)})
                    with suppress(ProcessLookupError):
                        place.process.kill()
            self._publish()

    def _publish(self) -> None:
        """Tell all of them who is there."""
        now = time.monotonic()
        children = (place.child(now) for place in self._places)
        board = b.Board(tuple(child for child in children if child is not None), self._voices)
        for place in self._places:
            self._tell(place, board)

    def _tell(self, place: Place, message: b.Told) -> None:
        process = place.process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(b.line(message))


def _named(place: Place) -> dict[str, Any]:
    return {"role": place.role, "number": place.number}
