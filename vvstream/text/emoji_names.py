"""Emoji -> their names, where the configuration wants them spoken.

Names are those of the Unicode consortium's annotations, from the `emoji` package, loaded at the
first use.
"""

import re

import emoji

from vvstream.text.items import Items, words


def emoji_name(picture: str) -> Items:
    """ "🎉" -> "party popper"; nothing for a pictogram without a name."""
    name = emoji.demojize(picture, delimiters=("", ""), language="en")
    if name == picture:
        return ()
    return words(re.sub(r"[^A-Za-z0-9']+", " ", name))
