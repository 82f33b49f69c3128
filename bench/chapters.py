"""Whole chapters in one session: was a word skipped, or said twice?

    python -m bench.chapters TEXT.txt FOLDER --voice en-Heart_woman --minutes 30
    python -m bench.chapters TEXT.txt FOLDER --judge

TEXT is plain text, for instance of Project Gutenberg. It is sent in small pieces into one session,
as a writer's would be; what comes back is cut at sentence ends into clips of some fifteen seconds.
FOLDER gets en_VOICE_NNN.wav and, beside each, en_VOICE_NNN.json with its text, as `bench.quality`
takes them, and words.json: words of the text for which no event came, and those that came twice.
With `--judge` (extra `eval`) every clip is written down by Whisper: word error rate by clip, and
rows of two words or more that are missing or repeated, each to be listened to.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from bench.quality import Recording, recordings
from bench.recordings import write
from bench.report import OUT, table
from bench.server import running
from bench.talk import Event, talk

RATE: Final = 16_000
CLIP_SECONDS: Final = 15.0
AHEAD: Final = 8_000  # characters sent and not yet spoken; a server takes 20,000
LEAD: Final = 0.05  # seconds of a clip before its first word
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z']*")
_END: Final = re.compile(r"[.!?…][\"”’')\]]*\s")


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of the chapter: its text, and where it lies in the sound, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Slips:
    """What a clip's transcript has too little of, and twice."""

    skipped: tuple[str, ...]
    repeated: tuple[str, ...]


def clips(text: str, words: Sequence[Event], seconds: float) -> list[Clip]:
    """Cut at sentence ends, each `CLIP_SECONDS` or more; `seconds` is the whole's length."""
    found: list[Clip] = []
    first = 0
    for i, word in enumerate(words[1:], 1):
        before = words[i - 1]
        between = text[before["offset"] + len(before["text"]) : word["offset"]]
        long = word["start"] - words[first]["start"] >= CLIP_SECONDS
        if long and _END.search(between + " "):
            found.append(_clip(text, words[first], word["offset"], word["start"] - LEAD))
            first = i
    if words:
        found.append(_clip(text, words[first], len(text), seconds))
    return found


def _clip(text: str, first: Event, stop: int, end: float) -> Clip:
    return Clip(text[first["offset"] : stop].strip(), max(0.0, first["start"] - LEAD), end)


def unspoken(text: str, words: Sequence[Event]) -> tuple[list[str], list[str]]:
    """Words of the text that no event covers, and those with two events."""
    counts = Counter(word["offset"] for word in words)
    twice = [text[at : at + 20] for at, count in counts.items() if count > 1]
    covered = bytearray(len(text))
    for word in words:
        at, length = word["offset"], len(word["text"])
        covered[at : at + length] = b"\1" * length
    missing = [m[0] for m in _WORD.finditer(text) if not any(covered[m.start() : m.end()])]
    return missing, twice


def slips(want: Sequence[str], have: Sequence[str]) -> Slips:
    """Rows of two words or more that were wanted and not heard, or heard once more."""
    skipped, repeated = [], []
    for kind, a, b, c, d in SequenceMatcher(None, want, have, autojunk=False).get_opcodes():
        if kind == "delete" and b - a > 1:
            skipped.append(" ".join(want[a:b]))
        extra = have[c:d]
        before, behind = want[max(0, a - len(extra)) : a], want[a : a + len(extra)]
        if kind == "insert" and len(extra) > 1 and extra in (before, behind):
            repeated.append(" ".join(extra))
    return Slips(tuple(skipped), tuple(repeated))


async def record(url: str, text: str, voice: str, seed: int) -> tuple[bytes, list[Event]]:
    """The sound of a text that comes in pieces, and its word events."""
    cuts = random.Random(seed)
    async with talk(url, {"voice": voice, "pace": "fast", "events": "word"}) as session:
        place = spoken = 0
        words: list[Event] = []

        async def hear() -> None:
            nonlocal spoken
            heard = await session.receive()
            if isinstance(heard, dict) and heard["type"] == "word":
                words.append(heard)
                spoken = heard["offset"] + len(heard["text"])

        while place < len(text):
            if place - spoken >= AHEAD:
                await hear()
                continue
            piece = text[place : place + cuts.randint(1, 40)]
            await session.send(type="text", text=piece)
            place += len(piece)
        await session.send(type="end")
        await session.to_the_end()
        words = [event for _, event in session.events if event["type"] == "word"]
        return b"".join(frame.frame for frame in session.frames), words


def write_clips(folder: Path, voice: str, text: str, sound: bytes, words: list[Event]) -> int:
    """The clips, and words.json; how many clips."""
    folder.mkdir(parents=True, exist_ok=True)
    found = clips(text, words, len(sound) / 2 / RATE)
    for number, clip in enumerate(found):
        part = sound[2 * int(clip.start * RATE) : 2 * int(clip.end * RATE)]
        write(folder, voice, number, clip.text, part)
    missing, twice = unspoken(text, words)
    figures = {"words": len(words), "missing": missing, "twice": twice}
    (folder / "words.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return len(found)


def report(judged: Sequence[Recording], spoken: dict[str, object]) -> str:
    """The table in Markdown: one row a clip that is not perfect, and the sums."""
    rows: list[tuple[object, ...]] = []
    errors = wanted = 0
    for r in judged:
        wrong = r.errors
        errors, wanted = errors + wrong, wanted + len(r.wanted)
        found = slips(r.wanted, r.heard)
        if wrong:
            rate = f"{100 * wrong / max(1, len(r.wanted)):.1f}"
            rows.append((r.number, rate, "; ".join(found.skipped), "; ".join(found.repeated)))
    minutes = sum(r.seconds for r in judged) / 60
    rate = f"{100 * errors / max(1, wanted):.2f}"
    head = (
        f"{minutes:.1f} minutes, {len(judged)} clips, WER {rate} %;"
        f" words without an event: {spoken['missing']}, with two: {spoken['twice']}\n\n"
    )
    return head + table(("clip", "WER, %", "skipped", "repeated"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voice", default="en-Heart_woman")
    parser.add_argument("--minutes", type=float, default=30.0, help="at 15 letters a second")
    parser.add_argument("--seed", type=int, default=0, help="of the places at which it is cut")
    parser.add_argument("--judge", action="store_true", help="clips that were recorded before")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if options.judge:
        spoken = json.loads((options.folder / "words.json").read_text(encoding="utf-8"))
        said = report(recordings(options.folder, options.processes), spoken)
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / "chapters.md").write_text(said + "\n", encoding="utf-8")
        print(said)
        return
    text = options.text.read_text(encoding="utf-8")[: int(options.minutes * 60 * 15)]
    with running() as server:
        sound, words = asyncio.run(record(server.url, text, options.voice, options.seed))
    count = write_clips(options.folder, options.voice, text, sound, words)
    print(f"{count} clips, {len(sound) / 2 / RATE / 60:.1f} minutes in {options.folder}")


if __name__ == "__main__":
    main()
