"""One utterance's way through the stages, in counts: units in, frames, samples out.

All that is ragged lives here, in plain Python; the tensors are elsewhere. What a track asks for
depends on its units alone, never on when they came or on who else is being served, so that the
same text gives the same samples.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vvstream.audio import HOP, NO_SPANS, SAMPLE_RATE, Spans
from vvstream.engine.shape import Shape
from vvstream.options import PLAIN, Manner

BOUNDARY = 0  # the unit before the first and after the last
PATCH = 4  # mel frames
FRAMES_PER_DURATION = 2  # durations count 25 ms
FIRST_FRAMES = 2  # of the opening boundary, at least, as in training
LAST_FRAMES = 16  # of the closing one: what its frames are told about their place
TAIL_FRAMES = 4  # of the closing boundary that are heard
ENCODER_STEP = 4  # units
# The teacher's durations run behind its sound, and so do ours: so many frames before a unit's first
# frame it is heard (bench/alignment.py).
LAG = 3  # frames
PAUSES = frozenset((1, 2, 3, 4, 5, 6, 9, 10))  # units: ; : , . ! ? — …
UNIT = np.uint16  # as which units are kept
IS_PAUSE = np.isin(np.arange(np.iinfo(UNIT).max + 1), list(PAUSES))
# Who speaks faster saves more on the pauses than on the sounds, and who speaks slowly spends more
# on them (Goldman-Eisler 1968): a pause changes with this power of the rate. It stays a pause.
PAUSE_POWER = 1.3
SHORTEST_PAUSE = 3  # frames, unless the voice made it shorter itself
# What a frame is told about its place in a pause that was asked for: training knew none longer.
LONGEST_KNOWN = 40  # frames
# How many patches each push makes: small ones first, so that speech begins at once. Each is made in
# a fraction of the time that those before it last.
GROWTH = (1, 1, 2, 4)
FORGOTTEN = 1024  # units that are over are kept up to so many
ENDLESS = 1 << 62  # frames
FEW = 8  # tracks, whose durations are faster added one by one


class Taken(NamedTuple):
    """Frames of one track, in a row."""

    first: int  # frame
    token: int  # of that frame
    start: int  # frame at which that token begins
    ends: list[int]  # of it and those after it, the last one at or beyond the last frame
    bent: Mapping[int, Bent]


class Bent(NamedTuple):
    """A token whose frames are told of another length than it has: until `half` of it time goes by
    as ever, then it stands still until as much is left."""

    known: int
    half: int


class Track:
    """Counts for one utterance. `largest` is the largest push, in patches, `growth` those before.

    `opening`: frames that the opening boundary lasts at most. What is heard of it is how the first
    unit begins, so it lasts as the model says.

    `context`: units that were spoken before it. The encoder sees them first, so that the rate and
    the melody go on from there; the last of them stands where else the opening boundary does. Their
    tokens have numbers below 0 and are put on no timeline, so the encoder need not wait for what
    follows them. Of the oldest as many are left out as make whole steps of the rest.
    """

    def __init__(
        self,
        speed: float,
        lookahead_units: int,
        delay: int,
        largest: int,
        context: Sequence[int] = (),
        opening: int = FIRST_FRAMES,
        growth: Sequence[int] = GROWTH,
    ) -> None:
        self._speed = speed
        self._pause_rate = speed**PAUSE_POWER
        self._delay = delay
        self._largest = largest
        context = context[len(context) % ENCODER_STEP :]
        self._units = array("H", (BOUNDARY, *context))
        self._seen = 0  # of these, by the encoder
        self._next = len(self._units)  # the first of them that is not on the timeline yet
        self._opening = lookahead_units + ENCODER_STEP  # units
        self._longest_opening = FIRST_FRAMES if context else opening  # frames
        self._fed = 0
        self._finished = False
        self._begun = False
        self.encoded = -len(context)
        """The first token that has not come out of the encoder."""
        self._carry = 0.0
        self._frames = 0  # on the timeline
        self._ends: list[int] = []  # frames at which tokens end of which some are to be taken
        self._token = 0  # the first of these
        self._start = 0  # frame at which it begins
        self._bent: dict[int, Bent] = {}
        self._closing = -1  # frame at which the closing boundary begins
        self._edges = [delay - LAG * HOP]  # of spans that are to be told
        self._begins = 0  # the first span: a longer opening is the first unit's sound
        self._told = 0  # units whose spans were told
        self._taken = 0  # frames
        self._growing = iter(growth)
        self.push = 0
        """Frames of the next push."""
        self._grow()
        self.shape = Shape()
        self.opens_silent = False  # a pause was asked for before the first sound
        self.heard = 0  # samples made, before trimming
        self.done = False

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        """Units of the inventory, without boundaries."""
        if units:
            self.shape.feed(self._fed + 1, manner)
            self.opens_silent = self.opens_silent or (not self._fed and manner.seconds is not None)
        self._units.extend(units)
        self._fed += len(units)

    def finish(self, then: Sequence[int] = ()) -> None:
        """No more units. The closing boundary follows, or what is seen and not spoken: `then`."""
        if not self._finished:
            self._finished = True
            self._units.extend(then or (BOUNDARY,))

    # Encoder

    def wants_begin(self) -> bool:
        """Whether the encoder has not begun and can."""
        return not self._begun and (self._finished or len(self._units) >= self._opening)

    def context_steps(self) -> int:
        """Of a context: steps that could be made beside the first, none of them spoken."""
        there = (len(self._units) - self._opening) // ENCODER_STEP
        return max(0, min(there, -self.encoded // ENCODER_STEP))

    def begin_units(self, steps: int = 0) -> array[int]:
        """The boundary, or what was spoken before; as many as the encoder looks ahead and a step,
        whose tokens come out. `steps`: so many before it are made as one with it."""
        self._begun = True
        self.recall(steps * ENCODER_STEP)
        return self._take(self._opening + steps * ENCODER_STEP)

    def wants_units(self, frames: int) -> bool:
        """Whether the encoder must run before `frames` more frames can be made, and can."""
        if self._frames - self._taken >= frames or not self._begun:
            return False
        return self._finished or len(self._units) - self._seen >= ENCODER_STEP

    def steps(self, most: int, *, filled: bool = False) -> int:
        """Steps of the encoder that the units which are there suffice for: 1, 2, 4 ... `most`.
        `filled`: as many as that also where the text is over, with boundaries for the rest."""
        if filled and self._finished:
            return most
        there = (len(self._units) - self._seen) // ENCODER_STEP
        return most if there >= most else 1 << (max(1, there).bit_length() - 1)

    def first_steps(self) -> int:
        """The same, any number, but no more than it takes to the first tokens that are spoken."""
        there = (len(self._units) - self._seen) // ENCODER_STEP
        return max(1, min(there, 1 - self.encoded // ENCODER_STEP))

    def step_units(self, steps: int) -> array[int]:
        """The next units for the encoder, for so many steps in one."""
        return self._take(steps * ENCODER_STEP)

    def recalls(self, tokens: int) -> bool:
        """Whether the next so many tokens are all of the context: their durations say nothing."""
        return self.encoded + tokens <= 0

    def recall(self, tokens: int) -> None:
        """They have come out of the encoder."""
        self.encoded += tokens

    def _take(self, count: int) -> array[int]:
        if self._next > FORGOTTEN:
            del self._units[: self._next]
            self._seen -= self._next
            self._next = 0
        units = self._units[self._seen : self._seen + count]
        self._seen += len(units)
        # Past the end the encoder sees boundaries, as in training.
        units.extend((BOUNDARY,) * (count - len(units)))
        return units

    def add_durations(self, lasting: Sequence[float]) -> None:
        """Puts the next tokens on the timeline: how long they last by themselves, in frames."""
        for own in lasting:
            token = self.encoded
            self.encoded = token + 1
            if token < 0:
                continue
            if 0 < token <= self._fed:
                length = self._spoken(token, own)
            elif token == 0:
                own /= self._speed
                length = max(FIRST_FRAMES, min(self._longest_opening, round(own)))
                self._edges[0] += length * HOP
                self._begins = min(self._edges[0], self._delay)
            elif self._closing < 0:
                self._closing = self._frames
                self._bent[token] = Bent(LAST_FRAMES, LAST_FRAMES - 1)
                length = ENDLESS  # there are always more frames
            else:
                continue
            self._frames += length
            self._ends.append(self._frames)

    def _spoken(self, token: int, own: float) -> int:
        """Frames that a unit lasts; notes where it is heard."""
        unit = self._units[self._next]
        self._next += 1
        edge = self._edges[-1]
        pause = unit in PAUSES
        rate, length = self._pause_rate if pause else self._speed, 0
        if self.shape.varied:
            manner = self.shape.place(token, self._frames - LAG, edge)
            rate = self._speed * manner.rate
            rate = rate**PAUSE_POWER if pause else rate
            if manner.seconds is not None:
                length = max(1, round(manner.seconds * SAMPLE_RATE / HOP))
                if length > LONGEST_KNOWN:
                    self._bent[token] = Bent(LONGEST_KNOWN, LONGEST_KNOWN // 2)
        if not length:
            exact = own / rate + self._carry
            least = max(1, round(min(own, SHORTEST_PAUSE))) if pause else 1
            length = round(exact)
            if length < least:
                length = least
            # What rounding takes it gives back to the next token, so that the rate is kept;
            # bounded, since a row of very short tokens must not swallow a long one.
            carry = exact - length
            self._carry = -1.0 if carry < -1.0 else 1.0 if carry > 1.0 else carry
        self._edges.append(edge + length * HOP)
        return length

    def _is_plain(self, tokens: int) -> bool:
        """Whether so many that come next are units that are spoken, in no manner of their own."""
        first = self.encoded
        return 0 < first <= self._fed + 1 - tokens and not self.shape.varied

    def _put(self, ends: list[int], edges: list[int], carry: float) -> None:
        """Tokens of which all is known, on the timeline."""
        self.encoded += len(ends)
        self._next += len(ends)
        self._frames = ends[-1]
        self._ends += ends
        self._edges += edges
        self._carry = carry

    # Frames

    def has_frames(self, count: int) -> bool:
        """Whether so many can be taken."""
        return self._frames - self._taken >= count

    def take_frames(self, count: int) -> Taken:
        """The next ones; see `frames_of`."""
        if self._bent:
            self._bent = {t: bent for t, bent in self._bent.items() if t >= self._token}
        ends, first = self._ends, self._taken
        self._taken = beyond = first + count
        last = bisect_left(ends, beyond)
        taken = Taken(first, self._token, self._start, ends[: last + 1], self._bent)
        over = last + (ends[last] == beyond)
        if over:
            self._start = ends[over - 1]
            self._token += over
            del ends[:over]
        return taken

    def pitches(self, count: int, behind: int) -> list[float] | None:
        """Ratios of F0 of `count` frames, the last of which is `behind` the newest taken one.

        None where none is to be changed.
        """
        return self.shape.pitches(self._taken - behind - count, count)

    def made(self, frames: int) -> int:
        """A push makes so many frames; how many of their samples belong to the utterance."""
        kept = frames * HOP
        if self._closing >= 0:
            length = (self._closing + TAIL_FRAMES) * HOP + self._delay
            kept = min(kept, length - self.heard)
            self.done = self.heard + kept >= length
        self.heard += kept
        self._grow()
        return kept

    def _grow(self) -> None:
        self.push = PATCH * min(next(self._growing, self._largest), self._largest)

    @property
    def has_spans(self) -> bool:
        """Whether times have become known that were not taken."""
        return len(self._edges) > 1

    def take_spans(self) -> Spans:
        """Spans of units whose times have become known, in samples made, before trimming."""
        edges = self._edges
        if len(edges) == 1:
            return NO_SPANS
        begin = edges[0] if self._told else self._begins
        spans = Spans(self._told, (begin, *edges[1:]))
        self._told += len(edges) - 1
        del edges[:-1]
        return spans


def lasting(log_durations: NDArray[np.float32]) -> NDArray[np.float64]:
    """Natural logs of durations in 25 ms, [tracks, tokens] -> frames."""
    return FRAMES_PER_DURATION * np.exp(log_durations.astype(np.float64))


def add_durations(tracks: Sequence[Track], lasting: NDArray[np.float64]) -> None:
    """Track.add_durations of each, lasting[tracks, tokens]: the same, but for many at once."""
    count = lasting.shape[1]
    together = [track._is_plain(count) for track in tracks]
    if together.count(True) < FEW:
        together = [False] * len(tracks)
    for track, own, plain in zip(tracks, lasting, together, strict=True):
        if not plain:
            track.add_durations(own.tolist())
    plainly = [track for track, plain in zip(tracks, together, strict=True) if plain]
    if plainly:
        _add_plainly(plainly, lasting[together])


def _add_plainly(tracks: Sequence[Track], lasting: NDArray[np.float64]) -> None:
    """What Track._spoken does with units in no manner of their own, a column at a time."""
    count = lasting.shape[1]
    raw = b"".join([track._units[track._next : track._next + count].tobytes() for track in tracks])
    pauses = IS_PAUSE[np.frombuffer(raw, UNIT).reshape(lasting.shape)]
    speeds = np.array([(track._speed, track._pause_rate) for track in tracks])
    exact = lasting / np.where(pauses, speeds[:, 1:], speeds[:, :1])
    least = np.where(pauses, np.maximum(1, np.rint(np.minimum(lasting, SHORTEST_PAUSE))), 1)
    carry = np.array([track._carry for track in tracks])
    lengths = np.empty_like(exact)
    for token in range(count):
        wanted = exact[:, token] + carry
        length = np.maximum(np.rint(wanted), least[:, token], out=lengths[:, token])
        carry = np.clip(wanted - length, -1.0, 1.0)
    since = lengths.astype(np.int64).cumsum(1)
    before = np.array([(track._frames, track._edges[-1]) for track in tracks])
    ends, edges = before[:, :1] + since, before[:, 1:] + HOP * since
    for track, *known in zip(tracks, ends.tolist(), edges.tolist(), carry.tolist(), strict=True):
        track._put(*known)


def frames_of(taken: Sequence[Taken], count: int) -> NDArray[np.float32]:
    """What was taken of several tracks, `count` frames of each -> [tracks, count, 3].

    Of a frame: the number of its token, where in it the frame lies, the token's length.
    """
    tokens = np.array([len(each.ends) for each in taken])
    begun = np.cumsum(tokens) - tokens  # the place of each track's first token among all
    first = np.array([each.first for each in taken])
    ends = np.array([end for each in taken for end in each.ends])
    starts = np.empty_like(ends)
    starts[1:] = ends[:-1]
    starts[begun] = [each.start for each in taken]
    numbers = np.arange(len(ends)) + np.repeat([each.token for each in taken] - begun, tokens)
    heard = np.minimum(ends, np.repeat(first + count, tokens))
    heard -= np.maximum(starts, np.repeat(first, tokens))
    of_tokens = np.stack((numbers, starts, ends - starts), -1)
    frames = np.repeat(of_tokens, heard, 0).reshape(len(taken), count, 3)
    frames[..., 1] = first[:, None] + np.arange(count) - frames[..., 1]
    for row, each in enumerate(taken):
        for token, bent in each.bent.items():
            _bend(frames[row], token, bent)
    return frames.astype(np.float32)


def _bend(frames: NDArray[np.int64], token: int, bent: Bent) -> None:
    """Tell the frames of a token what they are to know."""
    own = frames[:, 0] == token
    at, lasts = frames[own, 1], frames[own, 2]
    still = np.maximum(bent.half, at - (lasts - bent.known))
    frames[own, 1] = np.where(at < bent.half, at, still)
    frames[own, 2] = bent.known
