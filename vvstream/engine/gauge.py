"""What a device is called, and how much of its memory is ours."""

from __future__ import annotations

from typing import Protocol

from vvstream.engine.memory import installed, resident


class Gauge(Protocol):
    """The device that status tells of."""

    name: str
    kind: str
    """cpu | cuda."""

    def used(self) -> int:
        """Bytes that this process has taken."""

    def limit(self) -> int:
        """Bytes that it may take."""


class HostGauge:
    """The computer itself."""

    name = "cpu"
    kind = "cpu"

    def used(self) -> int:
        return resident()

    def limit(self) -> int:
        return installed()
