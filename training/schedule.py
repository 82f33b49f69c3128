"""How a run spends its time: learning rate by elapsed time, averaged weights, checkpoints."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

RESUMED = 0.4  # of the peak rate, for weights that have learned before


def add_time(parser: argparse.ArgumentParser, minutes: float) -> None:
    """The options that say how long to train."""
    parser.add_argument("--minutes", type=float, default=minutes, help="from the first step on")
    parser.add_argument("--until", type=float, help="instead: seconds since 1970")


def seconds_left(arguments: argparse.Namespace) -> float:
    """Of the training, asked at its first step."""
    minutes: float = arguments.minutes
    until: float | None = arguments.until
    return minutes * 60 if until is None else max(0.0, until - time.time())


def warm(step: int, warm_up: int) -> float:
    """Share of the rate at a step, which grows linearly over the first `warm_up`."""
    return min(1.0, max(0, step + 1) / warm_up)


def annealed(elapsed: float, limit: float, floor: float = 0.02) -> float:
    """Share of the peak learning rate after `elapsed` of `limit` seconds: a cosine to `floor`."""
    share = min(1.0, elapsed / limit)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * share))


class Average:
    """Exponential moving average of a module's parameters; what is shipped is the average."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.weights: list[Tensor] = [p.detach().clone() for p in module.parameters()]
        self.source: list[Tensor] = [p.detach() for p in module.parameters()]
        self.names = [name for name, _ in module.named_parameters()]
        self.decay = decay

    @torch.no_grad()
    def update(self) -> None:
        torch._foreach_lerp_(self.weights, self.source, 1 - self.decay)

    def state_dict(self) -> dict[str, Tensor]:
        return dict(zip(self.names, self.weights, strict=True))

    @torch.no_grad()
    def restart(self) -> None:
        """Forget the past: the average is what the module is now."""
        torch._foreach_copy_(self.weights, self.source)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The module holds the averaged weights inside the `with`, its own again after it."""
        with torch.no_grad():
            own = [weight.clone() for weight in self.source]
            torch._foreach_copy_(self.source, self.weights)
            try:
                yield
            finally:
                torch._foreach_copy_(self.source, own)


def save(path: Path, content: dict[str, object]) -> None:
    """Write a checkpoint so that a cut never leaves half a file."""
    partial = path.with_suffix(".partial")
    torch.save(content, partial)
    partial.replace(path)
