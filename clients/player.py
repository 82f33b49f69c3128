"""Speak a text through the sound card: `python clients/player.py "Good morning."`

Without a text it reads stdin and speaks as the text comes: `llm … | python clients/player.py`.
Needs `websockets`, and PyAudio to play (not for --wav).
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import ExitStack, aclosing, closing
from typing import Any

from playing import command, keys
from playing.card import Card, show_devices
from playing.feed import Feed
from playing.pcm import louder
from playing.playback import Playback, Sink
from playing.stdin import typed, typed_lines
from playing.wav import WavFile
from playing.words import Captions, Display
from vvstream_client import FRAME_SECONDS, Event, Session

KEYS = """\
While it speaks: space is silence (what has come is dropped, and the rest of the line that is being
piped in), q or Ctrl-C ends. Where you type the text yourself, an empty line is silence.

  python clients/player.py "Good morning." --voice en-Heart_woman
  llm "Tell me a story." | python clients/player.py --latency 60 --volume 0.8
  python clients/player.py --list-devices
  python clients/player.py "No sound card needed." --wav hello.wav
"""


class Player:
    """One session, played, shown, and silenced when a key says so."""

    def __init__(self, args: argparse.Namespace, session: Session, sink: Sink) -> None:
        self._text: str | None = args.text
        self._typing = self._text is None and sys.stdin.isatty()
        self._session = session
        self._sink = sink
        self._feed = Feed(session)
        self._playback = Playback(session, sink, dry=self._feed.dry, scale=louder(args.volume))
        self._captions: Captions | None = None
        if sys.stdout.isatty() and not (args.wav or args.no_words or self._typing):
            self._captions = Captions(Display(sys.stdout, shutil.get_terminal_size().columns))
        self._group = asyncio.TaskGroup()

    async def run(self) -> None:
        """Speak to the end. Raises SpeechError and OSError, alone or in a group."""
        with ExitStack() as stack:
            if not self._typing:
                stack.enter_context(keys.listening(self._key))
            async with self._group:
                helpers = [self._start(self._feed.give(self._pieces()))]
                if self._captions:
                    stack.callback(self._captions.close)
                    helpers.append(self._start(self._captions.follow(self._playback.heard)))
                async with aclosing(self._playback.events()) as events:
                    async for event in events:
                        self._take(event)
                for helper in helpers:
                    helper.cancel()
            if self._captions:
                self._captions.close(self._feed.rest())
        self._report()

    def _take(self, event: Event) -> None:
        if (found := self._feed.take(event)) and self._captions:
            self._captions.add(event["start"], *found)
        if event["type"] == "warning":
            print(f"player: {event['message']}", file=sys.stderr)

    def _key(self, key: str) -> None:
        if key == " ":
            self._start(self._silence())
        elif key == "q":
            raise KeyboardInterrupt

    async def _silence(self) -> None:
        self._feed.skip_line()
        if self._captions:
            self._captions.drop("silence")
        await self._playback.cancel()

    async def _pieces(self) -> AsyncIterator[str]:
        if self._text is not None:
            yield self._text
        elif not self._typing:
            async for piece in typed():
                yield piece
        else:
            async for line in typed_lines():
                if line.strip():
                    yield line + "\n"
                    await self._session.flush()
                else:
                    await self._silence()

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self._group.create_task(work)

    def _report(self) -> None:
        """What did not go as it should; to a terminal also what did."""
        told = [f"{self._playback.played * FRAME_SECONDS:.1f} s of sound"]
        if self._sink.underruns:
            told.append(f"{self._sink.underruns} underruns, {self._sink.silence:.2f} s of silence")
        if self._session.resumed:
            told.append(f"{self._session.resumed} times reconnected")
        if len(told) > 1 or sys.stderr.isatty():
            told[1:] = told[1:] or ["no underruns"]
            print(f"player: {', '.join(told)}", file=sys.stderr)


async def perform(args: argparse.Namespace) -> None:
    """Open the sink and the session, and play."""
    # A file need not wait for a listener's clock.
    pace = "fast" if args.wav else None
    options = command.options_of(args, events=("word",), pace=pace)
    sink: Sink = WavFile(args.wav) if args.wav else Card(args.device, args.latency)
    with closing(sink):
        async with Session(args.url, options) as session:
            await Player(args, session, sink).run()


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="player",
        description="Speak a text through the sound card, or into a WAV file.",
        epilog=KEYS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", nargs="?", help="what to say (default: stdin, as it comes)")
    command.add_server(parser)
    command.add_voice(parser)
    sound = parser.add_argument_group("the sound")
    sound.add_argument("--volume", type=float, default=1.0, help="1 is as it comes (default)")
    sound.add_argument("--device", help="its number in --list-devices, or a part of its name")
    sound.add_argument(
        "--latency",
        type=int,
        default=20,
        metavar="MS",
        help="the device's buffer; more survives a busy machine, less is felt sooner (default: 20)",
    )
    sound.add_argument("--list-devices", action="store_true", help="list what can play, and exit")
    sound.add_argument("--wav", metavar="FILE", help="write the sound to FILE and play nothing")
    parser.add_argument("--no-words", action="store_true", help="do not show the words")
    args = parser.parse_args(argv)
    if not 1 <= args.latency <= 2_000:
        parser.error(f"--latency: expected 1 to 2000 ms, got {args.latency}")
    if not args.volume >= 0:
        parser.error(f"--volume: expected 0 or more, got {args.volume}")
    return args


def main(argv: Sequence[str] | None = None) -> int:
    """Run the player; returns the exit status."""
    args = arguments(argv)
    try:
        if args.list_devices:
            show_devices()
            return 0
    except command.Failure as error:
        print(f"player: {error}", file=sys.stderr)
        return 1
    return command.run("player", perform(args))


if __name__ == "__main__":
    sys.exit(main())
