"""A whole subtitle file: its cues in the order of their time, and all that is wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from voicing.cue import Block, Cue, Problem
from voicing.decoding import lines_of, undecoded
from voicing.formats import blocks
from voicing.lines import cues

SLACK = 0.3
"""Seconds of the pause after a cue that it may take where it needs them."""


@dataclass(frozen=True, slots=True)
class Languages:
    """What can be spoken, and what shall be."""

    spoken: frozenset[str]
    latin: str = "en"
    """What Latin letters are taken for, where the file does not say."""
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Subtitles:
    """What is to be spoken."""

    cues: tuple[Cue, ...]
    problems: tuple[Problem, ...]


def read(data: bytes, languages: Languages, encoding: str | None = None) -> Subtitles:
    """Read a file of any format. Raises Failure for an unknown encoding."""
    lines = lines_of(data, encoding)
    problems = list(undecoded(lines))
    bad = {problem.line for problem in problems}
    found: list[Cue] = []
    sound: list[Block] = []
    for block in blocks(lines):
        if isinstance(block, Problem):
            problems.append(block)
        elif block.end <= block.start:
            problems.append(Problem(block.line, "it ends before it begins"))
        elif not bad & set(range(block.line, block.line + block.text.count("\n") + 2)):
            sound.append(block)
    for block in sorted(sound, key=lambda block: block.start):
        for item in cues(block, languages.latin, set(languages.spoken), languages.only):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                found.append(item)
    found, overlapping = _apart(found)
    problems += overlapping
    return Subtitles(roomy(found), tuple(sorted(problems, key=lambda problem: problem.line)))


def roomy(found: Sequence[Cue]) -> tuple[Cue, ...]:
    """Each cue with the time that it may take: to its end, and some of the pause after it."""
    starts = [*(cue.start for cue in found[1:]), inf]
    return tuple(
        replace(cue, room=max(cue.end, min(following, cue.end + SLACK)))
        for cue, following in zip(found, starts, strict=False)
    )


def _apart(found: Iterable[Cue]) -> tuple[list[Cue], list[Problem]]:
    """One speaker says one thing at a time: a cue of theirs inside another is a mistake.

    Where the times of two merely touch, the first ends when the second begins.
    """
    kept: list[Cue] = []
    problems = []
    last: dict[str, int] = {}  # by speaker, the place in `kept`
    for cue in found:
        before = last.get(cue.speaker)
        if before is not None and (overlap := kept[before].end - cue.start) > 1e-6:
            shorter = min(cue.end - cue.start, kept[before].end - kept[before].start)
            if overlap > shorter / 2:
                problems.append(Problem(cue.line, f"overlaps the cue of line {kept[before].line}"))
                continue
            told = f"begins {overlap:.2f} s before the cue of line {kept[before].line} ends"
            problems.append(Problem(cue.line, told, skipped=False))
            kept[before] = replace(kept[before], end=cue.start)
        last[cue.speaker] = len(kept)
        kept.append(cue)
    return kept, problems
