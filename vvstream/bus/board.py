"""What the supervisor and its children tell each other: a JSON object a line, over their pipes."""

from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from vvstream.options import VoiceInfo
from vvstream.status import EngineStatus

Role: TypeAlias = Literal["gateway", "engine"]


class Child(msgspec.Struct, frozen=True):
    """One process, as the others see it."""

    role: Role
    number: int
    """Its place: a successor has the same."""
    serial: int
    """Its own: no two have the same."""
    pid: int
    restarts: int
    """How often a process in its place has died."""
    ready: bool
    """A gateway listens, an engine is warm."""
    seconds: float
    """How long it has been up."""
    engine: EngineStatus | None = None
    sessions: int = 0
    sockets: int = 0

    @property
    def name(self) -> bytes:
        """What others call it."""
        return str(self.serial).encode()


class Setup(msgspec.Struct, frozen=True, tag="setup"):
    """The first thing that a child is told."""

    role: Role
    number: int
    serial: int
    gateways: int
    folder: str
    """Where sockets of the bus lie; private."""
    device: str
    config: dict[str, Any]
    listeners: tuple[int, ...] = ()
    """A gateway's descriptors where clients connect."""
    handovers: int | None = None
    """And where other gateways do."""


class Board(msgspec.Struct, frozen=True, tag="board"):
    """Who is there; told with each change, and once a second."""

    children: tuple[Child, ...]
    voices: tuple[VoiceInfo, ...] = ()

    def of(self, role: Role) -> list[Child]:
        """The children of a kind, by number."""
        return [child for child in self.children if child.role == role]


class Loaded(msgspec.Struct, frozen=True, tag="loaded"):
    """An engine knows its voices."""

    voices: tuple[VoiceInfo, ...]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """A gateway listens; an engine is warm."""


class Report(msgspec.Struct, frozen=True, tag="report"):
    """How a child is."""

    engine: EngineStatus | None = None
    sessions: int = 0
    sockets: int = 0


class Change(msgspec.Struct, frozen=True, tag="change"):
    """Values of the configuration to change: a gateway asks for it, the supervisor tells all."""

    values: dict[str, Any]


class Usage(msgspec.Struct, frozen=True, tag="usage"):
    """What a gateway's listeners hold, and what they spent since it told last: the supervisor
    tells it to the other gateways."""

    serial: int
    sessions: int
    sockets: int
    held: dict[str, int] = {}
    """Sessions, of the owners of whom this has changed."""
    spent: dict[str, tuple[int, int]] = {}
    """Connections and characters, of each owner's limits per minute."""


Told: TypeAlias = Setup | Board | Change | Usage
"""By the supervisor."""
Said: TypeAlias = Loaded | Ready | Report | Change | Usage
"""By a child."""

_encoder = msgspec.json.Encoder()
_told = msgspec.json.Decoder(Told)
_said = msgspec.json.Decoder(Said)


def line(message: Told | Said) -> bytes:
    """A message as a line."""
    return _encoder.encode(message) + b"\n"


def told(data: bytes) -> Told:
    """A line of the supervisor. Raises msgspec.DecodeError."""
    message: Told = _told.decode(data)
    return message


def said(data: bytes) -> Said:
    """A line of a child. Raises msgspec.DecodeError."""
    message: Said = _said.decode(data)
    return message


def address(folder: str | Path, serial: int) -> str:
    """Where the engine of this serial is found."""
    return f"ipc://{folder}/engine-{serial}"
