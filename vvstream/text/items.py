"""What is to be spoken for a written word, before it has a pronunciation."""

from dataclasses import dataclass
from typing import Final, Literal

PAUSE: Final = ","
"""The tag of a word that a pause follows, inside a reading."""

GIVEN: Final = "\ufdd0"
"""Stands in a text for a word whose reading is given beside it; Unicode keeps it for such uses."""


@dataclass(frozen=True, slots=True)
class Item:
    """One spoken word."""

    text: str
    how: Literal["word", "letters", "weak", "phonemes"] = "word"
    """`letters`: each by its name. `weak`: without stress. `phonemes`: `text` is phonemes."""
    tag: str = ""
    """Its part of speech, where the rule that made it knows."""


Items = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A written word with what is said for it; offsets are the client's."""

    text: str
    start: int
    end: int
    before: str
    items: Items
    after: str
    spaced: bool
    plain: bool
    """Said as it is written: a word of the running text, whose part of speech counts."""


def words(text: str) -> Items:
    """Items for words in plain spelling."""
    return tuple([Item(w) for w in text.split()])


def letters(text: str) -> Items:
    """Items for a string of letters, each said by its name."""
    return (Item(text, "letters"),)


def spoken_form(items: Items) -> str:
    """For people: "five dollars", "F B I"."""
    return " ".join(
        " ".join(i.text.removesuffix("'s")) + "'s" * i.text.endswith("'s")
        if i.how == "letters"
        else i.text
        for i in items
    )
