"""Mixed precision: the large matrices in half precision, everything between them in float32.

Layer norms, rotary positions, softmax, phases and spectra keep float32; so does any layer whose
output is a phase, which its owner keeps out of `lower`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Smaller ones cost more in the call than they save in the reading.
SMALLEST = 20_000


class HalfLinear(nn.Module):
    """As nn.Linear, for inference on a CPU: float32[..., C_in] -> float32[..., C_out].

    A step on a CPU is as fast as its weights are read, and half of the bytes are half of the
    reading. Products and sums are float32, so that weights which come from a half-precision file
    give what they would give as float32; and a row does not depend on its neighbours.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self._packed = torch.ops.quantized.linear_prepack_fp16(linear.weight, linear.bias)
        self.weight = torch.empty(0)
        """Holds no weights: tells the type and device that the layer works in."""

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, self._packed)
        return y


class LowLinear(nn.Module):
    """A linear layer that multiplies in its weight's precision and answers in its input's."""

    def __init__(self, linear: nn.Linear, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = nn.Parameter(linear.weight.detach().to(dtype), requires_grad=False)
        self.bias = nn.Parameter(linear.bias.detach().to(dtype), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x.to(self.weight.dtype), self.weight, self.bias).to(x.dtype)


@torch.no_grad()
def halve(module: nn.Module) -> None:
    """Replace the larger linear layers inside `module`, in place, by HalfLinear.

    Processors without AVX2 have no such product: there the module stays as it is.
    """
    if "fbgemm" not in torch.backends.quantized.supported_engines:
        return
    for name, child in module.named_children():
        if isinstance(child, nn.Linear) and child.weight.numel() >= SMALLEST:
            setattr(module, name, HalfLinear(child))
        else:
            halve(child)


def lower(module: nn.Module, dtype: torch.dtype) -> None:
    """Replace every linear layer inside `module`, in place, by one with weights of `dtype`."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, LowLinear(child, dtype))
        else:
            lower(child, dtype)
