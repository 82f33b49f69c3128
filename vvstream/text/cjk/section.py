"""A stretch of English inside a text of another language."""

import re
from typing import Final

from vvstream.text.cjk.characters import Character
from vvstream.text.cjk.reader import Plain

_DOTTED: Final = re.compile(r"(?:^|[^A-Za-z])(?:[A-Za-z]\.)+[A-Za-z]$")


class Section:
    """Its own front end, and where its characters stand."""

    def __init__(self, front: Plain) -> None:
        self.front = front
        self.places: list[Character] = []
        self._taken = 0

    @property
    def in_address(self) -> bool:
        """Whether the stretch ends inside a URL or an e-mail address."""
        tail = "".join(c.text for c in self.places[-80:]).rpartition(" ")[2]
        return "://" in tail or "@" in tail or tail.startswith("www.")

    def is_dotted(self) -> bool:
        """Whether a full stop belongs to what is written: "U.S.A"."""
        return _DOTTED.search("".join(c.text for c in self.places[-8:])) is not None

    def is_half_of_a_day(self) -> bool:
        """Before "AM" and "PM" figures are the language's own: "AM10:00", "PM2.5"."""
        return "".join(c.text for c in self.places[-3:]).strip() in ("AM", "PM")

    def is_one_word(self) -> bool:
        """Whether it is too short for its figures to be English: "iPhone 15 Pro"."""
        return self._taken == 0 and not any(c.text.isspace() for c in self.places)

    def take(self, start: int, end: int) -> list[Character]:
        """The characters of a word; those before it are no longer needed."""
        characters = self.places[start - self._taken : end - self._taken]
        del self.places[: start - self._taken]
        self._taken = start
        return characters
