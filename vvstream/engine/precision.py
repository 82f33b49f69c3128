"""Which layer multiplies in which precision, on which device.

Durations and pitch decide when something is heard. They must come out the same whoever else is
served, bit by bit: a duration that is rounded the other way shifts all that follows by a frame, and
a pitch that differs in its last bit turns the phase of every harmonic from there on. The layers
that they come from give each row what they would give it alone, by products that do so, with the
half-precision weights as they are in the file, so that nothing is lost. The two large stacks, which
make the timbre, take fewer bits in mixed precision: bytes on a CPU that multiplies them, halves on
a GPU.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch

from vvstream.acoustic.model import AcousticModel
from vvstream.engine.placement import Places
from vvstream.streaming.conv import ConvStack
from vvstream.streaming.precision import by_rows, every, halve, lower, quarter
from vvstream.vocoder.model import Vocoder


def suit(
    acoustics: Iterable[AcousticModel], vocoder: Vocoder, where: Places, *, mixed: bool
) -> None:
    """Replace layers of the models, in place, by those that suit their devices."""
    for acoustic in acoustics:
        if mixed:
            _mix(acoustic.decoder.mel_stack, where.acoustic)
        if where.acoustic.type == "cpu":
            halve(acoustic, every)
        else:
            by_rows(acoustic)
    if mixed:
        _mix(vocoder.stack, where.vocoder)
    if where.vocoder.type == "cpu":
        halve(vocoder, every)
    else:
        by_rows(vocoder)


def _mix(stack: ConvStack, device: torch.device) -> None:
    if device.type == "cpu":
        quarter(stack)
    else:
        # What is between two layers of a block stays in halves. It would be rounded to them all the
        # same, and a GPU is as fast as its memory is read.
        lower(stack.blocks, torch.float16, answers=torch.float16)
        lower(stack, torch.float16)

