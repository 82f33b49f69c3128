"""Which word the speech has reached."""

from collections import deque
from typing import Final

from vvstream.protocol.listener import FRAMES_PER_SECOND
from vvstream.protocol.messages import Cancelled, Reached, Word

# More than a listener can be behind what was sent: a minute of fast speech.
KEPT_WORDS: Final = 256


class Progress:
    """The words that were sent last, in order."""

    def __init__(self) -> None:
        self._words: deque[Word] = deque(maxlen=KEPT_WORDS)

    def sent(self, word: Word) -> None:
        """A word's frame was sent."""
        self._words.append(word)

    def rewind(self, seq: int) -> None:
        """The frames from `seq` on will be sent again."""
        while self._words and self._words[-1].seq >= seq:
            self._words.pop()

    def cancelled(self, sent: int, played: float) -> Cancelled:
        """The answer to a cancel: so many frames were sent, so many of them played."""
        return Cancelled(sent, self.reached(sent), self.reached(min(played, sent)))

    def reached(self, frames: float) -> Reached:
        """The last word that began in the first `frames` frames."""
        time = seconds(frames)
        for word in reversed(self._words):
            if word.seq < frames:
                return Reached(time, word.text, word.offset, word.offset + len(word.text))
        return Reached(time, "", 0, 0)


def seconds(frames: float) -> float:
    """The time at which frame number `frames` begins."""
    return round(frames / FRAMES_PER_SECOND, 4)
