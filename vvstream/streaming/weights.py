"""Weights on disk: a safetensors file a model, half precision, sizes and notes in its header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from vvstream.errors import ConfigError


def save_weights(path: Path, weights: Mapping[str, Tensor], header: Mapping[str, Any]) -> None:
    """Write float16 weights. `header` is JSON: {"sizes": ..., and whatever the loader needs}."""
    halves = {name: weight.detach().cpu().half().contiguous() for name, weight in weights.items()}
    save_file(halves, path, {"vvstream": json.dumps(header)})


def read_header(path: Path) -> dict[str, Any]:
    """The JSON header of `save_weights`. Raises ConfigError if the file is not one of ours."""
    try:
        with safe_open(path, "pt") as file:
            header: dict[str, Any] = json.loads((file.metadata() or {})["vvstream"])
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise ConfigError(f"{path}: not a weights file of vvstream: {error}") from error
    return header


def fill(module: nn.Module, path: Path) -> None:
    """Copy the weights of a file into a module of the same shapes.

    Raises ConfigError naming what is missing, unknown or of another shape.
    """
    with safe_open(path, "pt") as file:
        stored = {name: file.get_tensor(name) for name in file.keys()}
    own = dict(module.named_parameters())
    if stored.keys() != own.keys():
        differing = sorted(stored.keys() ^ own.keys())
        raise ConfigError(f"{path}: weights differ from the model: {differing}")
    with torch.no_grad():
        for name, parameter in own.items():
            if parameter.shape != stored[name].shape:
                got, expected = list(stored[name].shape), list(parameter.shape)
                raise ConfigError(f"{path}: {name} is {got}, expected {expected}")
            parameter.copy_(stored[name])
