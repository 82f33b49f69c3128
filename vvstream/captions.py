"""The events of one utterance: which word, sound and mouth shape begins in which frame.

The engine tells when each unit is spoken; here the units are put together again to words, and to
sounds with their marks. Times are on the session's audio clock.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from vvstream.audio import FRAME_SAMPLES, SAMPLE_RATE, UnitSpan
from vvstream.context import Context
from vvstream.protocol.messages import EventKind, Phoneme, Timed, Viseme, Word
from vvstream.text.spoken import SpokenWord
from vvstream.visemes import LEADING, PAUSES, SILENCE, TRAILING, VISEMES

# A voice that runs out of text must do so between words. It speaks a word to its end once so many
# units follow it: what the encoder looks ahead, a step of it, and what the frames look ahead.
FOLLOWING: Final = 22
# A first word is over soon, and text that comes a word at a time comes unevenly: so many words are
# followed before the voice begins (bench/session.py: no gap from seven tokens a second on).
AT_FIRST: Final = 2
# Before a pause the voice's durations count a part of the silence as the last sound's: one that is
# said to last longer than so many samples has died away after so many, at speed 1. Against the
# sound itself, words before pauses ended 320 ms late so, in the median, and 35 ms off with this.
LONGEST_LAST: Final = 4_000
LAST: Final = 1_400


@dataclass(frozen=True, slots=True)
class Cue:
    """An event that waits for its time: it lasts from unit `first` to unit `last`, both included.

    Of that time it takes the part from `low` to `high`, both in [0, 1].
    """

    kind: EventKind
    label: str
    first: int
    last: int
    offset: int = 0
    low: float = 0.0
    high: float = 1.0
    clause: Context | None = None
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that has begun: at `sample` of the session's audio, at `offset` in its text."""

    sample: int
    offset: int
    words: int
    """How many words of the utterance came before it."""
    context: Context
    """What was spoken before it."""
    inside: str
    """The tags that are open there."""


class Captions:
    """The cues of one utterance, whose first frame has the number `first_seq`.

    Of the utterance the first `skip` samples are before that frame: they are not heard again.
    """

    def __init__(
        self, first_seq: int, kinds: frozenset[EventKind], skip: int = 0, speed: float = 1.0
    ) -> None:
        self._first_seq = first_seq
        self._kinds = kinds
        self._units = 0
        self._complete = False
        self._after = ""  # the punctuation after the newest word
        self._words: deque[Cue] = deque()
        self._sounds: deque[Cue] = deque()
        self._spans: dict[int, UnitSpan] = {}
        self._speed = speed
        self._last: dict[int, int] = {}  # last unit before a pause: the first of its sound
        self._pauses: dict[int, int] = {}  # first unit of that pause: the sound's last one
        self._base = first_seq * FRAME_SAMPLES - skip
        self._told = 0  # words that have begun
        self._clauses: list[Clause] = []
        self._forgotten = 0  # the spans of units before this are no longer needed

    @property
    def words_waiting(self) -> int:
        """How many words were added and have not begun."""
        return len(self._words)

    @property
    def can_begin(self) -> bool:
        """Whether the next word is followed by what it takes to speak it to its end."""
        return bool(self._words) and self._is_followed(self._words[0])

    def add(
        self, word: SpokenWord, before: str, offset: int, clause: Context | None = None
    ) -> None:
        """The next word, fed as before + phonemes + after; it stands at `offset` in the text.

        `clause`: it is the first of one, and this was spoken before.
        """
        first = self._units + len(before)
        end = first + len(word.phonemes)
        # In running speech a word begins where the one before it ends: what is spoken for the space
        # leads into it. Where another voice may have to begin with it there is no such space.
        running = before == " " and not self._after and clause is None
        begin = first - running
        cue = Cue(
            EventKind.WORD, word.text, begin, end - 1, offset, clause=clause, inside=word.inside
        )
        self._after = word.after
        self._words.append(cue)
        if self._kinds & {EventKind.PHONEME, EventKind.VISEME}:
            self._sounds += _pause(before, self._units)
            self._sounds += _sounds(word.phonemes, first)
            self._sounds += _pause(word.after, end)
        self._units = end + len(word.after)
        mark = next((i for i, symbol in enumerate(word.after) if symbol in PAUSES), None)
        if mark is not None:
            self._last[end - 1] = first + _last_sound(word.phonemes)
            self._pauses[end + mark] = end - 1

    def skip(self, units: int) -> None:
        """Units that belong to no word."""
        self._units += units

    def complete(self) -> None:
        """No more units come: nothing is to be waited for."""
        self._complete = True

    def learn(self, spans: Iterable[UnitSpan]) -> None:
        """Take the spans that the engine knows."""
        for span in spans:
            if span.unit >= self._forgotten:
                self._spans[span.unit] = span
            self._close(span)

    def _close(self, span: UnitSpan) -> None:
        """Where a pause follows, the mouth closes when the sound is over."""
        unit, spans = span.unit, self._spans
        if (first := self._last.pop(unit, None)) is not None and first in spans:
            start = spans[first].start
            if span.end - start > LONGEST_LAST / self._speed:
                end = start + int(LAST / self._speed)
                for each in range(first, unit + 1):
                    known = spans[each]
                    spans[each] = UnitSpan(each, min(known.start, end), min(known.end, end))
        if (last := self._pauses.pop(unit, None)) is not None and last in spans:
            spans[unit] = UnitSpan(unit, spans[last].end, span.end)

    def due(self, seq: int, *, force: bool) -> tuple[Timed, ...] | None:
        """The events that begin in frame `seq`; frames are asked for in turn.

        None where a word begins that may break off for want of text, or whose end is not known
        yet; with `force` its end so far is given.
        """
        end = (seq + 1) * FRAME_SAMPLES
        if self._words:
            word = self._words[0]
            begins = self._begins(word, end)
            # What comes before the first word, a quotation mark, begins with it.
            if (begins or not self._told) and not self._is_followed(word):
                return None
            if begins and not force and word.last not in self._spans:
                return None
        return self._take(seq, end)

    def passed(self) -> tuple[Timed, ...]:
        """The events that begin before the first frame: the listener has them."""
        return self._take(self._first_seq - 1, self._first_seq * FRAME_SAMPLES)

    def _is_followed(self, word: Cue) -> bool:
        if not self._told and not self._complete:
            if len(self._words) < AT_FIRST:
                return False
            word = self._words[AT_FIRST - 1]
        return self._complete or word.last + FOLLOWING < self._units

    def _take(self, seq: int, end: int) -> tuple[Timed, ...]:
        events: list[Timed] = []
        begun = False
        for cues in (self._words, self._sounds):
            while cues and self._begins(cues[0], end):
                events += self._events(cues.popleft(), seq)
                begun = True
        if begun:
            self._forget()
        return tuple(events)

    def clauses(self) -> list[Clause]:
        """The clauses that have begun since this was asked for last."""
        clauses, self._clauses = self._clauses, []
        return clauses

    def _begins(self, cue: Cue, end: int) -> bool:
        # Where a part of the time begins is known once all of it is.
        needed = cue.last if cue.low else cue.first
        return needed in self._spans and self._times(cue)[0] < end

    def _times(self, cue: Cue) -> tuple[int, int]:
        """From the first sample to the one after the last, of the session's audio."""
        first = self._spans[cue.first]
        last = first
        for unit in range(cue.first, cue.last + 1):
            last = self._spans.get(unit, last)
        length = last.end - first.start
        start = self._base + first.start
        return start + int(cue.low * length), start + int(cue.high * length)

    def _events(self, cue: Cue, seq: int) -> Iterator[Timed]:
        if cue.kind is not EventKind.WORD and cue.kind not in self._kinds:
            return
        first, last = self._times(cue)
        # A part that became known late begins now: what is past was shown without it.
        start = round(max(first, seq * FRAME_SAMPLES) / SAMPLE_RATE, 4)
        end = round(max(last, seq * FRAME_SAMPLES) / SAMPLE_RATE, 4)
        match cue.kind:
            case EventKind.WORD:
                if cue.clause is not None:
                    clause = Clause(first, cue.offset, self._told, cue.clause, cue.inside)
                    self._clauses.append(clause)
                self._told += 1
                yield Word(cue.label, start, end, cue.offset, seq)
            case EventKind.PHONEME:
                yield Phoneme(cue.label, start, end, seq)
            case EventKind.VISEME:
                yield Viseme(cue.label, start, end, seq)
            case _:
                assert_never(cue.kind)

    def _forget(self) -> None:
        heads = [cues[0].first for cues in (self._words, self._sounds) if cues]
        needed = min(heads, default=self._units)
        for unit in range(self._forgotten, needed):
            self._spans.pop(unit, None)
        self._forgotten = needed


def _sounds(phonemes: str, first: int) -> Iterator[Cue]:
    """One phoneme with its marks, and its visemes, after another."""
    start = 0
    for at, symbol in enumerate(phonemes):
        if symbol in LEADING:
            continue
        if symbol not in VISEMES:
            start = at + 1
            continue
        end = at
        while end + 1 < len(phonemes) and phonemes[end + 1] in TRAILING:
            end += 1
        units = (first + start, first + end)
        yield Cue(EventKind.PHONEME, symbol, *units)
        shapes = VISEMES[symbol]
        for i, shape in enumerate(shapes):
            low, high = i / len(shapes), (i + 1) / len(shapes)
            yield Cue(EventKind.VISEME, shape, *units, low=low, high=high)
        start = end + 1


def _last_sound(phonemes: str) -> int:
    """Where the last sound of a word begins."""
    sounds = [at for at, symbol in enumerate(phonemes) if symbol in VISEMES]
    return sounds[-1] if sounds else 0


def _pause(symbols: str, first: int) -> Iterator[Cue]:
    """The closed mouth, where there is a pause among the symbols."""
    at = [i for i, symbol in enumerate(symbols) if symbol in PAUSES]
    if at:
        yield Cue(EventKind.VISEME, SILENCE, first + at[0], first + at[-1])
