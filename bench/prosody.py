"""Does speech go on over a cut? `python -m bench.prosody`

The same texts are spoken whole, cut at every word, with a flush at every clause and with a flush
after every few words. At each cut the pitch and the rate of the words before and after it are
compared: how far they jump there, how far they jump at the same place of the whole text, and how
far they jump from word to word inside its sentences. Pitch is found in the sound, by
autocorrelation; the rate is that of the phonemes as the server times them (`bench.alignment` says
how well it does).
"""

from __future__ import annotations

import argparse
import asyncio
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bench.listener import percentile
from bench.recordings import VOICES
from bench.report import OUT, table, write
from bench.server import running
from bench.talk import talk
from bench.texts import text_of
from vvstream.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Samples = NDArray[np.float64]

PITCHES: Final = (60.0, 400.0)  # Hz
WINDOW: Final = 0.04  # seconds: more than two periods of the lowest pitch
HOP: Final = 0.01
PERIODIC: Final = 0.5  # of the autocorrelation: what is less is not voiced
AUDIBLE: Final = 0.01  # root mean square of a window, of full scale
NEAR: Final = 0.3  # seconds of speech on either side of a place
NEIGHBOURS: Final = 2  # words on either side whose rates are compared
FEW: Final = 4  # words between two flushes
CLAUSE: Final = re.compile(r"(?<=[,.;:!?]) ")
FLUSH: Final = ""


@dataclass(frozen=True, slots=True)
class Word:
    """`offset` in the text, times in seconds, number of phonemes."""

    offset: int
    start: float
    end: float
    phonemes: int


@dataclass(frozen=True, slots=True)
class Take:
    """A text as it was spoken. `pitch`: Hz, one a HOP, nan where nothing is voiced."""

    sound: bytes
    words: tuple[Word, ...]
    pitch: Samples


@dataclass(frozen=True, slots=True)
class Jump:
    """Between two words: semitones, the log of a ratio of rates, and the pause in seconds.

    Pitch is None where there is none to be found.
    """

    pitch: float | None
    rate: float
    pause: float


def pieces(text: str, how: str) -> list[str]:
    """What is sent: texts, and FLUSH for a flush."""
    match how:
        case "whole":
            return [text]
        case "cut at every word":
            return re.findall(r"\S+\s*", text)
        case "flush at every clause":
            parts = CLAUSE.split(text)
        case _:
            words = text.split(" ")
            parts = [" ".join(words[at : at + FEW]) for at in range(0, len(words), FEW)]
    return [piece for part in parts[:-1] for piece in (part + " ", FLUSH)] + parts[-1:]


def cuts(sent: Sequence[str]) -> list[int]:
    """Where a piece begins that is not the first, in characters of the text."""
    ends = np.cumsum([len(piece) for piece in sent])
    return sorted({int(end) for end in ends[:-1]})


def pitch_of(samples: Samples) -> Samples:
    """samples float64[n] in -1 ... 1 -> Hz float64[one a HOP], nan where nothing is voiced."""
    size, hop = int(WINDOW * SAMPLE_RATE), int(HOP * SAMPLE_RATE)
    low, high = int(SAMPLE_RATE / PITCHES[1]), int(SAMPLE_RATE / PITCHES[0])
    found = np.full(max(0, (samples.size - size) // hop + 1), np.nan)
    for number in range(found.size):
        window = samples[number * hop : number * hop + size]
        window = window - window.mean()
        if math.sqrt(float(np.mean(window**2))) < AUDIBLE:
            continue
        spectrum = np.fft.rfft(window, 2 * size)
        sums = np.fft.irfft(spectrum * spectrum.conj())[: high + 1]
        # As many products are summed at each lag as overlap there.
        likeness = sums / sums[0] * size / (size - np.arange(high + 1))
        best = float(likeness[low:].max())
        if best >= PERIODIC:
            # The first peak that is nearly the highest: not a multiple of the period.
            lag = low + int(np.argmax(likeness[low:] >= 0.9 * best))
            while lag < high and likeness[lag + 1] > likeness[lag]:
                lag += 1
            found[number] = SAMPLE_RATE / lag
    return found


def jump(take: Take, number: int) -> Jump:
    """From word `number` to the next one."""
    before, after = take.words[number], take.words[number + 1]
    heights = [
        _height(take.pitch, max(before.start, before.end - NEAR), before.end),
        _height(take.pitch, after.start, min(after.end, after.start + NEAR)),
    ]
    pitch = None
    if heights[0] is not None and heights[1] is not None:
        pitch = 12 * math.log2(heights[1] / heights[0])
    behind = take.words[max(0, number + 1 - NEIGHBOURS) : number + 1]
    ahead = take.words[number + 1 : number + 1 + NEIGHBOURS]
    return Jump(pitch, math.log(_rate(ahead) / _rate(behind)), after.start - before.end)


def _height(pitch: Samples, start: float, end: float) -> float | None:
    part = pitch[int(start / HOP) : int(end / HOP)]
    voiced = part[~np.isnan(part)]
    return float(np.median(voiced)) if voiced.size else None


def _rate(words: Sequence[Word]) -> float:
    return sum(w.phonemes for w in words) / sum(w.end - w.start for w in words)


async def speak(url: str, voice: str, sent: Sequence[str]) -> Take:
    """Have the pieces spoken in one session."""
    query = {"voice": voice, "events": "word,phoneme", "pace": "fast"}
    async with talk(url, query) as one:
        for piece in sent:
            await (one.send(type="flush") if piece == FLUSH else one.send(type="text", text=piece))
        await one.send(type="end")
        await one.to_the_end()
    events = [event for _, event in one.events]
    sounds = [event["start"] for event in events if event["type"] == "phoneme"]
    words = tuple(
        Word(
            event["offset"],
            event["start"],
            event["end"],
            max(1, sum(event["start"] <= at < event["end"] for at in sounds)),
        )
        for event in events
        if event["type"] == "word"
    )
    sound = b"".join(heard.frame for heard in one.frames)
    return Take(sound, words, pitch_of(np.frombuffer(sound, "<i2") / 32768))


@dataclass(frozen=True, slots=True)
class Compared:
    """The places at which a text was cut: there, and at the same places of the whole text."""

    cut: list[Jump]
    whole: list[Jump]
    same: bool
    """Not a sample differs."""


HOWS: Final = ("cut at every word", "flush at every clause", f"flush after every {FEW} words")


def compare(whole: Take, take: Take, places: Sequence[int]) -> Compared:
    """Both takes have the same words. Raises ValueError where they have not."""
    if [w.offset for w in take.words] != [w.offset for w in whole.words]:
        raise ValueError("the cut text has other words than the whole")
    numbers = [n for n, (_, two) in enumerate(pairwise(take.words)) if two.offset in places]
    return Compared(
        [jump(take, number) for number in numbers],
        [jump(whole, number) for number in numbers],
        take.sound == whole.sound,
    )


def inside(text: str, take: Take) -> list[Jump]:
    """From word to word where there is nothing but a space between them."""
    starts = {match.end() for match in re.finditer(r"\w ", text)}
    pairs = enumerate(pairwise(take.words))
    return [jump(take, number) for number, (_, two) in pairs if two.offset in starts]


@dataclass(frozen=True, slots=True)
class Figures:
    """By the way in which the texts were cut."""

    compared: dict[str, list[Compared]]
    inside: list[Jump]


async def measure(url: str, texts: Sequence[str], voices: Sequence[str]) -> Figures:
    """Every text in every voice, in every way."""
    figures = Figures({how: [] for how in HOWS}, [])
    for voice in voices:
        for text in texts:
            whole = await speak(url, voice, pieces(text, "whole"))
            figures.inside.extend(inside(text, whole))
            for how in HOWS:
                sent = pieces(text, how)
                take = await speak(url, voice, sent)
                figures.compared[how].append(compare(whole, take, cuts(sent)))
    return figures


def report(figures: Figures, folder: Path) -> None:
    """Write the table, the figures and the plot."""
    rows = [("inside the sentences of the whole text", *_row(figures.inside), "")]
    for how, takes in figures.compared.items():
        same = f"{sum(take.same for take in takes)} of {len(takes)}"
        rows.append((how, *_row([one for take in takes for one in take.cut]), same))
        rows.append(
            ("… the same places in the whole", *_row([o for t in takes for o in t.whole]), "")
        )
    heads = (
        *("", "places", "pitch jumps, semitones: median", "p90"),
        *("rate jumps, %: median", "p90", "pause, ms: median", "same samples"),
    )

    def plot(axes: Axes) -> None:
        for label, jumps in (
            ("inside sentences", figures.inside),
            *((how, [o for t in takes for o in t.cut]) for how, takes in figures.compared.items()),
        ):
            sizes = sorted(abs(one.pitch) for one in jumps if one.pitch is not None)
            shares = [100 * (rank + 1) / len(sizes) for rank in range(len(sizes))]
            axes.step(sizes, shares, where="post", label=label)
        axes.set_xlabel("jump of the pitch, semitones")
        axes.set_ylabel("% of places")
        axes.legend()

    numbers: dict[str, Any] = asdict(figures)
    write("prosody", table(heads, rows), numbers, plot, folder)


def _row(jumps: Sequence[Jump]) -> tuple[object, ...]:
    pitch = [abs(one.pitch) for one in jumps if one.pitch is not None]
    rate = [100 * math.expm1(abs(one.rate)) for one in jumps]
    pause = 1000 * percentile([one.pause for one in jumps], 0.5)
    return (
        len(jumps),
        *(f"{percentile(pitch, share):.1f}" for share in (0.5, 0.9)),
        *(f"{percentile(rate, share):.0f}" for share in (0.5, 0.9)),
        f"{pause:.0f}",
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.prosody", description=__doc__)
    parser.add_argument("--texts", type=int, default=10, help="of 400 characters (default: 10)")
    parser.add_argument("--voices", nargs="+", default=VOICES)
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    texts = [text_of(400, seed=number) for number in range(args.texts)]
    with running() as server:
        figures = asyncio.run(measure(server.url, texts, args.voices))
    report(figures, args.out)


if __name__ == "__main__":
    main()
