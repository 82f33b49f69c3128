"""SRT, WebVTT and ASS files, read forgivingly: what is broken is told with its line.

A parser of our own, since those on PyPI lose what we must tell: pysubs2 1.8 glues a cue with a
broken time to the text before it and knows no line numbers, webvtt-py 0.6 drops it in silence.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from voicing.cue import Block, Problem
from voicing.stamps import ARROW, seconds, span

# Two times with something between them that is no arrow.
LIKE_TIMES = re.compile(r"\s*\d+:\d+:\d+[.,:]\d+\s*\S{1,3}\s*\d+:\d+:\d+[.,:]\d+\s*$")
NO_TIMES = "expected START --> END with times such as 00:01:02,345"
OVERRIDE = re.compile(r"\{[^}]*\}")
DRAWING = re.compile(r"\{[^}]*\\p[1-9]")


def blocks(lines: Sequence[str]) -> Iterator[Block | Problem]:
    """The cues of a file in any of the formats, in its order."""
    head = next((line.strip() for line in lines if line.strip()), "")
    if head.startswith("WEBVTT"):
        return _webvtt(lines)
    if head.startswith("[Script Info]") or any(line.startswith("Dialogue:") for line in lines):
        return _ass(lines)
    return _srt(lines)


def fragment(text: str) -> Iterator[Block | Problem]:
    """The cues of a piece of WebVTT, with or without its head."""
    return _webvtt(text.replace("\r\n", "\n").split("\n"))


def _srt(lines: Sequence[str]) -> Iterator[Block | Problem]:
    times = [n for n, line in enumerate(lines) if ARROW in line or LIKE_TIMES.match(line)]
    before = times[0] if times else len(lines)
    for number, line in enumerate(lines[:before]):
        if line.strip() and not line.strip().isdecimal():
            yield Problem(number + 1, NO_TIMES)
            break
    for at, following in pairwise([*times, len(lines)]):
        text = [line for line in lines[at + 1 : following] if line.strip()]
        # The number of the next cue stands on the line before its times.
        if following < len(lines) and text and lines[following - 1].strip().isdecimal():
            text.pop()
        yield _block(at + 1, lines[at], text)


def _webvtt(lines: Sequence[str]) -> Iterator[Block | Problem]:
    language, at = "", 0
    if lines and lines[0].startswith("WEBVTT"):
        while at < len(lines) and lines[at].strip():
            if match := re.match(r"Language:\s*(\S+)", lines[at]):
                language = match[1]
            at += 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = at
        while end < len(lines) and lines[end].strip():
            end += 1
        paragraph = lines[at:end]
        timed = [number for number, line in enumerate(paragraph[:2]) if ARROW in line]
        if timed:
            first = timed[0]
            yield _block(at + first + 1, paragraph[first], paragraph[first + 1 :], language)
        elif not re.match(r"(NOTE|STYLE|REGION)\b", paragraph[0]):
            yield Problem(at + 1, NO_TIMES)
        at = end


def _block(
    number: int, times: str, text: Sequence[str], language: str = ""
) -> Block | Problem:
    found = span(times)
    return Problem(number, NO_TIMES) if found is None else Block(
        number, *found, "\n".join(text), language=language
    )


def _ass(lines: Sequence[str]) -> Iterator[Block | Problem]:
    columns = "Layer Start End Style Name MarginL MarginR MarginV Effect Text".split()
    for number, line in enumerate(lines, 1):
        kind, _, rest = line.partition(":")
        if kind == "Format" and "Text" in rest:
            columns = [name.strip() for name in rest.split(",")]
        if kind != "Dialogue":
            continue
        values = rest.split(",", len(columns) - 1)
        event = dict(zip(columns, values, strict=False))
        start, end = seconds(event.get("Start", "")), seconds(event.get("End", ""))
        if start is None or end is None or "Text" not in event:
            yield Problem(number, f"expected Dialogue: {','.join(columns)}")
            continue
        style = event.get("Style", "").strip().lstrip("*")
        name = event.get("Name", event.get("Actor", "")).strip()
        speaker = name or ("" if style in {"", "Default"} else style)
        yield Block(number, start, end, _plain(event["Text"]), speaker)


def _plain(text: str) -> str:
    """Without override codes; a drawing is no text."""
    if DRAWING.search(text):
        return ""
    return OVERRIDE.sub("", text).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
