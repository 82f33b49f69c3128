"""What gateways and engines tell each other: MessagePack, checked against these types in C.

One message carries all that a gateway asks for in one turn of its event loop, or all that one tick
of an engine made for one gateway.
"""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from vvstream.audio import AudioChunk, Spans
from vvstream.options import Manner, SpeechOptions


class Open(msgspec.Struct, array_like=True, tag=0):
    """Begin an utterance; `number` is the gateway's own name for it."""

    number: int
    options: SpeechOptions
    context: tuple[int, ...]


class Feed(msgspec.Struct, array_like=True, tag=1):
    """Units for it; no manner: the plain one."""

    number: int
    units: tuple[int, ...]
    manner: Manner | None


class Finish(msgspec.Struct, array_like=True, tag=2):
    """No more units come; see ports.Utterance."""

    number: int
    then: tuple[int, ...] = ()


class Cancel(msgspec.Struct, array_like=True, tag=3):
    """Forget it."""

    number: int


class Took(msgspec.Struct, array_like=True, tag=4):
    """The listener has taken so many samples."""

    number: int
    samples: int


Order: TypeAlias = Open | Feed | Finish | Cancel | Took


class Chunk(msgspec.Struct, array_like=True, tag=0):
    """An AudioChunk."""

    number: int
    samples: bytes
    first: int
    edges: tuple[int, ...]


class End(msgspec.Struct, array_like=True, tag=1):
    """All of it was made."""

    number: int


class Refused(msgspec.Struct, array_like=True, tag=2):
    """There was no room for it."""

    number: int
    reason: str
    retry_after: float


class Failed(msgspec.Struct, array_like=True, tag=3):
    """Something is wrong with it, and not with the engine."""

    number: int
    reason: str


Result: TypeAlias = Chunk | End | Refused | Failed

class Orders(msgspec.Struct, array_like=True):
    """All that a gateway asks for in one turn."""

    orders: Sequence[Order]


class Made(msgspec.Struct, array_like=True):
    """All that one tick made for one gateway."""

    others: int
    """Slots that other gateways' utterances take."""
    lateness: float
    """The engine's, in seconds: newcomers are refused before anyone hears of it."""
    results: Sequence[Result]


_encoder = msgspec.msgpack.Encoder()
_orders = msgspec.msgpack.Decoder(Orders)
_made = msgspec.msgpack.Decoder(Made)


def pack(message: Orders | Made) -> bytes:
    """One message."""
    return _encoder.encode(message)


def orders(data: bytes) -> Sequence[Order]:
    """What an `Orders` held. Raises msgspec.DecodeError."""
    return _orders.decode(data).orders


def made(data: bytes) -> Made:
    """What `pack` was given. Raises msgspec.DecodeError."""
    return _made.decode(data)


def chunk(message: Chunk) -> AudioChunk:
    """The chunk that a message carries."""
    return AudioChunk(message.samples, Spans(message.first, message.edges))
