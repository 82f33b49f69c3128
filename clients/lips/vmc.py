"""The VMC protocol's side that sends blendshapes: OSC over UDP, as VSeeFace and others take it."""

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from playing.command import Failure

if TYPE_CHECKING:
    from pythonosc.osc_message import OscMessage

PORT = 39_539
PACKET_BYTES = 1_300
"""So that a datagram stays whole on any network."""


class Vmc:
    """Sends to one receiver. Nobody needs to be there."""

    def __init__(self, address: str) -> None:
        """`address` is HOST or HOST:PORT. Raises Failure."""
        try:
            import pythonosc  # noqa: F401  asked for now, so that its absence is told before the sound
        except ImportError:
            raise Failure(
                "python-osc is not installed (pip install 'vvstream[lipsync]')"
            ) from None
        host, port = _parsed(address)
        try:
            family, kind, _, _, to = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        except OSError as error:
            raise Failure(f"--vmc {address}: {error.strerror}") from None
        self._to = to
        self._socket = socket.socket(family, kind)
        self._socket.setblocking(False)

    def send(self, time: float, weights: Mapping[str, float]) -> None:
        """The whole mouth at `time` of the sound's clock, in seconds."""
        for packet in packets(time, weights):
            # A receiver that is not there yet, or a full buffer: the next one is 16 ms away.
            with suppress(OSError):
                self._socket.sendto(packet, self._to)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def packets(time: float, weights: Mapping[str, float]) -> Iterator[bytes]:
    """OSC bundles: available, the time, each weight, and in the last one that they be applied."""
    from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder

    messages = [_message("/VMC/Ext/OK", 1), _message("/VMC/Ext/T", float(time))]
    messages += [_message("/VMC/Ext/Blend/Val", name, value) for name, value in weights.items()]
    messages.append(_message("/VMC/Ext/Blend/Apply"))
    for group in _groups(messages):
        bundle = OscBundleBuilder(IMMEDIATELY)
        for message in group:
            bundle.add_content(message)
        yield bundle.build().dgram


def _groups(messages: Iterable["OscMessage"]) -> Iterator[list["OscMessage"]]:
    group: list[OscMessage] = []
    size = 16  # of the bundle's head
    for message in messages:
        if size + message.size + 4 > PACKET_BYTES:
            yield group
            group, size = [], 16
        group.append(message)
        size += message.size + 4
    yield group


def _message(address: str, *values: str | float | int) -> "OscMessage":
    from pythonosc.osc_message_builder import OscMessageBuilder

    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build()


def _parsed(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon:
        return address, PORT
    if not port.isdigit() or not 0 < int(port) < 65_536 or not host:
        raise Failure(f"--vmc: expected HOST or HOST:PORT, got {address!r}")
    return host.strip("[]"), int(port)
