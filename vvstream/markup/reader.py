"""Pieces of XML, cut anywhere -> its tags and its text, each with its place in the client's text.

The parser is expat, the one of Python's standard library. The text is read as the content of an
element of our own, in which XML allows neither document types nor entities of one's own: there is
nothing to expand or to fetch. Several documents may follow one another, or none be there at all:
"Hello <break/> there" is fine.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.parsers import expat

_ROOT: Final = "speech"
_DECLARATION_END: Final = b"?>"
_MISPLACED_DECLARATION: Final = expat.errors.codes[
    expat.errors.XML_ERROR_MISPLACED_XML_PI
]
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

    `place`: the number of its first character. `prologue`: start tags that are open there; they
    are told of and not counted.
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
        self._skipping = False  # an XML declaration
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
        place, data = self._place, tags.encode()
        self._data += data
        self._parser.Parse(data, False)
        self._place, self._seen, self._data = place, self._seen + len(self._data), b""

    def push(self, text: str) -> Iterator[Event]:
        """The tags and the text that are complete. A tag that is cut waits for its rest.

        Raises:
            MarkupError: after all that was well-formed.
        """
        data = text.encode("utf-8", "replace")
        yield from self._told()
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
    def waiting(self) -> bool:
        """Whether a tag has begun and has not ended."""
        return bool(self._data)

    def _told(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def _parse(self, data: bytes) -> tuple[MarkupError | None, bytes]:
        """What is wrong, and what is still to be parsed."""
        if self._skipping:
            return None, self._skip(data)
        self._data += data
        try:
            self._parser.Parse(data, False)
        except expat.ExpatError as error:
            declares = self._data.startswith(b"<!")
            self._advance(self._parser.ErrorByteIndex)
            if error.code == _MISPLACED_DECLARATION and not self._open:
                rest, place = self._data, self._place
                self._begin()
                self._place, self._skipping = place, True
                return None, self._skip(rest)
            return self._what(error, declares=declares), b""
        except MarkupError as error:
            return error, b""
        self._settle()
        if len(self._data) > LONGEST_TAG:
            return MarkupError(f"a tag of more than {LONGEST_TAG} bytes", self._place), b""
        return None, b""

    def _skip(self, data: bytes) -> bytes:
        """Pass an XML declaration over; what follows it."""
        held = self._data + data
        head, end, rest = held.partition(_DECLARATION_END)
        if not end:
            # Its last "?" may be the first half of the end.
            keep = len(head) - len(head.removesuffix(b"?"))
            self._place += len(head[: len(head) - keep].decode("utf-8", "ignore"))
            self._data = head[len(head) - keep :]
            return b""
        self._place += len((head + end).decode("utf-8", "ignore"))
        self._data, self._skipping = b"", False
        return rest

    def _what(self, error: expat.ExpatError, *, declares: bool) -> MarkupError:
        if declares:
            return MarkupError("document types and entities are not read", self._place)
        inside = f" inside <{self._open[-1]}>" if self._open else ""
        return MarkupError(f"{expat.ErrorString(error.code)}{inside}", self._place)

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
