"""Flow control: how far ahead of its listener a voice may run."""

import math
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


def rest(rules: Rules) -> float:
    """Seconds by which a voice that has to wait may wait longer than it has to."""
    return REST_SHARE * rules.lead_frames / FRAMES_PER_SECOND


def room(
    outbox: Outbox, clock: ListenerClock | None, pace: Pace, rules: Rules, now: float
) -> int:
    """How many frames may be made one after the other while `hold` is 0."""
    if clock is None:
        return max(0, rules.lead_frames - outbox.unsent)
    free = rules.window_frames - outbox.unsent
    ahead = outbox.made - clock.played(now)
    if clock.acking:
        free = min(free, math.ceil(window(pace, rules) - ahead))
    elif pace is Pace.REALTIME:
        free = min(free, math.floor(rules.lead_frames - ahead + TINY))
    return max(0, free)


def hold(
    outbox: Outbox, clock: ListenerClock | None, pace: Pace, rules: Rules, now: float
) -> float:
    """Seconds until one more frame may be made; inf: not before something is sent or acked.

    `clock`: None where nobody listens.
    """
    if clock is None:
        return 0.0 if outbox.unsent < rules.lead_frames else math.inf
    if outbox.unsent >= rules.window_frames:
        return math.inf
    ahead = outbox.made - clock.played(now)
    if clock.acking:
        return 0.0 if ahead < window(pace, rules) else math.inf
    if pace is Pace.FAST:
        return 0.0
    excess = ahead + 1 - rules.lead_frames
    # The clock is a float: who waited exactly so long must not be told to wait for a rounding.
    return excess / FRAMES_PER_SECOND if excess > TINY else 0.0
