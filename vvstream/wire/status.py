"""`GET /api/status`: how the server is, in numbers and in one line."""

import platform
import time
from collections import deque
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, Final

from vvstream import __version__
from vvstream.status import EngineStatus, total
from vvstream.wire.fleet import Fleet

LIBRARIES: Final = ("torch", "starlette", "uvicorn")
GIGABYTE: Final = 1e9
# What is made in a second is measured over so many.
SPAN_SECONDS: Final = 5


class Status:
    """`sessions` and `sockets` count those of this process."""

    def __init__(
        self, fleet: Fleet, sessions: Callable[[], int], sockets: Callable[[], int]
    ) -> None:
        self._fleet = fleet
        self._sessions = sessions
        self._sockets = sockets
        self._since = time.monotonic()
        self._made: deque[tuple[float, float]] = deque(maxlen=SPAN_SECONDS + 1)
        self._versions = {
            "vvstream": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        }

    def sample(self) -> None:
        """To be called about once a second: what is made in one is counted between the calls."""
        self._made.append((time.monotonic(), total(self._fleet.engines()).audio_seconds))

    def body(self, state: str, *, ready: bool) -> Mapping[str, Any]:
        """The answer; `state` as GET /ready tells it."""
        engines = self._fleet.engines()
        status = total(engines)
        return {
            "line": line(status, state, ready=ready),
            "ok": ready,
            "status": state,
            "device": status.device,
            "kind": status.kind,
            "memory": {"used": status.memory_used, "limit": status.memory_limit},
            "slots": {"used": status.slots_used, "limit": status.slots_limit},
            "sessions": self._sessions(),
            "sockets": self._sockets(),
            "ticks": status.ticks,
            "late_ticks": status.late_ticks,
            "late_share": round(status.late_ticks / max(1, status.ticks), 6),
            "lateness_p99_ms": round(1000 * status.lateness_p99_s, 3),
            "audio_seconds": round(status.audio_seconds, 2),
            "audio_seconds_per_second": round(self._rate(), 2),
            "up_seconds": round(time.monotonic() - self._since, 1),
            "versions": self._versions,
            **self._fleet.processes(),
        }

    def _rate(self) -> float:
        if len(self._made) < 2:
            return 0.0
        (begin, before), (end, after) = self._made[0], self._made[-1]
        # An engine that was started again counts from nothing.
        return max(0.0, after - before) / (end - begin)


def line(status: EngineStatus, state: str, *, ready: bool) -> str:
    """For a badge: GPU: OK | VRAM: 4.2/4.5 GB."""
    what, memory = ("GPU", "VRAM") if status.kind == "cuda" else ("CPU", "RAM")
    used, limit = status.memory_used / GIGABYTE, status.memory_limit / GIGABYTE
    return f"{what}: {'OK' if ready else state} | {memory}: {used:.1f}/{limit:.1f} GB"
