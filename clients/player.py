"""Speak a text through the sound card: `python clients/player.py "Good morning."`

Without a text it reads stdin and speaks as the text comes: `llm … | python clients/player.py`.
Needs `websockets`, and PyAudio to play (not for --wav).
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing

from playing import command
from playing.card import Card, show_devices
from playing.pcm import louder
from playing.playback import Sink
from playing.player import Player, typing
from playing.wav import WavFile
from playing.words import Captions, Display
from vvstream_client import Session

KEYS = """\
While it speaks: space is silence (what has come is dropped, and the rest of the line that is being
piped in), q or Ctrl-C ends. Where you type the text yourself, an empty line is silence.

  python clients/player.py "Good morning." --voice en-Heart_woman
  llm "Tell me a story." | python clients/player.py --latency 60 --volume 0.8
  python clients/player.py --list-devices
  python clients/player.py "No sound card needed." --wav hello.wav
"""


async def perform(args: argparse.Namespace) -> None:
    """Open the sink and the session, and play."""
    # A file need not wait for a listener's clock.
    pace = "fast" if args.wav else None
    options = command.options_of(args, events=("word",), pace=pace)
    followers = []
    if sys.stdout.isatty() and not (args.wav or args.no_words or typing(args.text)):
        followers.append(Captions(Display(sys.stdout, shutil.get_terminal_size().columns)))
    sink: Sink = WavFile(args.wav) if args.wav else Card(args.device, args.latency)
    with closing(sink):
        player = Player("player", args.text, sink, followers, louder(args.volume))
        await player.run(lambda: Session(args.url, options))
    player.report()


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
    sound = command.add_sound(parser)
    sound.add_argument("--wav", metavar="FILE", help="write the sound to FILE and play nothing")
    parser.add_argument("--no-words", action="store_true", help="do not show the words")
    return command.parsed(parser, argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the player; returns the exit status."""
    args = arguments(argv)
    if args.list_devices:
        return command.run("player", show_devices())
    return command.run("player", perform(args))


if __name__ == "__main__":
    sys.exit(main())
