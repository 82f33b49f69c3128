"""Text as it arrives: pieces cut anywhere, made into characters that can be spoken.

A client whose strings are UTF-16 (JavaScript) may cut an emoji into its two surrogates; the first
waits here for the second. Control characters become spaces and lone surrogates U+FFFD, one for
one, so that offsets still count the client's characters.
"""

import re

from vvstream.errors import TextTooLong

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_HALF = re.compile("[\ud800-\udbff]$")


def measure(piece: str, waiting: int, limit: int) -> None:
    """Raises TextTooLong where a piece and what waits to be spoken are more than so many."""
    if waiting + len(piece) > limit:
        raise TextTooLong(
            f"text: expected {limit} characters or fewer not yet spoken,"
            f" got {len(piece)} with {waiting} waiting"
        )


class Intake:
    """The pieces of one session."""

    def __init__(self) -> None:
        self._half = ""

    def push(self, piece: str) -> tuple[str, int]:
        """Return the text that is ready, and how many of its characters were replaced."""
        text = self._half + piece
        self._half = text[-1] if _FIRST_HALF.search(text) else ""
        return _clean(text.removesuffix(self._half))

    def finish(self) -> tuple[str, int]:
        """Return what still waited: nothing, or one replaced character."""
        half, self._half = self._half, ""
        return _clean(half)


def _clean(text: str) -> tuple[str, int]:
    replaced = 0
    if _SURROGATE.search(text):
        # Encoding joins the halves that stand together; what is left alone cannot be decoded.
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        text, replaced = _SURROGATE.subn("\ufffd", joined)
    text, controls = _CONTROL.subn(" ", text)
    return text, replaced + controls
