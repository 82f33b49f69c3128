"""Speak a text through the sound card: `python clients/player.py "Good morning."`

Without a text it reads stdin and speaks as the text comes: `llm … | python clients/player.py`.
Needs `websockets`, and PyAudio to play (not for --wav).
"""

import argparse
import array
import asyncio
import codecs
import os
import sys
import threading
import wave
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from typing import Any, Protocol

from vvstream_client import SAMPLE_RATE, Options, Session, SpeechError, speak

URL = "ws://localhost:7860/stream"


class Sink(Protocol):
    """Where frames go."""

    def write(self, frame: bytes) -> None:
        """Take one frame; may block until there is room."""

    def drain(self) -> None:
        """Return when all that was written has sounded (or is on the disk)."""

    def close(self) -> None:
        """Stop at once."""


class WavFile:
    """A WAV file, whole after `close`; begun with the first frame, so no refusal empties it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: wave.Wave_write | None = None

    def write(self, frame: bytes) -> None:
        if self._file is None:
            # Opened by us: wave.open complains a second time about a path that it cannot open.
            self._raw = open(self._path, "wb")
            self._file = wave.open(self._raw, "wb")
            self._file.setnchannels(1)
            self._file.setsampwidth(2)
            self._file.setframerate(SAMPLE_RATE)
        self._file.writeframesraw(frame)

    def drain(self) -> None:
        pass

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._raw.close()


class Speaker:
    """A sound card, through PortAudio."""

    def __init__(self, device: int | None, latency_ms: int) -> None:
        self._audio = open_portaudio()
        import pyaudio

        try:
            self._stream = self._audio.open(
                format=pyaudio.paInt16,
                channels=1,
                rate=SAMPLE_RATE,
                output=True,
                output_device_index=device,
                frames_per_buffer=latency_ms * SAMPLE_RATE // 1000,
            )
        except (OSError, ValueError) as error:
            self._audio.terminate()
            raise SystemExit(f"player: cannot open the sound device: {error}") from None

    def write(self, frame: bytes) -> None:
        # An underrun is a late frame: it has sounded as a gap already, and playing goes on.
        self._stream.write(frame, exception_on_underflow=False)

    def drain(self) -> None:
        self._stream.stop_stream()

    def close(self) -> None:
        self._stream.close()
        self._audio.terminate()


def open_portaudio() -> Any:
    """A pyaudio.PyAudio, or exit in one line where there is none."""
    try:
        import pyaudio
    except ImportError:
        raise SystemExit(
            "player: PyAudio is not installed (pip install PyAudio); --wav FILE works without it"
        ) from None
    with quiet_stderr():
        return pyaudio.PyAudio()


@contextmanager
def quiet_stderr() -> Iterator[None]:
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


def list_devices() -> None:
    """Print the number and name of each device that plays."""
    audio = open_portaudio()
    try:
        for index in range(audio.get_device_count()):
            device = audio.get_device_info_by_index(index)
            if device["maxOutputChannels"] > 0:
                print(f"{index:3}  {device['name']}")
    finally:
        audio.terminate()


def louder(volume: float) -> Callable[[bytes], bytes]:
    """A function that scales a frame of s16le by `volume`, clipping where it must."""
    if volume == 1.0:
        return lambda frame: frame

    def scale(frame: bytes) -> bytes:
        samples = array.array("h", frame)
        if sys.byteorder == "big":
            samples.byteswap()
        for index, sample in enumerate(samples):
            samples[index] = max(-32768, min(32767, round(sample * volume)))
        if sys.byteorder == "big":
            samples.byteswap()
        return samples.tobytes()

    return scale


async def typed() -> AsyncIterator[str]:
    """Yield stdin as it comes, cut anywhere but inside a character.

    A thread reads it, since neither files nor every terminal can be waited for by an event loop.
    It reads only when the last piece was taken, so a fast writer waits and memory stays bounded.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes] = asyncio.Queue()
    wanted = threading.Semaphore(1)

    def read() -> None:
        data = b"?"
        while data:
            wanted.acquire()
            data = os.read(0, 4096)
            try:
                loop.call_soon_threadsafe(pieces.put_nowait, data)
            except RuntimeError:  # the loop is closed: the player has gone
                return

    threading.Thread(target=read, daemon=True).start()
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    while data := await pieces.get():
        if text := decoder.decode(data):
            yield text
        wanted.release()
    if rest := decoder.decode(b"", final=True):
        yield rest


async def frames_of(text: str | None, url: str, options: Options) -> AsyncGenerator[bytes, None]:
    """Yield the frames of `text`, or of stdin where it is None."""
    if text is not None:
        async for frame in speak(url, text, options):
            yield frame
        return
    async with Session(url, options) as session:

        async def feed() -> None:
            async for piece in typed():
                await session.send(piece)
            await session.end()

        feeding = asyncio.create_task(feed())
        try:
            async for frame, _events in session:
                if frame:
                    yield frame
        finally:
            feeding.cancel()
            with suppress(asyncio.CancelledError):
                await feeding


async def play(frames: AsyncGenerator[bytes, None], sink: Sink, volume: float) -> None:
    """Write every frame to the sink; its pace is the pace at which frames are taken."""
    scale = louder(volume)
    async with aclosing(frames):
        async for frame in frames:
            await asyncio.to_thread(sink.write, scale(frame))
    await asyncio.to_thread(sink.drain)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="player", description="Speak a text through the sound card, or into a WAV file."
    )
    parser.add_argument("text", nargs="?", help="what to say (default: stdin, as it comes)")
    parser.add_argument(
        "--url",
        default=os.environ.get("VVSTREAM_URL", URL),
        help=f"the server (default: $VVSTREAM_URL, else {URL})",
    )
    parser.add_argument(
        "--key", default=os.environ.get("VVSTREAM_KEY"), help="an API key (default: $VVSTREAM_KEY)"
    )
    parser.add_argument("--voice", help="a voice's name; GET /api/voices lists them")
    parser.add_argument("--cfg", type=float, help="classifier-free guidance, 0 to 10")
    parser.add_argument("--steps", type=int, help="inference steps, 1 to 50")
    parser.add_argument("--volume", type=float, default=1.0, help="1 is as it comes (default)")
    parser.add_argument("--device", type=int, help="the device's number in --list-devices")
    parser.add_argument(
        "--latency", type=int, default=20, metavar="MS", help="the device's buffer (default: 20 ms)"
    )
    parser.add_argument("--list-devices", action="store_true", help="list what can play, and exit")
    parser.add_argument("--wav", metavar="FILE", help="write the sound to FILE and play nothing")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the player; returns the exit status."""
    args = arguments(argv)
    if args.list_devices:
        list_devices()
        return 0
    sink: Sink = WavFile(args.wav) if args.wav else Speaker(args.device, args.latency)
    # A file need not wait for a listener's clock.
    pace = "fast" if args.wav else None
    options = Options(
        voice=args.voice, cfg=args.cfg, steps=args.steps, pace=pace, key=args.key, events=()
    )
    try:
        asyncio.run(play(frames_of(args.text, args.url, options), sink, args.volume))
    except SpeechError as error:
        hint = " - is the server running? (bash scripts/serve)" if error.code == 0 else ""
        print(f"player: {error.reason}{hint}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"player: {args.wav or 'sound device'}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        sink.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
