"""Puts each cue into its time: faster where it must be, by the policy where that is not enough."""

from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

from voicing.cast import Cast
from voicing.cue import Cue
from voicing.studio import Studio, Wording, seconds_of

TRIES = 3
MARGIN = 1.01
"""A little faster than needed: pauses do not shrink as much as speech does."""
STEP = 0.01


class Policy(StrEnum):
    """What to do with a cue whose time has come while the one before, too long, still sounds."""

    SHIFT = "shift"
    """It begins when the other is over."""
    OVERLAP = "overlap"
    """Both sound."""
    DROP = "drop"
    """It is not spoken."""
    DUCK = "duck"
    """Both sound, the older one softly."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A cue, spoken, in its place. Times are in seconds."""

    cue: Cue
    voice: str
    sound: bytes
    seconds: float
    """Of the sound."""
    begin: float
    speed: float
    natural: float
    """How long it would last at the speed that was asked for."""
    policy: Policy | None = None
    """What had to be done, where something had to."""

    @property
    def end(self) -> float:
        """When it is over."""
        return self.begin + self.seconds

    @property
    def dropped(self) -> bool:
        """Whether it is not spoken."""
        return self.policy is Policy.DROP

    @property
    def faster(self) -> bool:
        """Whether it is spoken faster than was asked for."""
        return not self.dropped and self.seconds < 0.995 * self.natural

    @property
    def late(self) -> float:
        """By how much it begins after its time."""
        return self.begin - self.cue.start

    @property
    def spare(self) -> float:
        """How much of its room it leaves; negative: by how much it is too long."""
        return self.cue.room - self.end


class Director:
    """Places cues, one after another in the order of their time."""

    def __init__(
        self, studio: Studio, cast: Cast, policy: Policy, speed: float, fastest: float
    ) -> None:
        self._studio = studio
        self._cast = cast
        self._policy = policy
        self._speed = speed
        self._fastest = max(speed, fastest)
        self._sounding: deque[Placed] = deque()

    def prepare(self, cue: Cue) -> None:
        """Have it spoken soon."""
        self._studio.begin(self._wording(cue, self._speed))

    async def place(self, cue: Cue, now: float = 0.0) -> Placed:
        """The cue, spoken; not before `now`. Raises SpeechError where the server refuses it."""
        while self._sounding and self._sounding[0].end <= cue.start:
            self._sounding.popleft()
        wording = self._wording(cue, self._speed)
        begin, policy = max(cue.start, now), None
        # One speaker says one thing at a time; two at once only where the file has them so.
        until = max((one.end for one in self._sounding if _in_the_way(one, cue)), default=0.0)
        if until > begin:
            policy = self._policy
            begin = until if policy is Policy.SHIFT else begin
        if policy is Policy.DROP:
            return Placed(cue, wording.voice, b"", 0.0, begin, self._speed, 0.0, policy)
        sound = await self._studio.take(wording)
        natural = seconds_of(sound)
        # Where nobody said when it must be over, it catches up with what it is late.
        room = (cue.start + natural if cue.room == inf else cue.room) - begin
        for _ in range(TRIES):
            if seconds_of(sound) <= room or wording.speed >= self._fastest:
                break
            needed = wording.speed * seconds_of(sound) / room if room > 0 else inf
            faster = max(needed * MARGIN, wording.speed + STEP)
            wording = self._wording(cue, min(self._fastest, faster))
            sound = await self._studio.take(wording)
        seconds, speed = seconds_of(sound), wording.speed
        placed = Placed(cue, wording.voice, sound, seconds, begin, speed, natural, policy)
        self._sounding.append(placed)
        return placed

    def moved(self, placed: Placed, begin: float) -> Placed:
        """It could not begin in time: it begins now."""
        later = replace(placed, begin=begin)
        if self._sounding and self._sounding[-1] is placed:
            self._sounding[-1] = later
        return later

    def _wording(self, cue: Cue, speed: float) -> Wording:
        voice = self._cast.voice(cue.speaker, cue.language)
        return Wording(cue.text, voice, round(speed, 3))


def _in_the_way(one: Placed, cue: Cue) -> bool:
    return one.spare < 0 or one.cue.room == inf or one.cue.speaker == cue.speaker
