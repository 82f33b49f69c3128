"""The one module that knows what a GPU is."""

from __future__ import annotations

import torch

from vvstream.errors import ConfigError


def pick_device(wanted: str) -> torch.device:
    """auto | cpu | cuda -> a device. Raises ConfigError if a GPU is asked for and there is none."""
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise ConfigError("device: cuda was asked for, but no CUDA GPU is there; use auto or cpu")
    if wanted == "cpu" or not available:
        return torch.device("cpu")
    return torch.device("cuda")
