"""What the front end gives: words as they are written, with what is spoken for each."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Skipped:
    """Characters that the language cannot speak and the front end left out."""

    start: int
    end: int
    """[start, end) character offsets in the client's text."""
    script: str
    """What they are, as the first word of their Unicode name: "CJK", "ARABIC", "SURROGATE" ..."""
