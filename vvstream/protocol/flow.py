"""Flow control: how far ahead of its listener a voice may run."""

import math
from dataclasses import dataclass
from typing import Final

from vvstream.protocol.commands import Rules
from vvstream.protocol.listener import FRAMES_PER_SECOND, ListenerClock
from vvstream.protocol.messages import Pace
from vvstream.protocol.outbox import Outbox

TINY: Final = 1e-6
# Of a listener's lead: a voice that has to wait goes on waiting until so much of it may be made at
# once, since a frame alone costs as much as several together.
REST_SHARE: Final = 0.25


def window(pace: Pace, rules: Rules) -> int:
    """How many frames may be sent beyond the last ack."""
    return rules.lead_frames if pace is Pace.REALTIME else rules.window_frames


@dataclass(frozen=True, slots=True)
class Pacing:
    """How far the voice of one session may run, as things are."""

    outbox: Outbox
    clock: ListenerClock | None
    """None where nobody listens."""
    pace: Pace
    rules: Rules

    @property
    def rest(self) -> float:
        """Seconds by which a voice that has to wait may wait longer than it has to."""
        return REST_SHARE * self.rules.lead_frames / FRAMES_PER_SECOND

    def room(self, now: float) -> int:
        """How many frames may be made one after the other while `hold` is 0."""
        clock, rules = self.clock, self.rules
        if clock is None:
            return max(0, rules.lead_frames - self.outbox.unsent)
        free = rules.window_frames - self.outbox.unsent
        ahead = self.outbox.made - clock.played(now)
        if clock.acking:
            free = min(free, math.ceil(window(self.pace, rules) - ahead))
        elif self.pace is Pace.REALTIME:
            # The clock is a float: who waited just so long must not wait for a rounding too.
            free = min(free, math.floor(rules.lead_frames - ahead + TINY))
        return max(0, free)

    def hold(self, now: float) -> float:
        """Seconds until one more frame may be made; inf: not before something is sent or acked."""
        if self.room(now):
            return 0.0
        clock, rules = self.clock, self.rules
        full = self.outbox.unsent >= rules.window_frames
        if clock is None or clock.acking or full or self.pace is Pace.FAST:
            return math.inf
        return (self.outbox.made - clock.played(now) + 1 - rules.lead_frames) / FRAMES_PER_SECOND
