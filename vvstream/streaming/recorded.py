"""What layers do so that a step of them can be recorded once for any size (engine/tape.py).

A recording keeps the operations that were done and forgets the branches and loops that led to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import torch
from torch import Tensor

P = ParamSpec("P")
R = TypeVar("R")


def with_choices(function: Callable[P, R]) -> Callable[P, R]:
    """A recording keeps the branches and loops of such a function, which TorchScript must know."""
    script_if_tracing: Any = torch.jit.script_if_tracing
    return cast("Callable[P, R]", script_if_tracing(function))


def seen_as(x: Tensor, dtype: torch.dtype) -> Tensor:
    """The same bits as numbers of another type: a view, which no recording knows, or a copy."""
    return torch.view_copy(x, dtype=dtype) if torch._C._is_tracing() else x.view(dtype)
