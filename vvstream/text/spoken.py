"""What the front end gives: words as they are written, with what is spoken for each."""

from dataclasses import dataclass
from typing import TypeAlias

from vvstream.options import PLAIN, Manner


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word of the client's text and its pronunciation.

    The units of an utterance are those of `before + phonemes + after` of its words in turn.
    """

    text: str
    """As written, for example "$5"."""
    start: int
    end: int
    """[start, end) character offsets in the client's text, counted over all pieces."""
    before: str
    """Symbols between the previous word and this one: "" for the first word, else " ", " “" ..."""
    phonemes: str
    """What is spoken, inner spaces included: "fˈIv dˈɑləɹz"; never empty."""
    after: str
    """Closing punctuation symbols: "", ",", ".", "?", ".”", "…"."""
    manner: Manner = PLAIN
    pause: float | None = None
    """Seconds that the last mark of `after` lasts, in silence; None where the voice decides."""
    inside: str = ""
    """The tags that are open where the word stands, from which a text can be gone on with."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence where no word stands before it, of so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Turn:
    """Another voice speaks from here on: a canonical name, None for the session's own."""

    voice: str | None


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something of the markup was not understood; the speech goes on without it."""

    message: str
    broken: bool
    """What follows cannot be read, up to the next flush."""


Spoken: TypeAlias = SpokenWord | Pause | Turn | Complaint
"""What a text comes to, in order."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Characters that the language cannot speak and the front end left out."""

    start: int
    end: int
    """[start, end) character offsets in the client's text."""
    script: str
    """What they are, as the first word of their Unicode name: "CJK", "ARABIC", "SURROGATE" ..."""
