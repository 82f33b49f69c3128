"""The one module that knows what a GPU is.

A runner has a stream of its own, so that the encoder of one tick overlaps the decoder of the one
before; they meet at events and nobody waits for the whole device. Steps are recorded as
CUDA graphs while the engine warms up, one per program, shape and size of batch; a run of fewer rows
takes the next larger graph, and what was not recorded is run kernel by kernel.

A graph reads and writes at fixed addresses. These are buffers of the runner's: the rows of the
slots are gathered into one before a replay and scattered from it afterwards, so that the slots may
grow and shrink without anything being recorded anew. A stream replays one graph at a time, so all
graphs share the buffers: the largest is recorded first, and the smaller ones use a part of its.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vvstream.engine.runner import MOST_STEPS, Handed, Outputs, Pending, Program
from vvstream.errors import ConfigError

# Kernels are launched so many times before they are recorded: libraries set themselves up.
REHEARSALS = 2
WIDE = 2  # as many times the memory a row of the encoder takes, whose state is ten times as long


def pick_device(wanted: str) -> torch.device:
    """auto | cpu | cuda -> a device. Raises ConfigError if a GPU is asked for and there is none."""
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise ConfigError("device: cuda was asked for, but no CUDA GPU is there; use auto or cpu")
    if wanted == "cpu" or not available:
        return torch.device("cpu")
    # With several of them each engine sees one (CUDA_VISIBLE_DEVICES).
    return torch.device("cuda", 0)


def limit_memory(device: torch.device, limit: int) -> None:
    """Let this process take `limit` bytes of the device at most; beyond: OutOfMemoryError."""
    total = torch.cuda.get_device_properties(device).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, limit / total), device)


class CudaGauge:
    """Implements `Gauge` for a GPU."""

    kind = "cuda"

    def __init__(self, device: torch.device, limit: int) -> None:
        """`limit` in bytes; 0: all that the device has."""
        self._device = device
        properties = torch.cuda.get_device_properties(device)
        self.name = str(properties.name)
        self._limit = limit or int(properties.total_memory)

    def used(self) -> int:
        """Bytes: weights, slots, graphs and what the allocator keeps for later."""
        return torch.cuda.memory_reserved(self._device)

    def limit(self) -> int:
        return self._limit


@dataclass(frozen=True, slots=True)
class _Copied:
    """A result in pinned memory, or on its way there."""

    host: Tensor
    done: torch.cuda.Event

    @property
    def at_once(self) -> bool:
        return False

    def wait(self) -> NDArray[Any]:
        self.done.synchronize()
        array: NDArray[Any] = self.host.numpy()
        return array


@dataclass(frozen=True, slots=True)
class _Graph:
    """A recorded step, with the tensors that it reads and writes."""

    graph: torch.cuda.CUDAGraph
    rows: Tensor
    """[B, width]: of the slots, before and, in the same place, after the step."""
    inputs: Outputs
    outputs: Outputs

    def replay(self, inputs: Sequence[Tensor]) -> None:
        for fixed, given in zip(self.inputs, inputs, strict=True):
            fixed[: len(given)].copy_(given)
        self.graph.replay()


class _On:
    """torch.cuda.stream, for a device that is known: it asks for it each time, at 20 µs, and a tick
    changes streams fifty times."""

    def __init__(self, stream: torch.cuda.Stream, device: int) -> None:
        self._stream = stream
        self._device = device

    def __enter__(self) -> None:
        self._before = torch.cuda.current_stream(self._device)
        torch.cuda.set_stream(self._stream)

    def __exit__(self, *_: object) -> None:
        torch.cuda.set_stream(self._before)


class CudaRunner:
    """Implements `Runner` on a stream of its own."""

    def __init__(self, device: torch.device, largest: int, graph_bytes: int) -> None:
        """`graph_bytes`: device memory that recorded graphs may take."""
        # Sums of products in half precision are kept in float32, or they would depend on how the
        # library cuts a batch.
        torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
        self.device = device
        self.largest = largest
        self.largest_wide = max(1, largest // WIDE)
        self.shallow = False
        self.steps = MOST_STEPS
        self._stream = torch.cuda.Stream(device)
        self._memory = torch.cuda.graph_pool_handle()
        # None: there was no memory for it.
        self._graphs: dict[tuple[Any, ...], _Graph | None] = {}
        self._buffers: dict[tuple[Any, ...], Tensor] = {}
        self._budget = graph_bytes
        self._recording = False

    @property
    def graphs(self) -> int:
        """How many steps are recorded."""
        return sum(graph is not None for graph in self._graphs.values())

    def active(self) -> AbstractContextManager[Any]:
        return _On(self._stream, self.device.index)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """What is run in here is recorded."""
        self._recording = True
        try:
            yield
        finally:
            self._recording = False
            torch.cuda.synchronize(self.device)
            torch.cuda.empty_cache()

    def sizes(self, most: int) -> list[int]:
        """Batches for which graphs are recorded: powers of two, up to `most` rows and beyond."""
        most = min(most, self.largest)
        return [1 << power for power in range((most - 1).bit_length() + 1)]

    def send(self, array: NDArray[np.float32]) -> Tensor:
        # The allocator of pinned memory gives a block to nobody before the copy from it is done.
        return torch.from_numpy(array).pin_memory().to(self.device, non_blocking=True)

    def run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        try:
            return self._run(program, rows, inputs)
        except torch.OutOfMemoryError:
            if len(rows) == 1:
                raise
        # Nothing has been put back. Half of them need half of the memory.
        torch.cuda.empty_cache()
        half = len(rows) // 2
        first = self.run(program, rows[:half], [given[:half] for given in inputs])
        first = tuple(out.clone() for out in first)
        second = self.run(program, rows[half:], [given[half:] for given in inputs])
        return tuple(torch.cat(both) for both in zip(first, second, strict=True))

    def _run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        pool, count = program.pool, len(rows)
        graph = self._recorded(program, count, inputs)
        if graph is None:
            state = () if program.fresh else (pool.matrix.index_select(0, rows),)
            outputs, changed = program.function(*state, *inputs)
        else:
            changed = graph.rows[:count]
            if not program.fresh:
                torch.index_select(pool.matrix, 0, rows, out=changed)
            graph.replay(inputs)
            outputs = tuple(out[:count] for out in graph.outputs)
        pool.matrix.index_copy_(0, rows, changed)
        return outputs

    def fetch(self, tensor: Tensor) -> Pending:
        host = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
        host.copy_(tensor, non_blocking=True)
        return _Copied(host, self._mark())

    def hand_over(self, tensors: Outputs, *, fresh: bool = False) -> Handed:
        # What a graph gives is overwritten by its next replay, which does not wait for the reader.
        kept = tensors if fresh else tuple(tensor.clone() for tensor in tensors)
        return Handed(kept, self._mark())

    def accept(self, handed: Handed) -> Outputs:
        if not isinstance(handed.done, torch.cuda.Event):
            pinned = (tensor.pin_memory() for tensor in handed.tensors)
            return tuple(tensor.to(self.device, non_blocking=True) for tensor in pinned)
        self._stream.wait_event(handed.done)
        for tensor in handed.tensors:
            tensor.record_stream(self._stream)
        return handed.tensors

    def _mark(self) -> torch.cuda.Event:
        event = torch.cuda.Event()
        event.record(self._stream)
        return event

    def _recorded(
        self, program: Program, count: int, inputs: Sequence[Tensor]
    ) -> _Graph | None:
        """The graph for so many rows, if there is one or there is to be one."""
        size = 1 << (count - 1).bit_length()
        key = (program, size, *(tensor.shape[1:] for tensor in inputs))
        if key not in self._graphs and self._recording and self._budget > 0:
            held = torch.cuda.memory_reserved(self.device)
            try:
                self._graphs[key] = self._record(program, size, inputs)
            except torch.OutOfMemoryError:
                # Under a limit there may be less than the budget; smaller ones may fit.
                self._graphs[key] = None
            self._budget -= torch.cuda.memory_reserved(self.device) - held
        return self._graphs.get(key)

    def _buffer(self, kind: str, like: Tensor, size: int, shape: Sequence[int]) -> Tensor:
        """`size` of so many rows that all graphs of that kind and shape share."""
        key = (kind, like.dtype, *shape)
        if key not in self._buffers or len(self._buffers[key]) < size:
            # A graph that was recorded before keeps the smaller one.
            self._buffers[key] = like.new_zeros(size, *shape)
        return self._buffers[key][:size]

    def _record(self, program: Program, size: int, inputs: Sequence[Tensor]) -> _Graph:
        pool = program.pool
        rows = self._buffer("rows", pool.matrix, size, (pool.layout.width,))
        fixed = tuple(
            self._buffer(f"input {number}", given, size, given.shape[1:])
            for number, given in enumerate(inputs)
        )
        for place, given in zip(fixed, inputs, strict=True):
            place.zero_()
            place[: len(given)].copy_(given)
        state = () if program.fresh else (rows,)

        def step() -> Outputs:
            outputs, changed = program.function(*state, *fixed)
            rows.copy_(changed)
            return outputs

        for _ in range(REHEARSALS):
            step()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(
            graph, pool=self._memory, stream=self._stream, capture_error_mode="thread_local"
        ):
            outputs = step()
        return _Graph(graph, rows, fixed, outputs)
