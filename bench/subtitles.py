"""Do subtitles keep their time? `python -m bench.subtitles` writes bench/out/subtitles.*.

The subtitle client, run as a person runs it, voices three files (dense dialogue, two languages,
broken) offline with each policy; its own timing table is what is reported. `--live` also plays the
dense file at its time on a silent card (ALSA's null device; PyAudio is needed), which takes as long
as it lasts.
"""

import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import OUT, table, write
from bench.server import ROOT, Server, running

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLIENT = ROOT / "clients/subtitles.py"
EXAMPLES = ROOT / "clients/examples"
FILES = ("dense.srt", "two_languages.vtt", "broken.srt")
POLICIES = ("shift", "overlap", "drop", "duck")
ON_TIME = 0.05
SILENT_CARD = "pcm.!default { type null }\nctl.!default { type null }\n"


@dataclass(frozen=True, slots=True)
class Voiced:
    """One file with one policy. Times are in seconds."""

    file: str
    policy: str
    late: list[float | None]
    """Of each cue, by how much it begins after its time; None: it was dropped."""
    speeds: list[float]
    spare: list[float]
    problems: int
    """Lines of complaint about the file."""
    length: float
    took: float

    @property
    def on_time(self) -> float:
        """The share of all cues that begin within 50 ms of their time."""
        return sum(late is not None and abs(late) <= ON_TIME for late in self.late) / len(self.late)


def run(url: str, folder: Path, *arguments: str) -> tuple[str, str]:
    """Run the client; returns stdout and stderr. Raises SystemExit where it fails."""
    (folder / "asound.conf").write_text(SILENT_CARD)
    environment = os.environ | {"ALSA_CONFIG_PATH": str(folder / "asound.conf")}
    command = [sys.executable, str(CLIENT), *arguments, "--url", url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout, done.stderr


def voiced(url: str, file: str, policy: str, max_speed: float) -> Voiced:
    """Render one file and read its table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / "out.wav"
        arguments = (str(EXAMPLES / file), "--policy", policy, "--out", str(out))
        begun = time.monotonic()
        _, err = run(url, folder, *arguments, "--max-speed", f"{max_speed}")
        took = time.monotonic() - begun
        with open(folder / "out.csv", newline="", encoding="utf-8") as rows:
            cues = list(csv.DictReader(rows))
        length = (out.stat().st_size - 44) / 32_000
    return Voiced(
        file,
        policy,
        [float(cue["late_s"]) if cue["late_s"] else None for cue in cues],
        [float(cue["speed"]) for cue in cues],
        [float(cue["spare_s"]) for cue in cues if cue["spare_s"]],
        len(err.splitlines()),
        length,
        took,
    )


def live(url: str, file: str) -> str:
    """Play a file at its time; returns the client's own summary."""
    with tempfile.TemporaryDirectory() as folder:
        out, _ = run(url, Path(folder), str(EXAMPLES / file))
    return re.sub(r"\s+", " ", out.splitlines()[-1])


def report(all_of_them: Sequence[Voiced], played: str | None, folder: Path) -> None:
    """Write the table, the figures and the plot."""
    header = (
        *("file", "policy", "cues", "spoken", "begin within 50 ms", "latest, s", "fastest"),
        *("too long", "complaints", "times real time"),
    )
    rows = []
    for one in all_of_them:
        begun = [late for late in one.late if late is not None]
        rows.append(
            (
                *(one.file, one.policy, len(one.late), len(begun), f"{one.on_time:.1%}"),
                *(f"{max(begun):.2f}", f"{max(one.speeds):.2f}"),
                *(sum(spare < -0.005 for spare in one.spare), one.problems),
                f"{one.length / one.took:.1f}",
            )
        )
    markdown = table(header, rows)
    if played:
        markdown += f"\n\n{FILES[0]}, live on a silent card: {played}."

    shown = all_of_them[0].policy

    def plot(axes: "Axes") -> None:
        for one in all_of_them:
            if one.policy == shown:
                ordered = sorted(1000 * (late or 0.0) for late in one.late)
                share = [100 * (rank + 1) / len(ordered) for rank in range(len(ordered))]
                axes.step(ordered, share, where="post", label=one.file)
        axes.set_xlabel(f"begins so many ms after its time (policy: {shown})")
        axes.set_ylabel("% of cues")
        axes.legend()

    figures = {"voiced": [asdict(one) for one in all_of_them], "live": played}
    write("subtitles", markdown, figures, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.subtitles", description=__doc__)
    parser.add_argument("--url", help="a running server (default: start one)")
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=POLICIES)
    parser.add_argument("--max-speed", type=float, default=1.5)
    parser.add_argument("--live", action="store_true", help="also play the dense file at its time")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    with nullcontext(args.url) if args.url else running() as server:
        url = server.url if isinstance(server, Server) else server
        results = [
            voiced(url, file, policy, args.max_speed) for file in FILES for policy in args.policies
        ]
        played = live(url, FILES[0]) if args.live else None
    report(results, played, args.out)


if __name__ == "__main__":
    main()
