"""What was spoken last, in units: after a flush, and on another server, the voice goes on from it.

The engine shows it to the encoder before the units that follow, so that their durations and their
melody are those of running speech. That carries the speaking rate, the level and range of the
pitch, the lengths of pauses and the boundary that came last, all at once; and because it is a few
numbers, it fits into a snapshot.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from vvstream.phonemes.inventory import encode

Context: TypeAlias = tuple[int, ...]
"""Units of whole words, the latest last; empty where nothing was spoken."""

UNITS: Final = 63
"""As many as the encoder's attention looks back, some five seconds."""
FOLLOWING: Final = 15
"""With the space before them, as many as the encoder looks ahead."""
_SPACE: Final = encode(" ")


def extend(context: Context, units: Sequence[int]) -> Context:
    """The context after these units too; what is cut off is whole words."""
    joined = (*context, *units)
    if len(joined) <= UNITS:
        return joined
    kept = joined[-UNITS - 1 :]
    return kept[kept.index(*_SPACE) + 1 :] if _SPACE[0] in kept else kept[1:]


def following(context: Context) -> Context:
    """What the voice may think that follows, where more text is to come: its own words again.

    They are not spoken, and any would do: without them a voice falls as at the end of all.
    """
    return _SPACE + context[:FOLLOWING]


def before(context: Context) -> Context:
    """What the engine is given: the context, up to the next word."""
    return context + _SPACE if context else context
