"""Chunks -> written words: each with its kind, its place and the punctuation around it.

Punctuation is mapped onto the marks that the voices know: ; : , . ! ? — … ( ) “ ”. What closes
belongs to the word before it, what opens to the word after it. A chunk of punctuation alone goes
to its neighbours; the word before it waits for it, no further.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from vvstream.text.ahead import Ahead
from vvstream.text.characters import fold, is_picture, script
from vvstream.text.emoji_names import CHECKS
from vvstream.text.patterns import TOKEN
from vvstream.text.scanner import Chunk
from vvstream.text.signs import (
    LIST_NUMBER,
    has_formula,
    is_factorial,
    is_item,
    is_rate,
    is_until,
    item_number,
)
from vvstream.text.spoken import Skipped

PAUSES: Final = frozenset(",;:.!?…—")
STOPS: Final = frozenset(".!?…")

_MARKS: Final = {
    ",": ",", ";": ";", ":": ":", ".": ".", "!": "!", "?": "?", "…": "…", "—": "—", "–": "—",
    "(": "(", ")": ")", "“": "“", "”": "”", "|": ",",
}  # fmt: skip
_OPENING: Final = frozenset("(“")
_FACE: Final = re.compile(
    r"(?:[:;=8xX]['-]?[)(DPpOo/|\\3*\]\[]+|<+3+|[)(]+['-]?[:;]|\^[_.]?\^|-_+-|:'[()]|o_O|O_o|T_T)"
    r"(?=$|[.,!?]+(?![0-9A-Za-z]))"
)
_STRING: Final = re.compile(r"(?<![A-Za-z0-9])[bfru]\"[A-Za-z0-9{]$")
"""A string of Python begins: f"Hello"."""
_URL_TAIL: Final = re.compile(r"[.,;:!?'\")\]}*_~]+$")
_OPERATORS: Final = frozenset(
    "< > <= >= != == -> => * / · && || += -= *= /=".split()
)
_RELATIONS: Final = frozenset("≤≥≈≠=+×÷")
"""Before them "a" is a letter of a formula."""
_TERM: Final = re.compile(r".*\d|\d+[a-z]", re.DOTALL)
"""Before a dash and a figure, what takes away from it."""
_HEADING: Final = re.compile("#{1,6}")
_BULLET: Final = re.compile(r"[-*•–—+>#|=~_:]+|\$|(?:```|~~~)[\w+-]*")
"""What opens a line and is not said: marks of lists, headings, rules, tables and fences."""
_RULE: Final = re.compile(r":?-{3,}:?")


@dataclass(frozen=True, slots=True)
class Written:
    """A word as it stands in the text; offsets are the client's."""

    text: str
    kind: str
    """A group of `patterns.TOKEN`, or "picture"."""
    start: int
    end: int
    raw: str
    before: str = ""
    after: str = ""
    spaced: bool = True
    """White space stands before it."""
    opens_line: bool = False
    genitive: bool = False
    """Followed by "'s" (of which `text` knows nothing): "3M's"."""
    closes: bool = False
    """A line or paragraph ends with it that says something of its own."""

    ticked: bool = False
    """Right behind a backtick: of a program."""

    @property
    def joined(self) -> bool:
        """Nothing but white space stands between this word and the next."""
        return not self.after and not self.closes


@dataclass(frozen=True, slots=True)
class _Open:
    """What the chunks before have begun."""

    formula: bool = False
    """A "$" of LaTeX."""
    quoted: bool = False
    """A straight quote."""
    cell: bool = False
    """A cell of a table."""

    def after(self, chunk: Chunk, words: tuple["Written", ...]) -> "_Open":
        """What is open behind a chunk, if this is what was open in it."""
        cell = chunk.text.endswith("|")
        if not cell and (chunk.closes or (self is _NOTHING and '"' not in chunk.text)):
            return _NOTHING  # as nearly always
        if chunk.closes:
            return _Open(cell=cell)
        inches = sum(w.text.endswith('"') for w in words)
        return _Open(
            formula=self.formula,
            quoted=self.quoted ^ ((chunk.text.count('"') - inches) % 2 == 1),
            cell=cell,
        )


_NOTHING: Final = _Open()


@dataclass(frozen=True, slots=True)
class _Split:
    words: tuple[Written, ...]
    closing: str
    """Marks of a chunk without words that belong to the word before."""
    opening: str
    """Marks after the last word that belong to the next one."""
    skipped: tuple[Skipped, ...]


class Writer:
    """The second stage: chunks in, written words out; pictograms too where `pictures`."""

    def __init__(self, *, pictures: bool) -> None:
        self._pictures = pictures
        self._begin()

    def _begin(self) -> None:
        self._before = ""
        self._last: Written | None = None
        self._stopped = False  # a line, or marks that stand alone, ended the word before
        self._heading = False  # the line began with "#"
        self._open = _NOTHING
        self._items = frozenset[int]()  # the numbers of the lists so far

    def next(self, chunks: Ahead[Chunk]) -> tuple[list[Written], list[Skipped]] | None:
        """Take the next chunk apart, with the one behind it where that is only punctuation.

        Returns None at the end of the utterance.

        Raises:
            NeedMore: the next chunk, or the punctuation after it, is still to come.
        """
        chunk = chunks.peek(0)
        if chunk is None:
            self._begin()
            return None
        formula = has_formula(chunk, self._open.formula)
        opened = self._open
        if formula:
            opened = replace(opened, formula=True)
        split = self._take_apart(chunk, opened)
        skipped = list(split.skipped)
        words = list(split.words)
        items = self._items | {item_number(w.text) for w in words[:1] if w.kind == "item"}
        if words and chunk.wraps and is_item(chunks.peek(1), items):
            words[-1] = replace(words[-1], closes=True)
        trailing = None
        if words and not words[-1].closes and _may_be_punctuation(chunk.following):
            behind = chunks.peek(1)
            trailing = None if behind is None or _is_minus(words[-1], behind) else _split(
                behind, self._pictures, opened.after(chunk, split.words)
            )
            if trailing is not None and trailing.words:
                trailing = None
        chunks.take()
        self._items = items
        if formula:
            even = chunk.text.count("$") % 2 == 0
            opened = replace(opened, formula=even == self._open.formula)
        self._open = opened.after(chunk, split.words)
        self._heading = _HEADING.fullmatch(chunk.text) is not None or (
            self._heading and not chunk.opens_line
        )
        self._last = words[-1] if words else None
        self._stopped = words[-1].closes if words else self._stopped
        if not words:
            # The word before has its mark already: ". . ." is one pause.
            closing = "" if self._stopped else split.closing.replace("—", " —")
            self._before = _merge(self._before, closing + split.opening)
            return [], skipped
        words[0] = replace(words[0], before=_merge(self._before, words[0].before))
        self._before = split.opening
        if trailing is not None:
            behind_chunk = chunks.take()
            skipped += trailing.skipped
            closes = behind_chunk.closes
            self._open = self._open.after(behind_chunk, ())
            after = _merge(words[-1].after, trailing.closing.replace("—", " —"))
            words[-1] = replace(words[-1], after=after, closes=closes)
            self._before = _merge(self._before, trailing.opening)
            self._stopped = closes or bool(STOPS & frozenset(trailing.closing))
        return words, skipped

    def _take_apart(self, chunk: Chunk, opened: _Open) -> _Split:
        if self._last is not None and _is_minus(self._last, chunk):
            place = chunk.start
            minus = Written(chunk.text, "symbol", place, place + 1, chunk.text, spaced=True)
            return _Split((minus,), "", "", ())
        if self._heading and chunk.closes and _HEADING.fullmatch(chunk.text):
            return _Split((), "", "", ())  # "# Title #"
        return _split(chunk, self._pictures, opened)


def _is_minus(word: Written, behind: Chunk) -> bool:
    """Whether a dash stands between numbers or terms: "10 - 3", "x² − 2x"."""
    if not word.joined:
        return False
    if behind.text == "−":
        return behind.following.isalnum() or behind.following in "(\\√$"
    half = word.text.lower().replace(".", "") in ("am", "pm")
    term = word.kind == "power" or half or _TERM.fullmatch(word.text) is not None
    return behind.text in ("-", "–") and term and behind.following.isdecimal()


def _may_be_punctuation(following: str) -> bool:
    return bool(following) and not following.isalnum()


def _split(chunk: Chunk, pictures: bool, opened: _Open) -> _Split:
    folded = fold(chunk.text)
    text, places, origin = folded.text, folded.places, chunk.start
    if opened.formula and "$" in text:
        places = (*(p for p, c in zip(places, text, strict=False) if c != "$"), places[-1])
        text = text.replace("$", "")
    if chunk.opens_line and _BULLET.fullmatch(text):
        return _Split((), "", "", ())
    if chunk.following == "|" and _RULE.fullmatch(text):
        return _Split((), "", "", ())
    if chunk.closes and text.endswith("|"):
        text = text.rstrip("|")  # the end of a table's row is one pause, not two
    skipped = tuple(
        Skipped(origin + a, origin + b, script(chunk.text[a])) for a, b in folded.unspeakable
    )
    words: list[Written] = []
    before = ""
    closing = ""
    spaced = True
    i = 0
    while i < len(text):
        token, end = _token(text, i, chunk, bool(words), opened)
        if token == "genitive":
            if words and not spaced:
                place = origin + places[end]
                raw = chunk.text[words[-1].start - origin : places[end]]
                words[-1] = replace(words[-1], end=place, raw=raw, genitive=True)
            i = end
        elif token == "drop" or (token == "picture" and not pictures):
            i = end
        elif token:
            stop = _whole(places, end)
            if any(c.isalnum() for c in text[end:stop]):
                token, end = "rate", stop
            a, b = places[i], places[stop]
            words.append(
                Written(
                    text[i:end],
                    token,
                    origin + a,
                    origin + b,
                    chunk.text[a:b],
                    before,
                    spaced=spaced,
                    opens_line=chunk.opens_line and not words,
                    ticked=text[i - 1 : i] == "`",
                )
            )
            before, spaced = "", False
            i = end
        else:
            mark, i = _mark(text, i)
            if mark == " ":
                spaced = True
            elif mark in _OPENING:
                before += mark
            elif before.endswith("(") and mark == ")":
                before = before[:-1]  # nothing is said between them
            elif words and not before:
                words[-1] = replace(words[-1], after=_merge(words[-1].after, mark))
            elif not words:
                closing = _merge(closing, mark)
    if words:
        if closing and closing[-1] == "—":
            words[0] = replace(words[0], before=" —" + words[0].before)
        words[-1] = replace(words[-1], closes=chunk.closes)
        closing = ""
    return _Split(tuple(words), closing, before, skipped)


def _whole(places: tuple[int, ...], end: int) -> int:
    """Where the character ends that stands for several, such as "℃" or "⑴", if `end` is in it."""
    while places[end] == places[end - 1]:
        end += 1
    return end


def _token(text: str, i: int, chunk: Chunk, later: bool, opened: _Open) -> tuple[str, int]:
    """The kind of word at `i` and where it ends; ("", i) for punctuation, "drop" for decoration."""
    if text in CHECKS and opened.cell and (chunk.following == "|" or chunk.closes):
        return "check", len(text)
    if text[i - 1 : i + 1] == "~~":
        return "", i  # struck out: "~~$5~~"
    if is_picture(text[i]):
        return "picture", i + 1
    if text in _OPERATORS and not chunk.opens_line and (text in "<>" or len(text) > 1 or (
        chunk.following.isdecimal()
    )):
        return "symbol", len(text)
    if i == 0 and text.rstrip(".,:;!?)") == "#":
        return "symbol", 1
    if text == "a" and (chunk.following in _RELATIONS or (chunk.opens_line and chunk.closes)):
        return "letter", 1
    if later and ((text[i] in "-–" and is_until(text, i)) or is_factorial(text, i, chunk)):
        return "symbol", i + 1
    face = _FACE.match(text, i) if not later else None
    if face is not None and not text[i : face.end()].isalnum():
        return "drop", face.end()
    if chunk.opens_line and not later:
        item = LIST_NUMBER.fullmatch(text)
        if item is not None:
            return "item", item.end()
    if text[i] == "/" and later and is_rate(text, i):
        return "symbol", i + 1
    match = TOKEN.match(text, i)
    if match is None:
        return "", i
    kind, end = _kind(match), match.end()
    if kind in ("markup", "footnote"):
        return "drop", end
    if kind in ("url", "domain", "path"):
        end -= len(m[0]) if (m := _URL_TAIL.search(match[0])) else 0
    if match[0][-1] in "\"'" and kind in ("quantity", "fraction", "feet"):
        mark = match[0][-1]  # of inches or feet, or does it end a quotation?
        before = text[:i].count(mark) + (opened.quoted if mark == '"' else 0)
        end -= before % 2
    if kind == "symbol" and not _spoken_symbol(text, i):
        return "", i
    if kind == "code" and not any(c.isalnum() for c in match[0]):
        return "", i
    return kind, end


def _kind(match: re.Match[str]) -> str:
    return next(k for k, v in match.groupdict().items() if v is not None)


def _spoken_symbol(text: str, i: int) -> bool:
    """Whether a symbol is said: not where it decorates ("==== Title ====", "$$$", "Acme™")."""
    if text[i] == "^":
        return text[i - 1 : i].isalnum() and (text[i + 1 : i + 2] or " ") not in " ^"
    if text[i] == "#":
        return text[i + 1 : i + 2].isdecimal()
    if text[i] == "$":
        return text == "$"  # else it marks a ticker or a formula: "$AAPL", "$x^2$"
    if text[i] == "°":
        return text[i - 1 : i].isdecimal() or text[i + 1 : i + 2] in ("C", "F") or text == "°"
    if text[i] == "&" and text[i + 1 : i + 2] == "=":
        return False  # LaTeX aligns so
    return text[i] not in "®™©¶" and text[i] not in (text[i - 1 : i], text[i + 1 : i + 2])


def _mark(text: str, i: int) -> tuple[str, int]:
    """The mark that punctuation at `i` stands for ("" for none), and where what follows begins."""
    c = text[i]
    if c == " ":
        return " ", i + 1
    if text == "/":
        return ",", 1  # "PT / ET", "a line / and the next"
    if c == ".":
        end = i
        while end < len(text) and text[end] == ".":
            end += 1
        return ("." if end - i == 1 else "…"), end
    if c == "-":
        end = i
        while end < len(text) and text[end] == "-":
            end += 1
        dash = end - i > 1 or len(text) == 1
        return ("—" if dash and end - i < 4 else ""), end
    if c == '"':
        opens = i == 0 or not (text[i - 1].isalnum() or text[i - 1] in ".,;:!?…)]}'%—")
        opens = opens or _STRING.search(text, 0, i + 2) is not None
        return ("“" if opens and i + 1 < len(text) else "”"), i + 1
    return _MARKS.get(c, ""), i + 1


def _merge(marks: str, more: str) -> str:
    """Marks in a row, no mark twice over: "!!!" is "!", "?!" stays."""
    for mark in more:
        if mark not in marks[-1:] or mark in _OPENING:
            marks += mark
    return marks[-6:] if len(marks) > 6 else marks
