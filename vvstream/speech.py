"""One utterance on its way: what the engine was given of it, and what it has made."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from vvstream.audio import FRAME_SECONDS
from vvstream.captions import Captions
from vvstream.context import Context
from vvstream.framer import Framer
from vvstream.options import Manner, SpeechOptions
from vvstream.parking import ParkableUtterance
from vvstream.phonemes.inventory import encode
from vvstream.text.spoken import SpokenWord

# A text without punctuation can be gone on with from every so many words.
PLACE_WORDS: Final = 64
CLAUSE_ENDS: Final = frozenset(",.;:!?—…")
_PAUSE: Final = encode(",")


@dataclass(slots=True)
class Speech:
    """Its state; `Speaker` moves it on."""

    utterance: ParkableUtterance
    options: SpeechOptions
    own: SpeechOptions
    """The session's: without what the tags of its text change."""
    captions: Captions
    since: float
    """When the first of its text came."""
    framer: Framer = field(default_factory=Framer)
    frames: deque[bytes] = field(default_factory=deque)
    words: int = 0
    """How many words had begun before it."""
    clause: bool = True
    """The next word is the first of a clause."""
    fed: int = 0
    """How many words of it the engine was given."""
    made: int = 0
    heard: float | None = None
    """When its first audible frame was made."""
    text: list[str] | None = None
    """Its words, where they are to be logged."""
    listening: asyncio.Task[None] | None = None
    nudged: asyncio.Task[None] | None = None
    """Gives the frames that had waited for more text."""

    def feed(self, word: SpokenWord, before: str, offset: int, context: Context) -> tuple[int, ...]:
        """Give the engine a word, which stands at `offset` in the session's text; its units.

        `context`: what was spoken before it.
        """
        place = self.clause or self.fed % PLACE_WORDS == 0
        self.captions.add(word, before, offset, context if place else None)
        self.fed += 1
        if self.text is not None:
            self.text.append(word.text)
        self.clause = bool(CLAUSE_ENDS & set(word.after))
        symbols = before + word.phonemes + word.after
        units = encode(symbols)
        if word.pause is None:
            self.utterance.feed(units, word.manner)
            return units
        mark = max(i for i, symbol in enumerate(symbols) if symbol in CLAUSE_ENDS)
        self.utterance.feed(units[:mark], word.manner)
        self.utterance.feed(units[mark : mark + 1], silence(word.pause))
        self.utterance.feed(units[mark + 1 :], word.manner)
        return units

    @property
    def begins(self) -> bool:
        """Whether nothing of it was heard yet, and what it was fed is enough to be heard."""
        return not self.made and self.captions.can_begin

    def record(self) -> dict[str, object]:
        """What the log says of it."""
        first = None if self.heard is None else round(1000 * (self.heard - self.since), 1)
        return {
            "voice": self.options.voice,
            "first_audible_ms": first,
            "seconds": round(self.made * FRAME_SECONDS, 2),
            "frames": self.made,
            **({} if self.text is None else {"text": " ".join(self.text)}),
        }

    def pause(self, seconds: float) -> None:
        """Give the engine a silence that belongs to no word."""
        self.captions.skip(len(_PAUSE))
        self.utterance.feed(_PAUSE, silence(seconds))


def silence(seconds: float) -> Manner:
    """How a mark is spoken that is to be a pause of this length."""
    return Manner(volume=0.0, seconds=seconds)
