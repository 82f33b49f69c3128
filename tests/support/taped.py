"""A GPU without one: CUDA's streams, events and graphs, played on the CPU.

A graph is a tape of the operations that ran while it was recorded, with the very tensors that they
read and wrote: replaying it computes them again from whatever lies there now, as a GPU's does. What
was not written to a fixed place is not seen, and what was kept from the recording is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Tape(TorchDispatchMode):
    """Writes down what is computed."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.steps: list[tuple[Any, Any, Any, Any]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        self.steps.append((func, args, kwargs or {}, out))
        return out

    def play(self) -> None:
        """Compute all of it again, into the same tensors."""
        for func, args, kwargs, kept in self.steps:
            read = {t.untyped_storage().data_ptr() for t in _tensors((args, kwargs))}
            made = func(*args, **kwargs)
            for old, new in zip(_tensors(kept), _tensors(made), strict=True):
                # Views and what was changed in place are already where they were.
                if old.untyped_storage().data_ptr() not in read:
                    old.copy_(new)


def _tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]


class Graph:
    """torch.cuda.CUDAGraph."""

    def __init__(self) -> None:
        self.tape = Tape()
        self.replays = 0

    def replay(self) -> None:
        self.replays += 1
        self.tape.play()


class Event:
    """torch.cuda.Event."""

    def __init__(self) -> None:
        self.recorded = False

    def record(self, stream: Stream) -> None:
        self.recorded = True

    def synchronize(self) -> None:
        assert self.recorded


class Stream:
    """torch.cuda.Stream."""

    def __init__(self, device: torch.device) -> None:
        self.waited: list[Event] = []

    def wait_event(self, event: Event) -> None:
        assert event.recorded
        self.waited.append(event)


@contextmanager
def recording(graph: Graph, **_: Any) -> Iterator[None]:
    """torch.cuda.graph."""
    with graph.tape:
        yield


def install(monkeypatch: pytest.MonkeyPatch, total: int = 1 << 34) -> None:
    """Let torch.cuda be this."""
    taken = [0]
    current = [None]

    def reserved(device: torch.device) -> int:
        taken[0] += 1 << 20
        return taken[0]

    empty = torch.empty
    for name, value in {
        "is_available": lambda: True,
        "CUDAGraph": Graph,
        "Event": Event,
        "Stream": Stream,
        "graph": recording,
        "current_stream": lambda device: current[-1],
        "set_stream": current.append,
        "graph_pool_handle": object,
        "synchronize": lambda device: None,
        "empty_cache": lambda: None,
        "memory_reserved": reserved,
        "get_device_properties": lambda device: SimpleNamespace(name="Tape", total_memory=total),
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    monkeypatch.setattr(Tensor, "pin_memory", Tensor.clone)
    monkeypatch.setattr(Tensor, "record_stream", lambda tensor, stream: None)
    monkeypatch.setattr(
        torch, "empty", lambda *size, pin_memory=False, **kwargs: empty(*size, **kwargs)
    )
