"""Samples of any number to frames of exactly 20 ms."""

from vvstream.audio import FRAME_BYTES


class Framer:
    """The frames of one utterance."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def push(self, samples: bytes) -> list[bytes]:
        """Take s16le samples, give the frames that are full: 640 bytes each."""
        self._rest += samples
        end = len(self._rest) - len(self._rest) % FRAME_BYTES
        frames = [bytes(self._rest[i : i + FRAME_BYTES]) for i in range(0, end, FRAME_BYTES)]
        del self._rest[:end]
        return frames

    def finish(self) -> list[bytes]:
        """Give what is left, padded with silence to a frame."""
        rest, self._rest = bytes(self._rest), bytearray()
        return [rest.ljust(FRAME_BYTES, b"\0")] if rest else []
