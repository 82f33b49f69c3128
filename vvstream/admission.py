"""Who may come in when much is going on: newcomers wait, so that nobody admitted suffers.

A pure rule over what an engine says of itself. An engine that serves nobody takes anybody: it
cannot be too much for those who are there.
"""

from collections.abc import Sequence

from vvstream.config import Admission
from vvstream.errors import Overloaded
from vvstream.status import EngineStatus


def refusal(status: EngineStatus, policy: Admission) -> str | None:
    """Why this engine takes no newcomer; None: it does."""
    if status.slots_used >= status.slots_limit:
        return f"all {status.slots_limit} voices are speaking"
    if not status.slots_used:
        return None
    if status.memory_used > policy.memory_share * status.memory_limit:
        return "the engine's memory is nearly full"
    if 1000 * status.lateness_p99_s > policy.lateness_ms:
        return "the engine has no time for one more"
    return None


def admit(engines: Sequence[EngineStatus], policy: Admission) -> None:
    """One engine that takes a newcomer is enough. Raises Overloaded."""
    reasons = [refusal(status, policy) for status in engines]
    if all(reasons):
        reason = next((reason for reason in reasons if reason), "the engine is starting again")
        raise Overloaded(f"{reason}; try again shortly", retry_after=policy.retry_seconds)
