"""How well is it said? `python -m bench.quality FOLDER... [--against FOLDER]` judges recordings.

A folder holds LANGUAGE_VOICE_NN.wav (16 kHz) beside LANGUAGE_VOICE_NN.json = {"text": what was to
be said}, as `bench.recordings` writes them of our voices and `bench.teacher` of their teacher. The
same path judges both:

* error: words that Whisper-base misunderstands; in Japanese and Mandarin sounds (bench/hearing.py).
* Distill-MOS, DNSMOS: predicted opinions (bench/judges.py says of what).
* letters/s: of the text, by a second between where speech begins and where it ends.

With `--against` each voice is set beside its other recordings, over the sentences that both have:

* rate: how much faster it speaks, in per cent.
* same: cosine of Resemblyzer's embeddings of the two recordings of a sentence, on average.
* misses: which of LIMITS it does not keep.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from bench.hearing import edits, reader
from bench.judges import RATE, judge
from bench.recordings import language_of, voice_of
from bench.report import OUT, table, write
from bench.sound import read, spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIMITS: Final = {"error": 0.0, "Distill-MOS": -0.1, "rate": 3.0, "same": 0.85}
"""Beside the teacher: no more errors (in Japanese and Mandarin one per cent more), so much less of
opinion, so much faster or slower, so like it."""
FOREIGN_ERROR: Final = 1.0


@dataclass(frozen=True, slots=True)
class Recording:
    """One sentence as it was recorded. `wanted` and `heard` are in words, or in sounds."""

    voice: str
    number: str
    language: str
    wanted: Sequence[str]
    heard: Sequence[str]
    seconds: float
    """From where speech begins to where it ends, however loud it is."""
    letters: int
    distill_mos: float
    dnsmos: float | None
    embedding: tuple[float, ...]

    @property
    def errors(self) -> int:
        """Words or sounds that were misunderstood."""
        return edits(self.wanted, self.heard)


@dataclass(frozen=True, slots=True)
class Score:
    """What the recordings of one voice in one folder come to. `error` in per cent."""

    folder: str
    voice: str
    count: int
    error: float
    distill_mos: float
    dnsmos: float | None
    rate: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A voice beside its other recordings, of the same sentences. `rate` in per cent."""

    voice: str
    own: Score
    other: Score
    rate: float
    same: float
    misses: tuple[str, ...]


def recordings(folder: Path, processes: int = 2, *, quick: bool = False) -> list[Recording]:
    """Judge all recordings of `folder`; `quick` without DNSMOS."""
    wavs = sorted(wav for wav in folder.glob("*_*.wav") if wav.with_suffix(".json").exists())
    takes = [(wav, language_of(voice_of(wav)[0])) for wav in wavs]
    found = []
    for (wav, language), verdict in zip(
        takes, judge(takes, processes, quick=quick), strict=True
    ):
        text: str = json.loads(wav.with_suffix(".json").read_text(encoding="utf-8"))["text"]
        voice, number = voice_of(wav)
        comparable = reader(language)
        found.append(
            Recording(
                voice=voice,
                number=number,
                language=language,
                wanted=comparable(text),
                heard=comparable(verdict.heard),
                seconds=spoken(read(wav)).size / RATE,
                letters=sum(character.isalpha() for character in text),
                distill_mos=verdict.distill_mos,
                dnsmos=verdict.dnsmos,
                embedding=verdict.embedding,
            )
        )
    return found


def _score(folder: str, voice: str, own: Sequence[Recording]) -> Score:
    return Score(
        folder=folder,
        voice=voice,
        count=len(own),
        error=100 * sum(r.errors for r in own) / max(1, sum(len(r.wanted) for r in own)),
        distill_mos=float(np.mean([r.distill_mos for r in own])),
        dnsmos=_mean([r.dnsmos for r in own]),
        rate=sum(r.letters for r in own) / max(1e-9, sum(r.seconds for r in own)),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    """None where one was not asked for."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def score(folder: str, judged: Iterable[Recording]) -> list[Score]:
    """One score for each voice, over all of its recordings."""
    voices: dict[str, list[Recording]] = {}
    for recording in judged:
        voices.setdefault(recording.voice, []).append(recording)
    return [_score(folder, voice, own) for voice, own in sorted(voices.items())]


def compare(own: Sequence[Recording], other: Sequence[Recording]) -> list[Comparison]:
    """Each voice over the sentences that both have; those that `other` has not are left out."""
    pairs: dict[str, list[tuple[Recording, Recording]]] = {}
    others = {(r.voice, r.number): r for r in other}
    for recording in own:
        counterpart = others.get((recording.voice, recording.number))
        if counterpart is not None and counterpart.wanted == recording.wanted:
            pairs.setdefault(recording.voice, []).append((recording, counterpart))
    return [_compare(voice, both) for voice, both in sorted(pairs.items())]


def _compare(voice: str, pairs: Sequence[tuple[Recording, Recording]]) -> Comparison:
    ours, theirs = [one for one, _ in pairs], [other for _, other in pairs]
    own, other = _score("", voice, ours), _score("", voice, theirs)
    rate = 100 * (own.rate / other.rate - 1)
    same = float(np.mean([np.dot(a.embedding, b.embedding) for a, b in pairs]))
    allowed = LIMITS["error"] if ours[0].language == "en" else FOREIGN_ERROR
    kept = {
        "error": own.error - other.error <= allowed,
        "Distill-MOS": own.distill_mos - other.distill_mos >= LIMITS["Distill-MOS"],
        "rate": abs(rate) <= LIMITS["rate"],
        "same": same >= LIMITS["same"],
    }
    misses = tuple(name for name, good in kept.items() if not good)
    return Comparison(voice, own, other, rate, same, misses)


def report(scores: Sequence[Score], compared: Sequence[Comparison]) -> str:
    """The tables in Markdown."""
    heads = ("folder", "voice", "n", "error, %", "Distill-MOS", "DNSMOS", "letters/s")
    rows = [
        (s.folder, s.voice, s.count, f"{s.error:.2f}", f"{s.distill_mos:.2f}",
         _shown(s.dnsmos), f"{s.rate:.1f}")
        for s in scores
    ]  # fmt: skip
    text = table(heads, rows)
    if compared:
        beside = ("voice", "n", "error, %", "Distill-MOS", "DNSMOS", "rate, %", "same", "misses")
        pairs = [
            (c.voice, c.own.count, f"{c.own.error:.2f}, {c.other.error:.2f}",
             f"{c.own.distill_mos:.2f}, {c.other.distill_mos:.2f}",
             f"{_shown(c.own.dnsmos)}, {_shown(c.other.dnsmos)}", f"{c.rate:+.1f}", f"{c.same:.3f}",
             ", ".join(c.misses))
            for c in compared
        ]  # fmt: skip
        text += f"\n\nBeside the other's, over the sentences of both:\n\n{table(beside, pairs)}"
    return text


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def plot(scores: Sequence[Score], axes: Axes) -> None:
    """Distill-MOS of each voice, a colour for each folder."""
    voices = sorted({s.voice for s in scores})
    for folder in dict.fromkeys(s.folder for s in scores):
        own = {s.voice: s.distill_mos for s in scores if s.folder == folder}
        axes.plot([own.get(voice, np.nan) for voice in voices], "o", label=folder)
    axes.set_xticks(range(len(voices)), voices, rotation=60, ha="right", fontsize=8)
    axes.set_ylabel("Distill-MOS")
    axes.legend()


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--against", type=Path, help="the teacher's recordings, or older ones")
    parser.add_argument("--name", default="quality", help="of the files written to --out")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--processes", type=int, default=2, help="each takes 1 GB and a core")
    parser.add_argument("--quick", action="store_true", help="without DNSMOS: half of the time")
    parser.add_argument("-v", "--verbose", action="store_true", help="show what was misheard")
    options = parser.parse_args(arguments)
    hear = partial(recordings, processes=options.processes, quick=options.quick)
    judged = {folder: hear(folder) for folder in options.folders}
    reference = hear(options.against) if options.against else []
    scores = score(str(options.against), reference)
    compared: list[Comparison] = []
    for folder, own in judged.items():
        scores += score(str(folder), own)
        compared += compare(own, reference)
        for r in own if options.verbose else ():
            if r.wanted != r.heard:
                print(f"{r.voice} {r.number}\n  wanted {r.wanted}\n  heard  {r.heard}")
    figures = {"scores": [asdict(s) for s in scores], "compared": [asdict(c) for c in compared]}
    markdown = report(scores, compared)
    write(options.name, markdown, figures, lambda axes: plot(scores, axes), options.out)


if __name__ == "__main__":
    main(sys.argv[1:])
