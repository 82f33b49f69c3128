"""Pieces of XML, cut anywhere -> its tags and its text, each with its place in the client's text.

The parser is expat, the one of Python's standard library. The text is read as the content of an
element of our own, in which XML allows neither document types nor entities of one's own: there is
nothing to expand or to fetch. Several documents may follow one another, or none be there at all:
"Hello <break/> there" is fine.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias
from xml.parsers import expat

_ROOT: Final = "speech"
_DECLARATION_END: Final = b"?>"
_MISPLACED_DECLARATION: Final = expat.errors.codes[
    expat.errors.XML_ERROR_MISPLACED_XML_PI
]
_SAID: Final = {
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: (
        "expected a tag, or &lt; for < and &amp; for &"
    ),
    expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: (
        "expected one of &lt; &gt; &amp; &quot; &apos;, or a number like &#233;"
    ),
}
_BEFORE_CDATA_END: Final = re.compile(rb"(?=]]>)")
LONGEST_TAG: Final = 4096
"""Bytes of a tag, comment or reference; nothing longer is waited for."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A start tag, or the first half of an empty one."""

    name: str
    attributes: Mapping[str, str]
    start: int
    """Where the tag begins in the text; all places are in characters."""


@dataclass(frozen=True, slots=True)
class Closed:
    """An end tag, or the second half of an empty one."""

    name: str
    start: int
    """Where the tag begins, or where an empty one ends."""


@dataclass(frozen=True, slots=True)
class Characters:
    """Text: each character stands for itself, or one of them for a reference like "&amp;"."""

    text: str
    start: int
    end: int


Event: TypeAlias = Opened | Closed | Characters


class MarkupError(ValueError):
    """The markup is not well-formed; `place` is the character where that shows."""

    def __init__(self, what: str, place: int) -> None:
        super().__init__(what)
        self.place = place


class Reader:
    """One stream of text; after a MarkupError it reads nothing more.

    `place`: the number of its first character. `prologue`: start tags that are open there, and
    perhaps the first half of one; they are told of and not counted.
    """

    def __init__(self, place: int = 0, prologue: str = "") -> None:
        self._open: list[str] = []
        self._events: list[Event] = []
        self._place = place  # of byte _seen
        self._begin()
        self._events.clear()
        self._uncounted(prologue)

    def _begin(self) -> None:
        """A fresh parser; the text goes on where it is."""
        self._data = b""  # bytes from _seen on
        self._seen = 0  # bytes of this parser's input whose characters are counted
        self._in_cdata = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartCdataSectionHandler = self._cdata(True)
        self._parser.EndCdataSectionHandler = self._cdata(False)
        told = len(self._events)
        self._uncounted(f"<{_ROOT}>")
        del self._events[told:]
        self._open.clear()

    def _uncounted(self, tags: str) -> None:
        place, told = self._place, len(self._events)
        self._data += tags.encode()
        self._parser.Parse(tags.encode(), False)
        self._settle()
        self._events[told:] = [replace(event, start=place) for event in self._events[told:]]
        # Of a tag that is cut, the first half stands before the text.
        self._place = place - len(self.pending)

    def push(self, text: str) -> Iterator[Event]:
        """The tags and the text that are complete. A tag that is cut waits for its rest.

        Raises:
            MarkupError: after all that was well-formed.
        """
        yield from self._told()
        # Of text before a "]]>" expat tells only if that came later.
        for part in _BEFORE_CDATA_END.split(text.encode("utf-8", "replace")):
            data = part
            while data:
                error, data = self._parse(data)
                yield from self._told()
                if error is not None:
                    raise error

    @property
    def place(self) -> int:
        """The first character that was not told of."""
        return self._place

    @property
    def pending(self) -> str:
        """What there is of a tag that has begun and has not ended."""
        return self._data.decode("utf-8", "ignore")

    def _told(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def _parse(self, data: bytes) -> tuple[MarkupError | None, bytes]:
        """What is wrong, and what is still to be parsed."""
        self._data += data
        try:
            self._parser.Parse(data, False)
        except expat.ExpatError as error:
            head = self._data[: self._parser.ErrorByteIndex - self._seen]
            declares = head.endswith(b"<!")
            self._advance(self._parser.ErrorByteIndex)
            if error.code == _MISPLACED_DECLARATION and not self._open:
                # Another document begins; its declaration is complete, or expat would wait.
                head, end, rest = self._data.partition(_DECLARATION_END)
                place = self._place + len((head + end).decode())
                self._begin()
                self._place = place
                return None, rest
            return self._what(error, declares=declares), b""
        except MarkupError as error:
            return error, b""
        self._settle()
        if len(self._data) > LONGEST_TAG:
            return MarkupError(f"a tag of more than {LONGEST_TAG} bytes", self._place), b""
        return None, b""

    def _what(self, error: expat.ExpatError, *, declares: bool) -> MarkupError:
        if declares:
            return MarkupError("document types and entities are not read", self._place)
        inside = f" inside <{self._open[-1]}>" if self._open else ""
        what = _SAID.get(error.code, expat.ErrorString(error.code))
        return MarkupError(f"{what}{inside}", self._place)

    # Handlers

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        self._advance(self._parser.CurrentByteIndex)
        self._open.append(name)
        self._events.append(Opened(name, attributes, self._place))

    def _closed(self, name: str) -> None:
        self._advance(self._parser.CurrentByteIndex)
        if not self._open:
            raise MarkupError(f"</{name}> closes nothing", self._place)
        self._open.pop()
        self._events.append(Closed(name, self._place))

    def _characters(self, text: str) -> None:
        self._advance(self._parser.CurrentByteIndex)
        start = self._place
        if self._data.startswith(b"&") and len(text) == 1 and not self._in_cdata:
            length = self._data.index(b";") + 1
        elif text == "\n" and self._data.startswith(b"\r\n"):
            length = 2
        else:
            length = len(text.encode())
        self._advance(self._seen + length)
        self._events.append(Characters(text, start, self._place))

    def _cdata(self, inside: bool) -> Callable[[], None]:
        def handle() -> None:
            self._in_cdata = inside

        return handle

    # Places

    def _advance(self, byte: int) -> None:
        """Count the characters up to a byte of the parser's input."""
        step = byte - self._seen
        self._place += len(self._data[:step].decode("utf-8", "ignore"))
        self._data = self._data[step:]
        self._seen = byte

    def _settle(self) -> None:
        """Count what gives no event: comments, ends of tags."""
        self._advance(max(self._seen, self._parser.CurrentByteIndex))
