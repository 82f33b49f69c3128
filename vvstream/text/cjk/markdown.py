"""Markdown in a text without spaces: what decorates a line, and where a link leads.

Emphasis and brackets are silent wherever they stand; this is about what would be read otherwise.
"""

from typing import Final

from vvstream.text.ahead import Ahead
from vvstream.text.cjk.characters import Character

LINE_BREAKS: Final = "\n\r\u2028\u2029\x0b\x0c\x85"
_OPENS_LINE: Final = frozenset("#*+->|`=~_•·:")
"""What opens a line and is not said: marks of lists, headings, quotations, tables, fences."""
_LONGEST: Final = 256


def decoration(characters: Ahead[Character], *, opens_line: bool) -> int:
    """How many characters ahead are not said; `opens_line`: only such came since the line began.

    Raises:
        NeedMore: a character that decides has not arrived.
    """
    first = characters.peek()
    text = "" if first is None else first.text
    if text == "]":
        return link(characters)
    if text == "|" and _ends_line(characters, 1):
        return 1  # the end of a table's row
    if not opens_line or text not in _OPENS_LINE:
        return 0
    if text == "`":
        return _fence(characters)
    signed = text in "+-" and _at(characters, 1).isdecimal()
    return 0 if signed else 1


def link(characters: Ahead[Character]) -> int:
    """The length of "](https://…)" ahead, 0 where it is none.

    Raises:
        NeedMore: a character that decides has not arrived.
    """
    if _at(characters, 1) != "(":
        return 0
    for ahead in range(2, _LONGEST):
        inside = _at(characters, ahead)
        if not inside or inside.isspace():
            return 0
        if inside == ")":
            return ahead + 1
    return 0


def _fence(characters: Ahead[Character]) -> int:
    """The length of "```python" ahead, 1 where it is none."""
    if not (_at(characters, 1) == _at(characters, 2) == "`"):
        return 1
    length = 3
    while length < _LONGEST and _at(characters, length).isalnum():
        length += 1
    return length


def _at(characters: Ahead[Character], ahead: int) -> str:
    character = characters.peek(ahead)
    return "" if character is None else character.text


def _ends_line(characters: Ahead[Character], ahead: int) -> bool:
    character = characters.peek(ahead)
    return character is None or character.raw in LINE_BREAKS
