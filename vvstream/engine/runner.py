"""How a step of a stage is carried out on a device: what is asked of it, and a CPU's way.

A `Program` is a step as a function of tensors, of fixed shapes for a given batch, in which nothing
is read back: the GPU's way (engine/cuda.py) records it once and replays it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vvstream.engine.slots import Pool
from vvstream.engine.tape import Step, Tapes

Outputs = tuple[Tensor, ...]
# Four read the weights a quarter as often as one; more would make one tick much longer than others.
MOST_STEPS = 4


@dataclass(frozen=True, slots=True)
class Program:
    """A step of many slots at once, with the weights of `model`.

    `function` takes the slots' rows of the pool (a fresh one is given none: it begins slots) and
    the inputs, each with the batch as first dimension, and returns the outputs and the new rows.
    """

    name: str
    model: nn.Module
    pool: Pool[Any]
    fresh: bool
    function: Step


class Pending(Protocol):
    """A result on its way from the device."""

    @property
    def at_once(self) -> bool:
        """Whether it never was on its way."""

    def wait(self) -> NDArray[Any]:
        """The result, once it is here."""


class Waitable(Protocol):
    """A point in a device's work."""

    def synchronize(self) -> None:
        """Wait until the device has come to it."""


@dataclass(frozen=True, slots=True)
class Handed:
    """Tensors from one stage for the next, and when they are done; None: they are."""

    tensors: Outputs
    done: Waitable | None


class Runner(Protocol):
    """A device, or one stream of it, that carries programs out in the order of the calls."""

    device: torch.device
    largest: int
    """The most rows of one run."""
    largest_wide: int
    """The same of a program whose rows are long: the encoder's."""
    shallow: bool
    """Whether it pays to know how deep the deepest row goes; else all blocks are run."""
    steps: int
    """The most steps of the encoder that are made as one."""

    def active(self) -> AbstractContextManager[Any]:
        """All that follows is for this runner."""

    def recording(self) -> AbstractContextManager[None]:
        """All that follows is to be faster the next time."""

    def sizes(self, most: int) -> list[int]:
        """The sizes of batches to rehearse, where `most` rows are run."""

    def send(self, array: NDArray[np.float32]) -> Tensor:
        """To the device; the array may be changed afterwards."""

    def run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        """Gather the rows (long[B]) of the program's pool, step, put them back.

        The outputs are good until the next run.
        """

    def fetch(self, tensor: Tensor) -> Pending:
        """To the host, without waiting."""

    def hand_over(self, tensors: Outputs, *, fresh: bool = False) -> Handed:
        """For another runner; good for ever. `fresh`: they are no outputs of a run."""

    def accept(self, handed: Handed) -> Outputs:
        """What another runner hands over, on this device, after it is done there."""


@dataclass(frozen=True, slots=True)
class Here:
    """A result that is here."""

    array: NDArray[Any]

    @property
    def at_once(self) -> bool:
        return True

    def wait(self) -> NDArray[Any]:
        return self.array


class HostRunner:
    """A CPU: everything at once, by the thread that asks; any number of them may.

    Once something was run while `recording`, programs are recorded when they are first run, and
    from then on are run without Python, for any batch and any length (engine/tape.py).
    """

    def __init__(self, largest: int) -> None:
        self.device = torch.device("cpu")
        self.largest = self.largest_wide = largest
        self.shallow = True
        self.steps = MOST_STEPS
        self._tapes = Tapes()

    def active(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def recording(self) -> AbstractContextManager[None]:
        return self._tapes.rehearsed()

    def sizes(self, most: int) -> list[int]:
        return [1]

    def send(self, array: NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(array)

    def run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        pool = program.pool
        state = () if program.fresh else (pool.matrix.index_select(0, rows),)
        given = (*state, *inputs)
        step = self._tapes.of(program, program.model, program.function, given)
        outputs, after = step(*given)
        pool.put(rows, after)
        return outputs

    def fetch(self, tensor: Tensor) -> Pending:
        return Here(tensor.numpy())

    def hand_over(self, tensors: Outputs, *, fresh: bool = False) -> Handed:
        return Handed(tensors, None)

    def accept(self, handed: Handed) -> Outputs:
        if handed.done is not None:
            handed.done.synchronize()
        return tuple(tensor.to(self.device) for tensor in handed.tensors)
