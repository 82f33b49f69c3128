"""What the machine asks for: commands for the voice, outputs for the socket, and its limits."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from vvstream.options import SpeechOptions
from vvstream.protocol.messages import ServerMessage, Wishes
from vvstream.protocol.outbox import Packet


class Why(Enum):
    """Why the voice is to speak all it has."""

    FLUSH = "flush"
    END = "end"
    IDLE = "the text ran dry"


# Commands for the voice, to be obeyed in order.


@dataclass(frozen=True, slots=True)
class Say:
    """Append to what is spoken."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Speak all that was said; then call `Machine.finished` with this. `offset`: characters."""

    why: Why
    offset: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget all that was said; nothing of it may be given to the machine afterwards."""


@dataclass(frozen=True, slots=True)
class Retune:
    """Other options, from the next clause on."""

    options: SpeechOptions


@dataclass(frozen=True, slots=True)
class Park:
    """Make room for others: nobody listens now. All is gone on with once a socket is attached."""


Command: TypeAlias = Say | Finish | Drop | Retune | Park


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket; the last output it gets."""

    code: int
    reason: str


Output: TypeAlias = ServerMessage | Packet | Close


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits of a session. Times in seconds."""

    lead_frames: int
    window_frames: int
    replay_frames: int
    park: float
    ttl: float
    idle: float
    stall: float
    idle_flush: float
    characters: int
    flushes: int
    replies: int


Resolve: TypeAlias = Callable[[Wishes, SpeechOptions, bool], SpeechOptions]
"""Wishes, what holds now, and whether nothing was said yet: then the language is open, too."""
Charge: TypeAlias = Callable[[int], None]


def free_of_charge(characters: int) -> None:
    """No limit on characters a minute."""
