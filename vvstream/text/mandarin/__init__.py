"""Figures and characters of Chinese -> the words that are said for them."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

TRADITIONAL: Final[Mapping[int, str]] = MappingProxyType(
    {
        ord(pair[0]): pair[1]
        for pair in (Path(__file__).parent / "traditional.txt").read_text("utf-8").split()
    }
)
"""Traditional character -> simplified, one for one, for `str.translate`.

Source: OpenCC's TSCharacters.txt (Apache-2.0), the first choice of each; with the forms that only
Japanese has.
"""
