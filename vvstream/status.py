"""How an engine is, as numbers."""

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
    for it lasts: slower than real time."""
    lateness_p99_s: float
    """Of the last ticks: how much later, in seconds; 0 where none was."""
    audio_seconds: float
    """Sound made."""
