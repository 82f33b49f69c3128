"""What a GPU does in one go where torch would read and write the same numbers twenty times.

A GPU is as fast at these networks as its memory is read. The kernel is compiled by the CUDA library
that torch brings along, when it is first used; where that cannot be, torch's own steps are taken.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)
WARPS: Final = 8  # of a block; each makes the channels of one step of time
LANES: Final = 32
MOST_CHANNELS: Final = 512

# float seen[B, T + KERNEL - 1, C], taps[KERNEL, C], scale[C], shift[C] -> NUMBER out[B, T, C].
# Sums are in a fixed order: what comes out for a row does not depend on its neighbours.
SOURCE: Final = """
#define KERNEL 7
#define EACH 16  // channels of a lane, at most

__device__ float everyone(float x) {
    for (int other = 16; other; other /= 2) x += __shfl_xor_sync(0xffffffffu, x, other);
    return x;
}

__device__ void store(float* to, float x) { *to = x; }

__device__ void store(unsigned short* to, float x) {
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(*to) : "f"(x));
}

extern "C" __global__ void mix(
    const float* seen, const float* taps, const float* scale, const float* shift, NUMBER* out,
    int steps, int length, int channels, double epsilon
) {
    int lane = threadIdx.x, step = blockIdx.x * blockDim.y + threadIdx.y;
    if (step >= steps) return;
    // Each row has KERNEL - 1 steps more than come out of it.
    long long before = (long long)step + (long long)(step / length) * (KERNEL - 1);
    const float* from = seen + before * channels;
    float kept[EACH], sum = 0, spread = 0;
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int c = lane + 32 * i;
        kept[i] = 0;
        if (c >= channels) continue;
#pragma unroll
        for (int tap = 0; tap < KERNEL; tap++)
            kept[i] = fmaf(from[tap * channels + c], taps[tap * channels + c], kept[i]);
        sum += kept[i];
    }
    float mean = everyone(sum) / channels;
#pragma unroll
    for (int i = 0; i < EACH; i++)
        if (lane + 32 * i < channels) spread += (kept[i] - mean) * (kept[i] - mean);
    float rate = rsqrtf(everyone(spread) / channels + (float)epsilon);
    NUMBER* to = out + (long long)step * channels;
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int c = lane + 32 * i;
        if (c < channels)
            store(to + c, (kept[i] - mean) * rate * scale[c] + shift[c]);
    }
}
"""
NUMBERS: Final = {torch.float16: "unsigned short", torch.float32: "float"}


@cache
def _compiled(answers: torch.dtype) -> Callable[..., None] | None:
    source = SOURCE.replace("NUMBER", NUMBERS[answers])
    try:
        kernel: Callable[..., None] = torch.cuda._compile_kernel(source, "mix")
    except (RuntimeError, OSError, AttributeError) as error:
        log.warning("no kernel of our own", extra={"record": {"reason": str(error)}})
        return None
    return kernel


def fits(seen: Tensor) -> bool:
    """Whether `mix` can be asked."""
    if not (seen.is_cuda and torch.is_inference_mode_enabled()):
        return False
    return seen.shape[2] <= MOST_CHANNELS and _compiled(torch.float32) is not None


def mix(seen: Tensor, taps: Tensor, norm: nn.LayerNorm, answers: torch.dtype) -> Tensor:
    """A causal depthwise convolution and the norm after it.

    seen float[B, T + 6, C], taps[7, C] -> [B, T, C] in float16 or float32.
    """
    batch, length, channels = seen.shape[0], seen.shape[1] - len(taps) + 1, seen.shape[2]
    out = seen.new_empty(batch, length, channels, dtype=answers)
    kernel = _compiled(answers)
    assert kernel is not None
    steps = batch * length
    args: list[Any] = [seen.contiguous(), taps.contiguous(), norm.weight, norm.bias, out]
    args += [steps, length, channels, norm.eps]
    kernel((-(-steps // WARPS), 1, 1), (LANES, WARPS, 1), args)
    return out
