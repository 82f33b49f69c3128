"""Emoji -> their names, where the configuration wants them spoken.

Names are those of the Unicode consortium's annotations, from the `emoji` package, loaded at the
first use.
"""

import re
from typing import Final, Literal

import emoji

from vvstream.text.items import Items, words

CHECKS: Final = {"✅": "yes", "✔": "yes", "✓": "yes", "☑": "yes", "❌": "no", "✗": "no",
                 "✘": "no", "❎": "no", "✖": "no"}  # fmt: skip
"""What alone in a cell of a table answers."""


def emoji_name(picture: str) -> Items:
    """ "🎉" -> "party popper"; nothing for a pictogram without a name."""
    name = emoji.demojize(picture, delimiters=("", ""), language="en")
    if name == picture:
        return ()
    return words(re.sub(r"[^A-Za-z0-9']+", " ", name))


def emoji_name_in(picture: str, language: Literal["ja", "zh"]) -> str:
    """ "🎉" -> "クラッカー"; "" for a pictogram without a name in this language."""
    emoji.config.load_language(language)
    name = emoji.demojize(picture, delimiters=("", ""), language=language)
    return "" if name == picture or name.isascii() else re.sub(r"[_\W]+", "", name)
