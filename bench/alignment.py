"""Are words where they are said to be? `python -m bench.alignment`

The server says when each word begins and ends, from the voice's own durations. Here an aligner that
knows nothing of them finds the words in the sound: PocketSphinx with the English HMMs and the
dictionary of its package (extra `eval`), which is given the samples and the words, no times.

How far off the aligner itself is, is measured too: words that were spoken alone are joined with
silences of known lengths, so that the sample at which each begins is known. That is easier than
running speech, where words flow into each other, so it bounds the aligner's error from below.
"""

from __future__ import annotations

import argparse
import array
import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.listener import percentile
from bench.recordings import VOICES
from bench.report import OUT, table, write
from bench.server import Server, running
from bench.talk import talk
from bench.texts import SENTENCES
from vvstream.audio import AUDIBLE, SAMPLE_RATE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHIFT: Final = 0.01
"""Seconds between the aligner's frames."""
CENTRE: Final = (0.025625 - SHIFT) / 2
"""A boundary between two frames lies between the middles of their windows of 410 samples."""
QUIET: Final = 0.3  # seconds of silence around what is aligned
SILENCES: Final = (0.15, 0.4)  # seconds, around words that were spoken alone
ALONE: Final = 6  # words of a sentence that are spoken alone too
LETTERS: Final = 4  # of these at least: an "a" alone is no word that anybody could find
WORD: Final = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Span:
    """A word in time, in seconds."""

    word: str
    start: float
    end: float


class Aligner:
    """PocketSphinx, which finds known words in a sound."""

    def __init__(self) -> None:
        self._dictionary = _decoder()

    def knows(self, word: str) -> bool:
        """Whether its dictionary has the word."""
        return self._dictionary.lookup_word(word.lower()) is not None

    def __call__(self, samples: bytes, words: Sequence[str]) -> list[Span]:
        """The words, each of which it `knows`, in s16le at 16 kHz. Raises ValueError: not found."""
        decoder = _decoder()  # a new one: it gets used to what it heard before
        decoder.set_align_text(" ".join(words).lower())
        # It was trained on recordings, which begin and end in silence.
        quiet = bytes(2 * int(QUIET * SAMPLE_RATE))
        try:
            _hear(decoder, quiet + samples + quiet)
            decoder.set_alignment()  # a second pass refines the first, state by state
            _hear(decoder, quiet + samples + quiet)
        except RuntimeError:
            raise ValueError(f"not found in the sound: {' '.join(words)}") from None
        zero = CENTRE - QUIET
        return [
            Span(
                re.sub(r"\(\d+\)$", "", entry.name),
                entry.start * SHIFT + zero,
                (entry.start + entry.duration) * SHIFT + zero,
            )
            for entry in decoder.get_alignment()
            if not entry.name.startswith(("<", "["))
        ]


def _decoder() -> Any:
    from pocketsphinx import Decoder

    return Decoder(lm=None, loglevel="FATAL")


def _hear(decoder: Any, samples: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()


def said(text: str) -> list[str] | None:
    """The words of a text, where they are spoken as they are written."""
    return None if re.search(r"\d|\b[A-Z][a-z]{,3}\.\s", text) else WORD.findall(text)


async def told(url: str, text: str, voice: str) -> tuple[bytes, list[Span]]:
    """What the server says and when it says that its words are."""
    query: dict[str, str | float] = {"voice": voice, "events": "word", "pace": "fast"}
    async with talk(url, query) as one:
        await one.send(type="text", text=text)
        await one.send(type="end")
        await one.to_the_end()
    words = [
        Span(event["text"].lower(), event["start"], event["end"])
        for _, event in one.events
        if event["type"] == "word"
    ]
    return b"".join(heard.frame for heard in one.frames), words


def joined(words: Sequence[tuple[str, bytes]], seed: int) -> tuple[bytes, list[Span]]:
    """Words that were spoken alone, with silences between them, and when each is heard."""
    chance = random.Random(seed)
    sound, spans = bytearray(), []
    for word, samples in words:
        sound += bytes(2 * int(chance.uniform(*SILENCES) * SAMPLE_RATE))
        loud = [i for i, value in enumerate(array.array("h", samples)) if abs(value) > AUDIBLE]
        begin = len(sound) // 2
        start, end = begin + loud[0], begin + loud[-1] + 1
        spans.append(Span(word.lower(), start / SAMPLE_RATE, end / SAMPLE_RATE))
        sound += samples
    sound += bytes(2 * int(SILENCES[1] * SAMPLE_RATE))
    return bytes(sound), spans


@dataclass(frozen=True, slots=True)
class Errors:
    """How much later than they are found words are said to begin and to end, in seconds."""

    starts: list[float]
    ends: list[float]

    def add(self, said: Sequence[Span], found: Sequence[Span]) -> None:
        """Compare the same words, all but the first: where a text begins nobody has to find."""
        if [one.word for one in said] != [other.word for other in found]:
            raise ValueError(f"expected {' '.join(s.word for s in said)}, found other words")
        for one, other in zip(said[1:], found[1:], strict=True):
            self.starts.append(one.start - other.start)
            self.ends.append(one.end - other.end)


@dataclass(frozen=True, slots=True)
class Figures:
    """`own`: of the aligner, on words whose places are known."""

    voices: dict[str, Errors]
    own: Errors
    skipped: int
    """Sentences that the aligner cannot judge, or in which it found nothing."""


async def measure(server: Server, sentences: Sequence[str], voices: Sequence[str]) -> Figures:
    """Say all of them in all voices."""
    aligner = Aligner()
    figures = Figures({voice: Errors([], []) for voice in voices}, Errors([], []), 0)
    skipped = 0
    for voice in voices:
        for number, sentence in enumerate(sentences):
            words = said(sentence)
            if not words or not all(map(aligner.knows, words)):
                skipped += 1
                continue
            sound, spans = await told(server.url, sentence, voice)
            some = [word for word in words if len(word) >= LETTERS][:ALONE]
            alone = [(word, (await told(server.url, f"{word}.", voice))[0]) for word in some]
            known, places = joined(alone, number)
            try:
                figures.voices[voice].add(spans, aligner(sound, words))
                figures.own.add(places, aligner(known, some))
            except ValueError as error:
                print(error)
                skipped += 1
    return Figures(figures.voices, figures.own, skipped)


def report(figures: Figures, folder: Path) -> None:
    """Write the table, the figures and the plot."""
    everyone = Errors([], [])
    rows = []
    for voice, errors in figures.voices.items():
        everyone.starts.extend(errors.starts)
        everyone.ends.extend(errors.ends)
        rows.append(_row(voice, errors))
    rows.append(_row("all voices", everyone))
    # Where a word has died away is a matter of taste: of its own the aligner is judged by starts.
    own = _row("the aligner itself, on words joined with silence", figures.own)
    rows.append((*own[:-2], "", ""))
    heads = ("", "words", "start: median, ms", "p90", "mean, signed", "end: median, ms", "p90")
    markdown = table(heads, rows) + f"\n\n{figures.skipped} sentences could not be judged."

    def plot(axes: Axes) -> None:
        for label, errors in (("words", everyone.starts), ("the aligner", figures.own.starts)):
            axes.hist(
                [1000 * e for e in errors], bins=60, range=(-150, 150), label=label, alpha=0.6
            )
        axes.set_xlabel("said to begin later than found, ms")
        axes.set_ylabel("words")
        axes.legend()

    write("alignment", markdown, asdict(figures), plot, folder)


def _row(name: str, errors: Errors) -> tuple[object, ...]:
    mean = f"{1000 * sum(errors.starts) / len(errors.starts):+.0f}"
    return name, len(errors.starts), *_sizes(errors.starts), mean, *_sizes(errors.ends)


def _sizes(errors: Sequence[float]) -> list[str]:
    sizes = [abs(error) for error in errors]
    return [f"{1000 * percentile(sizes, share):.0f}" for share in (0.5, 0.9)]


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.alignment", description=__doc__)
    parser.add_argument("--sentences", type=int, default=len(SENTENCES), help="in each voice")
    parser.add_argument("--voices", nargs="+", default=VOICES)
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    with running() as server:
        figures = asyncio.run(measure(server, SENTENCES[: args.sentences], args.voices))
    report(figures, args.out)


if __name__ == "__main__":
    main()
