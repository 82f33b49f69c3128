"""From the bytes of a file to numbered lines, whatever wrote it."""

import codecs
from collections.abc import Iterator, Sequence

from playing.command import Failure
from voicing.cue import Problem

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BAD = "\ufffd"
WRONG = "not UTF-8; --encoding says what it is (cp1252, gb18030, shift_jis, …)"


def lines_of(data: bytes, encoding: str | None = None) -> list[str]:
    """The lines without their ends (LF, CRLF or CR). A byte order mark says the encoding.

    What does not decode becomes U+FFFD. Raises Failure where the encoding has no such name.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            data, encoding = data.removeprefix(mark), name
            break
    try:
        text = data.decode(encoding or "utf-8", errors="replace")
    except LookupError:
        raise Failure(f"--encoding: there is no encoding {encoding!r}") from None
    # Not splitlines: it breaks at a form feed or U+2028 too, which would shift the numbers.
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def undecoded(lines: Sequence[str]) -> Iterator[Problem]:
    """The lines that hold something else than text of the encoding."""
    for number, line in enumerate(lines, 1):
        if BAD in line:
            yield Problem(number, WRONG)
