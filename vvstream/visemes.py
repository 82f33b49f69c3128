"""From the phoneme inventory to mouth shapes: the fifteen visemes of Oculus Lipsync.

Names and examples: Meta, "Viseme Reference" (sil PP FF TH DD kk CH SS nn RR aa E ih oh ou). The set
has no shape of its own for some sounds; the nearest place of articulation is taken, and a diphthong
is two shapes in turn. docs/protocol.md prints the table.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SILENCE: Final = "sil"

_SOUNDS: Final = {
    ("PP",): "pbmɸβ",
    ("FF",): "fvʋ",
    ("TH",): "θð",
    ("DD",): "tdTɖʈɾɽ",
    ("kk",): "kqɡxχɣɰŋcɟhʔ",
    ("CH",): "ʃʒʧʤʨʥɕʂçʝ\uab67",
    ("SS",): "szSʣʦ",
    ("nn",): "nlɳɲɴʎ",
    ("RR",): "ɹrɻʁ",
    ("aa",): "aɑɐɒæʌ",
    ("E",): "eɛəᵊɜɚ",
    ("ih",): "iɪɨᵻj",
    ("oh",): "oɔøœ",
    ("ou",): "uʊwɯyɥɤ",
    ("E", "ih"): "A",
    ("aa", "ih"): "I",
    ("oh", "ou"): "O",
    ("E", "ou"): "Q",
    ("aa", "ou"): "W",
    ("oh", "ih"): "Y",
}

VISEMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {symbol: shapes for shapes, symbols in _SOUNDS.items() for symbol in symbols}
)
"""Each speech sound of the inventory, and the shapes that it is spoken with, in turn."""

LEADING: Final = frozenset("ˈˌ")
"""Marks that belong to the sound after them."""

TRAILING: Final = frozenset("ːʰʲᵝ\u0303↓→↗↘")
"""Marks that belong to the sound before them."""

PAUSES: Final = frozenset(";:,.!?—…")
"""Punctuation in which the mouth closes."""

MUTE: Final = frozenset(' "()“”')
"""Symbols without a sound, in which the mouth keeps its shape."""
