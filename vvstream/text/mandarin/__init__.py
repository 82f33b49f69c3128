"""Figures and characters of Chinese -> the words that are said for them."""

import re
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

_WRITTEN: Final = re.compile("(?<=[名原专專论論巨遗遺合编編所显顯昭])著|著(?=[作名称稱者述])")
"""Where 著 is no 着: 名著, 著作."""


def simplified(text: str) -> str:
    """`text` in simplified characters, one for each."""
    plain = text.translate(TRADITIONAL)
    for found in _WRITTEN.finditer(text):
        plain = f"{plain[: found.start()]}著{plain[found.end() :]}"
    return plain
