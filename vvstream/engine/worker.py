"""A stage on a core of its own: its steps are made by a thread, in turn, while others are launched.

Threads that each compute with one core meet once a tick. The threads of one product of matrices
would meet a thousand times, and each time wait for the one whose core was taken by a socket.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from numpy.typing import NDArray

from vvstream.engine.runner import Handed, Handing, HostRunner, Pending

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Promised:
    """A result that a thread is to make."""

    future: Future[Pending]

    @property
    def at_once(self) -> bool:
        return False

    def wait(self) -> NDArray[Any]:
        """Raises what the work raised."""
        return self.future.result().wait()


class WorkerRunner(HostRunner):
    """A CPU, by a thread of its own."""

    def __init__(self, largest: int, name: str) -> None:
        super().__init__(largest)
        # Some libraries count the threads of a product for each thread that asks for one.
        share = (torch.get_num_threads(),)
        self._thread = ThreadPoolExecutor(1, name, torch.set_num_threads, share)

    def carry_out(self, work: Callable[[], Pending]) -> Pending:
        return _Promised(self._thread.submit(_inferred, work))

    def hand_on(self, work: Callable[[], Handed]) -> Handing:
        return self._thread.submit(_inferred, work).result

    def afterwards(self, work: Callable[[], None]) -> None:
        # What it raises, the work that needs it will miss.
        self._thread.submit(work)


@torch.inference_mode()
def _inferred(work: Callable[[], T]) -> T:
    return work()
