"""A WAV file as the place where sound goes."""

import wave

from vvstream_client import SAMPLE_RATE

BYTES_PER_SECOND = 2 * SAMPLE_RATE


class WavFile:
    """A WAV file, whole after `close`; begun with the first sound, so no refusal empties it."""

    underruns = 0
    silence = 0.0

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: wave.Wave_write | None = None
        self._written = 0

    def write(self, sound: bytes) -> None:
        """Append s16le mono at 16 kHz. Raises OSError."""
        if self._file is None:
            # Opened by us: wave.open complains a second time about a path that it cannot open.
            self._raw = open(self._path, "wb")
            self._file = wave.open(self._raw, "wb")
            self._file.setnchannels(1)
            self._file.setsampwidth(2)
            self._file.setframerate(SAMPLE_RATE)
        self._file.writeframesraw(sound)
        self._written += len(sound)

    def heard(self) -> float:
        """Seconds: a file has heard all that was written."""
        return self._written / BYTES_PER_SECOND

    def pause(self) -> None:
        """A file does not wait."""

    def drain(self) -> None:
        """A file does not wait."""

    def close(self) -> None:
        """Finish the file, if it was begun."""
        if self._file is not None:
            self._file.close()
            self._raw.close()
