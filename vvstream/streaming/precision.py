"""Mixed precision: the large matrices in fewer bits, everything between them in float32.

Layer norms, rotary positions, softmax, phases and spectra keep float32; so does any layer whose
output is a phase, which its owner keeps out of `lower`.

What decides times, durations and pitch, must not depend on who else is served: a last bit of a
duration is a frame more or less, and all that follows is shifted. HalfLinear, ByteLinear and, on a
GPU, RowLinear give each row what they give it alone, bit by bit.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vvstream.streaming import kernels

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


class ByteLinear(nn.Module):
    """As nn.Linear, for inference on a CPU: rows and weights as 8-bit integers, sums exact.

    float32[..., C_in] -> float32[..., C_out]. Each output channel of the weight has a scale of its
    own, and so has each row of the input, found as it comes: a row does not depend on its
    neighbours. Errors of about 1 % of the output's size (-41 dB), at twice the speed of HalfLinear.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        scales = linear.weight.detach().abs().amax(1).clamp(min=1e-12).double() / 127
        zeros = torch.zeros(len(scales), dtype=torch.long)
        with warnings.catch_warnings():
            # Quantised tensors are on their way out; the torch that we pin has them, and no other
            # product of bytes that is as fast for a few rows.
            warnings.simplefilter("ignore", UserWarning)
            weight = torch.quantize_per_channel(
                linear.weight.detach(), scales, zeros, 0, torch.qint8
            )
        self._packed = torch.ops.quantized.linear_prepack(weight, None)
        self._bias = linear.bias.detach()
        self.weight = torch.empty(0)
        """Holds no weights: tells the type and device that the layer works in."""

    def forward(self, x: Tensor) -> Tensor:
        size = x.abs().amax(-1, keepdim=True).clamp_(min=1e-12)
        # Integers of -128 ... 127 lie 128 higher, as the product takes them.
        y: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            x / size, 1 / 127, 128, self._packed
        )
        return torch.addcmul(self._bias, y, size)


class RowLinear(nn.Module):
    """HalfLinear for a GPU: float32[..., C_in] -> float32[..., C_out].

    No library's product of matrices gives a row what it gives it alone; ours does (kernels.py).
    Where it cannot be compiled, products are float64 and rounded to float32, which is slow and
    leaves nothing of the order of a sum to be seen.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("_packed", kernels.packed(linear.weight.detach()))
        self.register_buffer("_bias", linear.bias.detach().float())
        self.register_buffer("weight", torch.empty(0))
        """Holds no weights: tells the type and device that the layer works in."""

    def forward(self, x: Tensor) -> Tensor:
        packed, bias = self._packed, self._bias
        assert isinstance(packed, Tensor)
        assert isinstance(bias, Tensor)
        if kernels.multiplies(x):
            return kernels.multiply(x, packed, bias)
        weight = packed[: len(bias), : x.shape[-1]].double()
        return F.linear(x.double(), weight, bias.double()).float()


class LowLinear(nn.Module):
    """A linear layer that multiplies in its weight's precision and answers in `answers`."""

    def __init__(
        self, linear: nn.Linear, dtype: torch.dtype, answers: torch.dtype = torch.float32
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(linear.weight.detach().to(dtype), requires_grad=False)
        self.bias = nn.Parameter(linear.bias.detach().to(dtype), requires_grad=False)
        self._answers = answers

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x.to(self.weight.dtype), self.weight, self.bias).to(self._answers)


Wanted = Callable[[str, nn.Linear], bool]


def large(_: str, linear: nn.Linear) -> bool:
    """Whether fewer bits pay."""
    return linear.weight.numel() >= SMALLEST


def every(_: str, __: nn.Linear) -> bool:
    """All of them."""
    return True


def halve(module: nn.Module, wanted: Wanted = large) -> None:
    """Replace linear layers inside `module`, in place, by HalfLinear.

    Processors without AVX2 have no such product: there the module stays as it is.
    """
    if "fbgemm" in torch.backends.quantized.supported_engines:
        replace(module, HalfLinear, wanted)


def quarter(module: nn.Module, wanted: Wanted = large) -> None:
    """Replace linear layers inside `module`, in place, by ByteLinear.

    Without the processor's own products of bytes (AVX-512 VNNI) they would be slower, and might
    overflow: there they are halved.
    """
    if "fbgemm" in torch.backends.quantized.supported_engines and multiplies_bytes():
        replace(module, ByteLinear, wanted)
    else:
        halve(module, wanted)


def by_rows(module: nn.Module) -> None:
    """Replace all linear layers inside `module`, in place, by RowLinear."""
    replace(module, RowLinear, every)


def lower(
    module: nn.Module,
    dtype: torch.dtype,
    wanted: Wanted = every,
    answers: torch.dtype = torch.float32,
) -> None:
    """Replace linear layers inside `module`, in place, by ones with weights of `dtype`."""
    replace(module, lambda linear: LowLinear(linear, dtype, answers), wanted)


def multiplies_bytes() -> bool:
    """Whether this processor has products of bytes that do not overflow."""
    return bool(torch.cpu.get_capabilities().get("avx512_vnni", False))


@torch.no_grad()
def replace(
    module: nn.Module, layer: Callable[[nn.Linear], nn.Module], wanted: Wanted, inside: str = ""
) -> None:
    """Replace the linear layers that are wanted, told by name and layer, however deep they lie."""
    for name, child in module.named_children():
        if not isinstance(child, nn.Linear):
            replace(child, layer, wanted, f"{inside}{name}.")
        elif wanted(inside + name, child):
            setattr(module, name, layer(child))
