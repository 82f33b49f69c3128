"""Where each stage computes."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vvstream.config import Config
from vvstream.engine.cuda import pick_device


@dataclass(frozen=True, slots=True)
class Places:
    """The devices of the two stages."""

    acoustic: torch.device
    vocoder: torch.device

    @property
    def gpu(self) -> torch.device | None:
        """The GPU, if one of them is on it."""
        both = (self.acoustic, self.vocoder)
        return next((device for device in both if device.type == "cuda"), None)

    @property
    def cpu(self) -> bool:
        """Whether one of them is on the CPU."""
        return "cpu" in (self.acoustic.type, self.vocoder.type)


def places(config: Config, device: str) -> Places:
    """`engine.placement` says it, else VIBE_CPU_OFFLOAD for the acoustic stage, else `device`.

    Raises ConfigError for a GPU that is not there.
    """
    wanted = config.engine.placement
    acoustic = "cpu" if wanted.acoustic == "auto" and config.cpu_offload else wanted.acoustic
    return Places(
        pick_device(device if acoustic == "auto" else acoustic),
        pick_device(device if wanted.vocoder == "auto" else wanted.vocoder),
    )
