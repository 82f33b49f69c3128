"""A step recorded for a CPU, and run in one call without Python between its operations.

Threads of Python wait for one another before and after every operation of torch, and a step has
hundreds: a push of four frames, which takes 1.7 ms alone, took 6 ms beside another thread's.
Recorded it takes 0.8 ms, alone or not, and says the same bit by bit. TorchScript needs no compiler,
and takes a seventh of a second to record a step.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning

Step = Callable[..., tuple[tuple[Tensor, ...], Tensor]]
"""Tensors in, each with the batch as first dimension; outputs, and the slots' new rows."""


# Which warnings are heard is known to all threads alike.
_one_at_a_time = threading.Lock()


class _Recorded(nn.Module):
    """What TorchScript records: it asks that the weights belong to what is recorded."""

    def __init__(self, model: nn.Module, step: Step) -> None:
        super().__init__()
        self.model = model
        self._step = step

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        outputs, after = self._step(*given)
        return (*outputs, after)


def record(model: nn.Module, step: Step, given: Sequence[Tensor]) -> Step:
    """A step with the weights of `model`, recorded as it does what is given; it does the same for
    tensors of other sizes.

    Which of its branches are taken must not depend on what is in the tensors, nor on their sizes
    but in functions of streaming.recorded.with_choices.
    """
    # Or it would learn for each size and thread what it could do better, for seconds.
    torch._C._jit_set_profiling_mode(False)
    with _one_at_a_time, warnings.catch_warnings():
        # Of sizes that become numbers: what holds for all sizes is tested.
        warnings.simplefilter("ignore", TracerWarning)
        # It is on its way out; the torch that we pin has it, and nothing else that needs neither
        # Python nor a compiler.
        warnings.simplefilter("ignore", DeprecationWarning)
        tape = torch.jit.trace(_Recorded(model, step).eval(), tuple(given), check_trace=False)

    def run(*given: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
        *outputs, after = tape(*given)
        return tuple(outputs), after

    return run


class Tapes:
    """Steps by what they are called, recorded when they are first done.

    None before anything is `rehearsed`. What is rehearsed is recorded at once; what is new later,
    fewer blocks for who asks for fewer `steps`, by a thread beside those that speak: until it is
    through the step is done as ever.
    """

    def __init__(self) -> None:
        self._steps: dict[Hashable, Step] = {}
        self._beginning = threading.Lock()
        self._waits = False
        self._late = False

    @contextmanager
    def rehearsed(self) -> Iterator[None]:
        """What is done now is waited for."""
        self._waits = self._late = True
        try:
            yield
        finally:
            self._waits = False

    def of(self, name: Hashable, model: nn.Module, step: Step, given: Sequence[Tensor]) -> Step:
        """The way to do a step, with the weights of `model`, of which something is given."""
        known = self._steps.get(name)
        if known is None and self._late:
            with self._beginning:
                if name in self._steps:
                    return self._steps[name]
                self._steps[name] = step
            work = partial(self._record, name, model, step, given)
            if self._waits:
                work()
            else:
                threading.Thread(target=work, name="recorder", daemon=True).start()
            known = self._steps[name]
        return known or step

    @torch.inference_mode()
    def _record(
        self, name: Hashable, model: nn.Module, step: Step, given: Sequence[Tensor]
    ) -> None:
        recorded = record(model, step, given)
        recorded(*given)  # it is made ready by that
        self._steps[name] = recorded
