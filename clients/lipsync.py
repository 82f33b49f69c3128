"""Speak, and move a face: `python clients/lipsync.py "Good morning."` sends mouths over VMC.

Needs `websockets` and python-osc, and PyAudio to play; --json and --csv need neither of the two.
"""

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, closing

from lips.face import Face
from lips.shapes import FACES
from lips.timeline import table, timeline
from lips.vmc import PORT, Vmc
from playing import command
from playing.card import Card, show_devices
from playing.feed import Feed
from playing.pcm import louder
from playing.player import Player
from playing.stdin import typed
from playing.wav import WavFile
from vvstream_client import FRAME_SECONDS, Event, Session

MORE = f"""\
Names (--names, several with commas between):
  vrm0         A I U E O, as in VRM 0.x; VSeeFace and most receivers of VMC
  vrm1         aa ih ou ee oh, as in VRM 1.0
  arkit        jawOpen, mouthFunnel … of Apple's 52; Unity, Unreal, Blender
  perfectsync  the same as JawOpen, MouthFunnel …; VRM models with "perfect sync"

In VSeeFace: General settings, OSC/VMC receiver, port {PORT}. Space is silence, q or Ctrl-C ends.

  llm "Introduce yourself." | python clients/lipsync.py --names vrm0,arkit
  python clients/lipsync.py "Good morning." --vmc 192.168.1.20:{PORT} --lead 15
  python clients/lipsync.py "Good morning." --json --wav hello.wav > hello.json
  python clients/lipsync.py "Good morning." --csv --names arkit > hello.csv
"""


async def perform(args: argparse.Namespace) -> None:
    """Play and move the face."""
    options = command.options_of(args, events=("word", "viseme"))
    vmc = Vmc(args.vmc)
    face = Face(vmc, args.names, args.rate, args.lead / 1000)
    with closing(vmc), closing(Card(args.device, args.latency)) as card:
        player = Player("lipsync", args.text, card, [face], louder(args.volume))
        await player.run(lambda: Session(args.url, options))
    player.report()
    if sys.stderr.isatty():
        late = f"none later than {1000 * face.worst:.0f} ms"
        print(f"lipsync: {face.shown} mouth shapes, {late}", file=sys.stderr)


async def write(args: argparse.Namespace) -> None:
    """Print the timeline or the table of a whole text; no sound is played."""
    options = command.options_of(args, events=("word", "viseme"), pace="fast")
    events: list[Event] = []
    with ExitStack() as stack:
        wav = stack.enter_context(closing(WavFile(args.wav))) if args.wav else None
        async with Session(args.url, options) as session, asyncio.TaskGroup() as group:
            feed = Feed(session)
            group.create_task(feed.give(_once(args.text) if args.text is not None else typed()))
            async for frame, told in session:
                for event in told:
                    feed.take(event)
                events += told
                if wav and frame:
                    wav.write(frame)
    if args.json:
        print(json.dumps(timeline(events), ensure_ascii=False))
    else:
        rows = table(events, args.names, session.next_seq * FRAME_SECONDS, args.rate)
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
    sys.stdout.flush()


async def _once(text: str) -> AsyncIterator[str]:
    yield text


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="lipsync",
        description="Speak a text and move a face in time with it.",
        epilog=MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", nargs="?", help="what to say (default: stdin, as it comes)")
    face = parser.add_argument_group("the face")
    face.add_argument(
        "--vmc",
        default="127.0.0.1",
        metavar="HOST[:PORT]",
        help=f"who receives the mouth (default: 127.0.0.1:{PORT})",
    )
    face.add_argument("--names", help="see below (default: vrm0; with --csv arkit)")
    face.add_argument("--rate", type=float, default=60.0, help="mouths a second (default: 60)")
    face.add_argument(
        "--lead", type=float, default=0.0, metavar="MS", help="send early, for a slow receiver"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--json",
        action="store_true",
        help="play nothing; print words and visemes in ms, as TalkingHead's speakAudio takes them",
    )
    instead.add_argument(
        "--csv",
        action="store_true",
        help="play nothing; print a table of weights, --rate rows a second",
    )
    command.add_server(parser)
    command.add_voice(parser)
    sound = command.add_sound(parser)
    sound.add_argument("--wav", metavar="FILE", help="with --json or --csv: write the sound too")
    args = command.parsed(parser, argv)
    args.names = (args.names or ("arkit" if args.csv else "vrm0")).split(",")
    if unknown := [name for name in args.names if name not in FACES]:
        parser.error(f"--names: {unknown[0]!r} is none of {', '.join(FACES)}")
    if not 1 <= args.rate <= 1_000:
        parser.error(f"--rate: expected 1 to 1000, got {args.rate:g}")
    if args.wav and not (args.json or args.csv):
        parser.error("--wav: only with --json or --csv")
    return args


def main(argv: Sequence[str] | None = None) -> int:
    """Run the client; returns the exit status."""
    args = arguments(argv)
    if args.list_devices:
        return command.run("lipsync", show_devices())
    return command.run("lipsync", write(args) if args.json or args.csv else perform(args))


if __name__ == "__main__":
    sys.exit(main())
