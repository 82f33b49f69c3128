"""The sound card, through PortAudio (PyAudio): devices, and a sink that knows what has sounded."""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from playing.command import Failure
from vvstream_client import SAMPLE_RATE

BYTES_PER_SECOND = 2 * SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Device:
    """Something that plays."""

    number: int
    name: str
    api: str
    latency: float
    """Seconds, of the device itself."""
    default: bool


class Card:
    """Plays s16le mono at 16 kHz. One thread writes; `heard` may be asked from another."""

    def __init__(self, device: str | None, latency_ms: int) -> None:
        """`device`: its number or a part of its name; None is the default. Raises Failure."""
        self.underruns = 0
        """How often the card had nothing to play although more was to come."""
        self.silence = 0.0
        """Seconds of silence in these."""
        self._audio = _portaudio()
        # PortAudio's streams are not for two threads at once: whoever closes waits for the writer.
        self._lock = threading.Lock()
        try:
            self._stream = _open(self._audio, _choose(self._audio, device), latency_ms)
        except BaseException:
            self._audio.terminate()
            raise
        # Asked while nothing is in it: all that it can hold.
        self._capacity: float = self._stream.get_write_available() / SAMPLE_RATE
        # What lies behind PortAudio's buffer; where its latency is that buffer, nothing.
        self._behind = max(0.0, self._stream.get_output_latency() - self._capacity)
        self._written = 0.0  # seconds
        self._empty_at: float | None = None  # when the card will have played it all
        self._anchor = (0.0, time.monotonic())  # (seconds heard, then)

    def write(self, sound: bytes) -> None:
        """Play this next; blocks until the card has room for it."""
        now, seconds = time.monotonic(), len(sound) / BYTES_PER_SECOND
        late = now - self._empty_at if self._empty_at is not None else 0.0
        if late > 0 and self._waiting() == 0:
            self.underruns += 1
            self.silence += late
        self._empty_at = max(now, self._empty_at or now) + seconds
        with self._lock:
            # PortAudio's own complaint about a late write needs no second report.
            self._stream.write(sound, exception_on_underflow=False)
            self._written += seconds
            heard = self._written - self._waiting() - self._behind
        self._anchor = (max(heard, self._anchor[0]), time.monotonic())

    def pause(self) -> None:
        """Nothing is to come for now: a gap from here on is no underrun."""
        self._empty_at = None

    def heard(self) -> float:
        """How many seconds of what was written have sounded by now."""
        heard, then = self._anchor
        return float(min(self._written, heard + time.monotonic() - then))

    def drain(self) -> None:
        """Return when all that was written has sounded."""
        with self._lock:
            self._stream.stop_stream()
        self._anchor = (self._written, time.monotonic())

    def close(self) -> None:
        """Stop at once."""
        with self._lock:
            self._stream.close()
            self._audio.terminate()

    def _waiting(self) -> float:
        """Seconds that lie in PortAudio's buffer."""
        room: float = self._stream.get_write_available() / SAMPLE_RATE
        return max(0.0, self._capacity - room)


def devices() -> list[Device]:
    """Everything that plays. Raises Failure."""
    audio = _portaudio()
    try:
        return _devices(audio)
    finally:
        audio.terminate()


async def show_devices() -> None:
    """Print what `--device` can be. Raises Failure where that is nothing."""
    found = devices()
    if not found:
        raise Failure("no device here can play")
    for device in found:
        mark = "*" if device.default else " "
        latency = f"{1000 * device.latency:.0f} ms"
        print(f"{mark}{device.number:3}  {device.name:<40}  {device.api:<12}  {latency:>7}")


def _devices(audio: Any) -> list[Device]:
    try:
        default = audio.get_default_output_device_info()["index"]
    except OSError:  # there is none
        default = None
    found = (audio.get_device_info_by_index(index) for index in range(audio.get_device_count()))
    return [
        Device(
            info["index"],
            info["name"],
            audio.get_host_api_info_by_index(info["hostApi"])["name"],
            info["defaultLowOutputLatency"],
            info["index"] == default,
        )
        for info in found
        if info["maxOutputChannels"] > 0
    ]


def _choose(audio: Any, wanted: str | None) -> int | None:
    if wanted is None or wanted.isdigit():
        return None if wanted is None else int(wanted)
    known = _devices(audio)
    matching = [device for device in known if wanted.casefold() in device.name.casefold()]
    exact = [device for device in matching if device.name.casefold() == wanted.casefold()]
    if len(exact or matching) != 1:
        names = ", ".join(device.name for device in matching or known) or "none at all"
        what = "several devices have" if matching else "no device has"
        raise Failure(f"--device: {what} {wanted!r} in the name: {names}")
    return (exact or matching)[0].number


def _open(audio: Any, device: int | None, latency_ms: int) -> Any:
    import pyaudio

    try:
        with _quiet_stderr():
            return audio.open(
                format=pyaudio.paInt16,
                channels=1,
                rate=SAMPLE_RATE,
                output=True,
                output_device_index=device,
                frames_per_buffer=latency_ms * SAMPLE_RATE // 1000,
            )
    except (OSError, ValueError) as error:
        raise Failure(
            f"cannot open the sound device: {error}; --list-devices shows what there is"
        ) from None


def _portaudio() -> Any:
    try:
        import pyaudio
    except ImportError:
        raise Failure(
            "PyAudio is not installed (pip install 'vvstream[player]'); --wav FILE works without it"
        ) from None
    _quiet_alsa()
    with _quiet_stderr():
        return pyaudio.PyAudio()


# int err, const char *file, int line, const char *function, const char *format, …
_ALSA_ERROR = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)
_unsaid = _ALSA_ERROR(lambda *_: None)  # kept, since ALSA keeps its address only


def _quiet_alsa() -> None:
    """ALSA writes a line to stderr at each underrun, into the words; we count them ourselves."""
    with suppress(OSError, AttributeError):  # no ALSA here
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_unsaid)


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """ALSA and JACK write to stderr about every device that is not there; nobody asked."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
