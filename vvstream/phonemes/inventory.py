"""The symbols that the voices read, one character each, and their unit ids.

The table is the one of the teacher (Kokoro-82M, the `vocab` of its config.json), so that corpora
made with the teacher need no translation. Ids that the teacher left unused stay unused here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BOUNDARY: Final = 0
"""The unit before the first and after the last symbol of an utterance."""

UNITS: Final = 178
"""The size of the embedding: ids run from 0 to 177."""

_RUNS: Final = (
    # first id, then the characters that take consecutive ids
    (1, ";:,.!?"),
    (9, '—…"()“” \u0303ʣʥʦʨᵝ\uab67AI'),
    (31, "O"),
    (33, "Q"),
    (35, "ST"),
    (39, "W"),
    (41, "Yᵊabcdef"),
    (50, "hijklmnopqrstuvwxyzɑɐɒæ"),
    (75, "βɔɕç"),
    (80, "ɖðʤə"),
    (85, "ɚɛɜ"),
    (90, "ɟ"),
    (92, "ɡ"),
    (99, "ɥ"),
    (101, "ɨɪʝ"),
    (110, "ɯɰŋɳɲɴø"),
    (118, "ɸθœ"),
    (123, "ɹ"),
    (125, "ɾɻ"),
    (128, "ʁɽʂʃʈʧ"),
    (135, "ʊʋ"),
    (138, "ʌɣɤ"),
    (142, "χʎ"),
    (147, "ʒʔ"),
    (156, "ˈˌː"),
    (162, "ʰ"),
    (164, "ʲ"),
    (169, "↓"),
    (171, "→↗↘"),
    (177, "ᵻ"),
)

SYMBOLS: Final[Mapping[str, int]] = MappingProxyType(
    {symbol: first + i for first, run in _RUNS for i, symbol in enumerate(run)}
)
"""One character -> its unit id."""


def encode(phonemes: str) -> tuple[int, ...]:
    """The unit ids of a string of symbols.

    Raises:
        ValueError: a character is not in the inventory; the message names it.
    """
    try:
        return tuple([SYMBOLS[symbol] for symbol in phonemes])
    except KeyError as unknown:
        symbol = unknown.args[0]
        raise ValueError(
            f"unknown phoneme symbol {symbol!r} (U+{ord(symbol):04X}) in {phonemes!r}"
        ) from None
