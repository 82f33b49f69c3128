"""A training step as one CUDA graph: the launches are paid once and not at every step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def allow_fast_arithmetic() -> None:
    """Products of float32 in TF32 where a GPU has it, and the convolutions that it is quickest
    with."""
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True


class GraphedStep:
    """Runs `step(*inputs)` eagerly on a CPU, as a replayed CUDA graph on a GPU.

    `step` must have fixed shapes, read only its inputs and module-level tensors, and give one
    tensor. Inputs are copied into static buffers before each replay.
    """

    def __init__(
        self,
        step: Callable[..., Tensor],
        inputs: tuple[Tensor, ...],
        pool: Any = None,
        warm_ups: int = 3,
    ) -> None:
        self.inputs = inputs
        self.step = step
        self.graph: torch.cuda.CUDAGraph | None = None
        if not torch.cuda.is_available():
            return
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(warm_ups):
                step(*inputs)
        torch.cuda.current_stream().wait_stream(side)
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, pool=pool):
            self.result = step(*inputs)

    def __call__(self, *inputs: Tensor) -> Tensor:
        if self.graph is None:
            return self.step(*inputs)
        for static, new in zip(self.inputs, inputs, strict=True):
            static.copy_(new, non_blocking=True)
        self.graph.replay()
        return self.result
