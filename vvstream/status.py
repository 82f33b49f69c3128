"""How an engine is, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """How an engine is at this moment; counters begin with its process."""

    device: str
    """Its name: "NVIDIA H100 80GB HBM3", "cpu"."""
    kind: str
    """cpu | cuda."""
    memory_used: int
    """Bytes: of a GPU what this process has taken, of a computer the process's resident memory."""
    memory_limit: int
    """Bytes: engine.vram_limit_mb, else what the device has."""
    slots_used: int
    slots_limit: int
    ticks: int
    late_ticks: int
    """Ticks that served an utterance later, counted from when it was due, than the sound they made
    for it, or a full queue, lasts: slower than real time."""
    lateness_p99_s: float
    """Of the ticks of the last five seconds: how much later; 0 where none was."""
    audio_seconds: float
    """Sound made."""
    effort: float = 0.0
    """The share of its time that the engine needs for those who speak, told before it is late; 0
    where that is not known, as on a GPU, whose work hardly grows with them."""


def total(statuses: Sequence[EngineStatus]) -> EngineStatus:
    """Several engines as one; none: one that can do nothing."""
    # Each GPU has its own memory; processes on a CPU share one.
    limits = [status.memory_limit for status in statuses]
    on_gpus = any(status.kind == "cuda" for status in statuses)
    return EngineStatus(
        device=" + ".join(status.device for status in statuses) or "none",
        kind=statuses[0].kind if statuses else "none",
        memory_used=sum(status.memory_used for status in statuses),
        memory_limit=sum(limits) if on_gpus else max(limits, default=0),
        slots_used=sum(status.slots_used for status in statuses),
        slots_limit=sum(status.slots_limit for status in statuses),
        ticks=sum(status.ticks for status in statuses),
        late_ticks=sum(status.late_ticks for status in statuses),
        lateness_p99_s=max((status.lateness_p99_s for status in statuses), default=0.0),
        effort=max((status.effort for status in statuses), default=0.0),
        audio_seconds=sum(status.audio_seconds for status in statuses),
    )
