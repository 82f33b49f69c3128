"""The languages, loaded once for all tests that read with them: they are read-only."""

from functools import cache

from vvstream.languages import Language, load_languages
from vvstream.text.spoken import Skipped, SpokenWord


@cache
def language(name: str) -> Language:
    """English, Japanese or Mandarin; each knows the others."""
    return load_languages({name: None})[name]


def whole(name: str, text: str, skipped: list[Skipped] | None = None) -> list[SpokenWord]:
    """The words of a text that comes at once."""
    told = [] if skipped is None else skipped
    front_end = language(name).front_end(on_skipped=told.append)
    return [*front_end.push(text), *front_end.finish()]


def said(name: str, text: str) -> str:
    """The symbols of a text."""
    return "".join(word.before + word.phonemes + word.after for word in whole(name, text))
