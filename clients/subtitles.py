"""Speak subtitles at their time: `python clients/subtitles.py movie.srt`

Needs `websockets`, and PyAudio to play (not for --out); ffmpeg for --mux.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from pathlib import Path

from playing import command
from playing.card import Card, show_devices
from playing.pcm import louder
from voicing import mux
from voicing.cast import Cast, assignments, voices_of
from voicing.cue import Cue, Problem, told
from voicing.director import Director, Placed, Policy
from voicing.incoming import of_feed, of_stdin
from voicing.language import latin
from voicing.live import Stage, of_file
from voicing.reading import Languages, Subtitles, read
from voicing.render import render
from voicing.report import TITLE, Bar, row, summary, write_table
from voicing.stamps import seconds
from voicing.studio import Studio

MORE = """\
FILE is SRT, WebVTT or ASS. Without one, each line of stdin is spoken as it comes. Speakers are
"ANNA: …", "- Anna: …", <v Anna>, ASS's Name and Style, with voices in turn unless --voices says.

A cue that does not fit its time (and 0.3 s of the pause after it) is spoken faster, up to
--max-speed. Where that is not enough and the next one's time has come, --policy decides:
  shift    the next begins when this one is over, and catches up (default)
  overlap  both sound                      duck  both sound, the older one softly
  drop     the next one is not spoken

A row a cue: line, start, speaker, voice, length at its own speed, speed taken, time to spare.

  python clients/subtitles.py movie.srt --voices ANNA=en-Heart_woman,BEN=en-Eric_man
  python clients/subtitles.py movie.vtt --out movie.wav --mux movie.mp4
  tail -f captions.txt | python clients/subtitles.py --policy drop
  python clients/subtitles.py --feed ws://localhost:9000/captions
"""


class Report:
    """Prints a row for each cue, and complaints; remembers both."""

    def __init__(self, bar: Bar) -> None:
        self.rows: list[Placed] = []
        self._bar = bar
        print(TITLE)

    def show(self, item: Placed | Problem) -> None:
        """A cue was placed, or could not be."""
        self._bar.clear()
        if isinstance(item, Problem):
            complain([item])
            return
        self.rows.append(replace(item, sound=b""))  # a film's sound is not kept
        self._bar.above(row(item))


def complain(problems: Sequence[Problem]) -> None:
    """One line a kind, on stderr."""
    for line in told(problems):
        print(f"subtitles: {line}", file=sys.stderr)


async def perform(args: argparse.Namespace) -> None:
    """Read, cast, and speak. Raises SpeechError, Failure and OSError."""
    data = await asyncio.to_thread(Path(args.file).read_bytes) if args.file else b""
    film = film_of(args)
    if film:
        await mux.readable(args.mux)
    voices = await voices_of(args.url, args.key)
    cast = Cast(voices, assignments(args.voices), args.voice)
    languages = languages_of(args, cast, voices.named(voices.default).language)
    async with AsyncExitStack() as stack:
        studio = Studio(args.url, replace(command.options_of(args), language=None))
        stack.push_async_callback(studio.close)
        director = Director(studio, cast, args.policy, args.speed or 1.0, args.max_speed)
        if not args.file:
            await play(args, director, languages, None)
            return
        subtitles = read(data, languages, args.encoding)
        complain(subtitles.problems)
        if not subtitles.cues:
            raise command.Failure(f"{args.file}: no cue that can be spoken")
        if args.out:
            await write(args, director, subtitles, film)
        else:
            await play(args, director, languages, subtitles)


def film_of(args: argparse.Namespace) -> str | None:
    """Where the film goes, if there is one: beside --out. Raises Failure."""
    folder = os.path.dirname(args.out or "")
    if folder and not os.path.isdir(folder):
        raise command.Failure(f"--out: no such folder: {folder}")
    if not args.mux:
        return None
    mux.check(args.mux)
    film: str = os.path.splitext(args.out)[0] + os.path.splitext(args.mux)[1]
    if os.path.exists(film) and os.path.samefile(film, args.mux):
        raise command.Failure(f"--mux: {film} would be overwritten; give --out another name")
    return film


async def write(
    args: argparse.Namespace, director: Director, subtitles: Subtitles, film: str | None
) -> None:
    """The track into a file, its table beside it, and the film where there is one."""
    bar, begun = Bar(subtitles.cues[-1].end), time.monotonic()
    report = Report(bar)
    try:
        scale = louder(args.volume)
        await render(subtitles.cues, director, args.out, scale, report.show, bar.show)
    finally:
        bar.clear()
    table = os.path.splitext(args.out)[0] + ".csv"
    write_table(table, report.rows)
    written = [args.out, table]
    if film:
        await mux.mux(args.mux, args.out, film, args.background)
        written.append(film)
    took = time.monotonic() - begun
    print(f"{summary(report.rows)}; wrote {', '.join(written)} in {took:.1f} s")


async def play(
    args: argparse.Namespace,
    director: Director,
    languages: Languages,
    subtitles: Subtitles | None,
) -> None:
    """At their time, on the sound card; what has no file comes from the feed or from stdin."""
    bar = Bar(subtitles.cues[-1].end if subtitles else 0.0)
    report = Report(bar)
    with closing(Card(args.device, args.latency)) as card:
        stage = Stage(card, louder(args.volume), bar.show, args.start)
        cues: AsyncIterator[Cue | Problem]
        if subtitles:
            cues = of_file([cue for cue in subtitles.cues if cue.start >= args.start], director)
        elif args.feed:
            cues = of_feed(args.feed, languages, stage.now, args.delay)
        else:
            cues = of_stdin(languages, stage.now)
        try:
            await stage.play(cues, director, report.show)
        finally:
            bar.clear()
    late = f", {command.counted(card.underruns, 'underrun')}" if card.underruns else ""
    print(f"{summary(report.rows)}{late}")


def languages_of(args: argparse.Namespace, cast: Cast, default: str) -> Languages:
    """What may be spoken."""
    letters = next((one for one in (args.language, default) if one and latin(one)), "en")
    return Languages(cast.languages(), letters, args.language)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="subtitles",
        description="Speak subtitles at their time, live or into a file.",
        epilog=MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="the subtitles (default: stdin)")
    parser.add_argument("--feed", metavar="URL", help="a WebSocket of WebVTT or JSON cues instead")
    parser.add_argument("--delay", type=float, default=1.0, help="of a feed, s (default: 1)")
    parser.add_argument("--encoding", help="of FILE, where it is not Unicode")
    parser.add_argument(
        "--from", dest="start", default="0:00", metavar="TIME", help="begin there, such as 1:02:03"
    )
    fit = parser.add_argument_group("who speaks, and how fast")
    fit.add_argument(
        "--voices", action="append", default=[], metavar="SPEAKER=VOICE,…", help="who is who"
    )
    fit.add_argument("--max-speed", type=float, default=1.5, help="at most (default: 1.5; up to 2)")
    fit.add_argument("--policy", type=Policy, choices=list(Policy), default=Policy.SHIFT)
    out = parser.add_argument_group("instead of playing")
    out.add_argument("--out", metavar="WAV", help="write the track, and its table as CSV beside it")
    out.add_argument("--mux", metavar="FILM", help="and mix it into this film, beside it too")
    out.add_argument(
        "--background", type=float, default=0.3, help="the film's own sound then (default: 0.3)"
    )
    command.add_server(parser)
    command.add_voice(parser)
    command.add_sound(parser)
    parser.set_defaults(latency=100)  # nobody waits for an answer here
    args = command.parsed(parser, argv)
    if (args.out or args.mux) and not (args.file and args.out):
        parser.error("--out needs FILE, and --mux needs --out")
    if args.out and not args.out.lower().endswith(".wav"):
        parser.error(f"--out: expected a name that ends in .wav, got {args.out}")
    if args.file and args.feed:
        parser.error("FILE or --feed, not both")
    if not 0.5 <= args.max_speed <= 2:
        parser.error(f"--max-speed: expected 0.5 to 2, got {args.max_speed:g}")
    if (start := seconds(args.start)) is None:
        parser.error(f"--from: expected a time such as 1:02:03, got {args.start!r}")
    args.start = start
    return args


def main(argv: Sequence[str] | None = None) -> int:
    """Run the client; returns the exit status."""
    args = arguments(argv)
    if args.list_devices:
        return command.run("subtitles", show_devices())
    return command.run("subtitles", perform(args))


if __name__ == "__main__":
    sys.exit(main())
