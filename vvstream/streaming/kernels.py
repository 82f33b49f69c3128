"""What a GPU does in one go where torch would read and write the same numbers twenty times, or
would need numbers of twice the size to give each row what it gives it alone.

A GPU is as fast at these networks as its memory is read. The kernels (the files ending in .cu
beside this one) are compiled by the CUDA library that torch brings along, when they are first used;
where that cannot be, torch's own steps are taken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)
WARPS: Final = 8  # of a block; each makes the channels of one step of time, or a head of a token
LANES: Final = 32
MOST_CHANNELS: Final = 512
TALL: Final = 64  # rows, and
WIDE: Final = 64  # columns that a block of `multiply` makes, of
DEEP: Final = 32  # so many products at a time
MOST_PLACES: Final = 96  # that a token sees

NUMBERS: Final = {torch.float16: "unsigned short", torch.float32: "float"}


@cache
def _compiled(name: str, answers: torch.dtype = torch.float32) -> Callable[..., None] | None:
    source = (Path(__file__).parent / f"{name}.cu").read_text(encoding="utf-8")
    source = source.replace("NUMBER", NUMBERS[answers])
    try:
        kernel: Callable[..., None] = torch.cuda._compile_kernel(source, name)
    except (RuntimeError, OSError, AttributeError) as error:
        log.warning("no kernel of our own", extra={"record": {"reason": str(error)}})
        return None
    return kernel


def fits(seen: Tensor) -> bool:
    """Whether `mix` can be asked."""
    return _serves("mix", seen) and seen.shape[2] <= MOST_CHANNELS


def multiplies(x: Tensor) -> bool:
    """Whether `multiply` can be asked."""
    return _serves("rows", x)


def hears(queries: Tensor, ring: int) -> bool:
    """Whether `hear` can be asked."""
    return _serves("hear", queries) and ring < MOST_PLACES and queries.shape[-1] % 4 == 0


def _serves(name: str, x: Tensor) -> bool:
    if not (x.is_cuda and x.dtype == torch.float32 and torch.is_inference_mode_enabled()):
        return False
    return _compiled(name) is not None


def mix(seen: Tensor, taps: Tensor, norm: nn.LayerNorm, answers: torch.dtype) -> Tensor:
    """A causal depthwise convolution and the norm after it.

    seen float[B, T + 6, C], taps[7, C] -> [B, T, C] in float16 or float32.
    """
    batch, length, channels = seen.shape[0], seen.shape[1] - len(taps) + 1, seen.shape[2]
    out = seen.new_empty(batch, length, channels, dtype=answers)
    kernel = _compiled("mix", answers)
    assert kernel is not None
    steps = batch * length
    args: list[Any] = [seen.contiguous(), taps.contiguous(), norm.weight, norm.bias, out]
    args += [steps, length, channels, norm.eps]
    kernel((-(-steps // WARPS), 1, 1), (LANES, WARPS, 1), args)
    return out


def packed(weight: Tensor) -> Tensor:
    """float[N, K] -> half[N, K] with as many zeros around it as `multiply` reads."""
    width, depth = weight.shape
    halves = weight.new_zeros(-(-width // WIDE) * WIDE, -(-depth // DEEP) * DEEP, dtype=torch.half)
    halves[:width, :depth] = weight
    return halves


def multiply(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """float x[..., K] times a `packed` weight, plus bias[N] -> float[..., N].

    As exact as in float32; a row is, bit by bit, what it is alone.
    """
    kernel = _compiled("rows")
    assert kernel is not None
    depth, width = x.shape[-1], len(bias)
    out = x.new_empty(*x.shape[:-1], width)
    if count := x.numel() // depth:
        args: list[Any] = [x.contiguous(), weight, bias, out]
        args += [count, width, depth, weight.shape[1]]
        kernel((len(weight) // WIDE, -(-count // TALL), 1), (4 * LANES, 1, 1), args)
    return out


def hear(queries: Tensor, keys: Tensor, values: Tensor, seen: Tensor, ring: int) -> Tensor:
    """queries[B, T, H, D], keys and values[B, ring + T, C], long seen[B] -> [B, T, C].

    Token i sees the places i ... i + ring, of which `seen` were there before. What it hears is, bit
    by bit, what it hears alone.
    """
    kernel = _compiled("hear")
    assert kernel is not None
    batch, count, heads, width = queries.shape
    out = queries.new_empty(batch, count, heads * width)
    if items := batch * count * heads:
        args: list[Any] = [each.contiguous() for each in (queries, keys, values, seen)]
        args += [out, batch, count, ring, heads, width, width**-0.5]
        kernel((-(-items // WARPS), 1, 1), (LANES, WARPS, 1), args)
    return out
