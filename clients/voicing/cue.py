"""What is said and when; what is wrong and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Block:
    """One cue as a file has it: lines of text, still with markup. Times are in seconds."""

    line: int
    """Where its times stand, counted from 1."""
    start: float
    end: float
    text: str
    speaker: str = ""
    language: str = ""
    """As the file says it; "" where it does not."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that one speaker says."""

    line: int
    start: float
    end: float
    """As the file has it; infinite where nobody said."""
    text: str
    speaker: str = ""
    language: str = ""
    room: float = inf
    """Until when it may be spoken: its end, and some of the pause after it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a file, or cannot be spoken."""

    line: int
    what: str
    skipped: bool = True


def told(problems: Iterable[Problem]) -> list[str]:
    """One line for each kind of problem, with the lines where it is."""
    kinds: dict[tuple[str, bool], list[int]] = {}
    for problem in problems:
        kinds.setdefault((problem.what, problem.skipped), []).append(problem.line)
    return [
        f"{_lines(lines)}: {what}{' (skipped)' if skipped else ''}"
        for (what, skipped), lines in kinds.items()
    ]


def _lines(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:8]))
    more = f" and {len(lines) - 8} more" if len(lines) > 8 else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"
