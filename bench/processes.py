"""A process and all that it started, as /proc shows them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tree:
    """A process and its descendants."""

    pid: int

    def cpu_seconds(self) -> float:
        """Time spent by all of them on all cores."""
        # Of proc(5): utime and stime are fields 14 and 15, the first after the name is field 3.
        ticks = sum(int(fields[11]) + int(fields[12]) for fields in self._stats())
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes in memory; what several share is counted with each (RSS, field 24)."""
        return sum(int(fields[21]) for fields in self._stats()) * os.sysconf("SC_PAGE_SIZE")

    def _stats(self) -> Iterator[list[str]]:
        for pid in self._pids():
            try:
                yield Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue

    def _pids(self) -> Iterator[int]:
        waiting = [self.pid]
        while waiting:
            yield (pid := waiting.pop())
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    waiting += map(int, task.read_text().split())
                except (FileNotFoundError, ProcessLookupError):
                    continue
