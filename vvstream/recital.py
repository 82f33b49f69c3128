"""A text on its way through the front end of the voice that speaks it.

Another voice may have another accent, and with it another front end. So when the voice changes in
the middle of a text, what no word has covered yet is read again by the front end of the new one.
(Text with tags is read on by the old one, up to its next end.)
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from vvstream.ports import FrontEnd, MarkupFrontEnd
from vvstream.text.spoken import Skipped, Spoken, SpokenWord

Tell: TypeAlias = Callable[[Skipped], None]
"""What a front end tells of what it skips, from its thread."""
Plain: TypeAlias = Callable[[str, Tell], FrontEnd]
"""A new front end for the language and accent of this voice."""
Marked: TypeAlias = Callable[[str, Tell, str], MarkupFrontEnd]
"""The same for text with tags, of which these are open already."""

# Behind the last word: its own closing marks.
_MARKS: Final = re.compile(r"[^\w\s]*")
# More than a front end ever holds back: what is not a word by then never becomes one.
_HELD: Final = 4096


class Recital:
    """One session's text; for one thread at a time, since front ends take their time."""

    def __init__(
        self,
        plain: Plain,
        marked: Marked | None,
        tell: Tell,
        voice: str,
        base: int,
        inside: str = "",
    ) -> None:
        """`marked`: None for text without tags. `base`: the offset of the text's first character;
        `inside`: the tags that are open there."""
        self._plain = plain
        self._marked = marked
        self._tell = tell
        self._tags = None if marked is None else marked(voice, tell, inside)
        self._front = self._tags or plain(voice, tell)
        self._held = ""
        self._finished = self._hold = False
        self._end = base  # of what was pushed
        self._voice = voice
        self.base = base
        """Where the offsets of its words count from, in the session's text."""

    @property
    def inside(self) -> str:
        """The tags that are open where the text has come to."""
        return "" if self._tags is None else self._tags.inside

    def push(self, text: str) -> Sequence[Spoken]:
        """What this piece settled. What the pieces before it settled has been spoken."""
        held = "" if self._finished else self._held
        self._finished = False
        self._held = (held + text)[-_HELD:]
        self._end += len(text)
        return self._front.push(text)

    def finish(self, goes_on: bool = False) -> Sequence[Spoken]:
        """The rest. `goes_on`: more text follows, so that where it ends without a mark there is
        none to be heard."""
        self._finished = True
        self._hold = goes_on and self._held.rstrip(" ")[-1:].isalnum()
        return self._rest()

    def _rest(self) -> Sequence[Spoken]:
        said = list(self._front.finish())
        # A full stop that is not in the text is the front end's.
        if self._hold and said and isinstance(word := said[-1], SpokenWord) and word.after == ".":
            said[-1] = replace(word, after="")
        return said

    def spoken(self, word: SpokenWord) -> None:
        """A word was given to the voice: what comes before its end is done with."""
        left = self._end - (self.base + word.end)
        self._held = self._held[max(0, len(self._held) - left) :]

    def is_for(self, voice: str) -> bool:
        """Whether this voice can say what comes; else `again` is to be called."""
        return voice == self._voice or (self._tags is not None and not self._finished)

    def again(self, voice: str) -> Sequence[Spoken]:
        """What follows the last word that was spoken, as another voice says it.

        Words that were given out and not spoken are void, and offsets count from a new base.
        """
        self._voice = voice
        if self._tags is not None and self._marked is not None:
            self._front = self._tags = self._marked(voice, self._tell, self._tags.inside)
            self.base = self._end
            return ()
        self._held = _MARKS.sub("", self._held, count=1)
        self.base = self._end - len(self._held)
        self._front = self._plain(voice, self._tell)
        words = self._front.push(self._held)
        return [*words, *self._rest()] if self._finished else words
