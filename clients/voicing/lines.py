"""From the text of a cue to what is spoken by whom: tags, names, sounds that nobody speaks."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from voicing.cue import Block, Cue, Problem
from voicing.language import language_of

VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>", re.IGNORECASE)
LANG = re.compile(r"<lang\s+([\w-]+)\s*>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^}]*\}")
# "[door slams]", "♪ la la ♪", and a line that is all in brackets, such as "(sighs)".
SOUND = re.compile(r"\[[^\]]*\]|[♪♫][^♪♫]*[♪♫]|[♪♫]|^\s*[-–—]?\s*[(（][^)）]*[)）]\s*$")
DASH = re.compile(r"^\s*[-–—‐]\s*(?=\S)")
# "ANNA:", "DR. WHO:", and in scripts without capitals "安娜：".
NAME = re.compile(
    r"^([A-ZÀ-Þ][A-ZÀ-Þ0-9 .'’&-]{0,29}|[^\W\d_a-zA-Z]{1,8}(?=：))\s*(?::\s+|:$|：\s*)"
)
DASHED_NAME = re.compile(r"^([A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,2})\s*[:：]\s+")
SECOND = "second speaker"
"""Who says the second line of a dialogue whose speakers have no names."""


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a cue."""

    speaker: str
    language: str
    text: str


def cues(block: Block, latin: str, spoken: set[str], wanted: str | None) -> list[Cue | Problem]:
    """What is spoken of a block, one after another in its time.

    `latin` is the language of Latin letters where the file says none, `spoken` the languages that
    have a voice, `wanted` the only language that shall be spoken.
    """
    parts = list(_parts(block, latin))
    if not parts:
        return [Problem(block.line, "nothing in it to say")]
    languages = list(dict.fromkeys(part.language for part in parts))
    able = [language for language in languages if language in spoken]
    if wanted is not None:
        able = [language for language in able if language == wanted]
    found: list[Cue | Problem] = []
    if not able:
        told = languages[0]
        why = f"only {wanted} was asked for" if told in spoken else "the server has no voice for it"
        return [Problem(block.line, f"in {told}: {why}")]
    if len(languages) > 1:
        # The same in two languages: one of them is enough.
        others = ", ".join(language for language in languages if language != able[0])
        found.append(Problem(block.line, f"spoken in {able[0]}, not in {others}", skipped=False))
        parts = [part for part in parts if part.language == able[0]]
    return found + list(_shared(block, parts))


def _shared(block: Block, parts: list[Said]) -> Iterator[Cue]:
    """The block's time, divided by how much each has to say."""
    total = sum(len(part.text) for part in parts)
    start = block.start
    if block.end == inf:
        yield from (Cue(block.line, start, inf, p.text, p.speaker, p.language) for p in parts)
        return
    for part in parts:
        end = start + (block.end - block.start) * len(part.text) / total
        yield Cue(block.line, start, end, part.text, part.speaker, part.language)
        start = end


def _parts(block: Block, latin: str) -> Iterator[Said]:
    said: Said | None = None
    speaker, dashes = block.speaker, 0
    declared = block.language.partition("-")[0].lower()
    for raw in html.unescape(block.text).split("\n"):
        if match := VOICE.search(raw):
            speaker = match[1].strip()
        if match := LANG.search(raw):
            declared = match[1].partition("-")[0].lower()
        line = SOUND.sub("", TAG.sub("", raw)).strip()
        dashed = bool(DASH.match(line))
        line = DASH.sub("", line)
        named = NAME.match(line) or (DASHED_NAME.match(line) if dashed else None)
        if named:
            speaker, line = named[1].strip(), line[named.end() :].strip()
        elif dashed and not block.speaker:
            speaker = SECOND if dashes else ""
        dashes += dashed
        if not re.search(r"\w", line):
            continue
        language = language_of(line, declared or latin)
        if said and not dashed and (said.speaker, said.language) == (speaker, language):
            said = replace(said, text=f"{said.text} {line}")
            continue
        if said:
            yield said
        said = Said(speaker, language, line)
    if said:
        yield said
