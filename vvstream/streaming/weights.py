"""Weights on disk: a safetensors file a model, sizes and notes in its header.

Large matrices are 8-bit integers with a scale for each row, the rest is half precision. A CPU
multiplies by just these integers (precision.ByteLinear), so that nothing is lost twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from vvstream.errors import ConfigError
from vvstream.streaming.precision import SMALLEST

KEY: Final = "vvstream"  # of our header among the file's metadata
SCALE: Final = ".scale"  # ends the name of a matrix's scales
LARGEST_BYTE: Final = 127


def save_weights(path: Path, weights: Mapping[str, Tensor], header: Mapping[str, Any]) -> None:
    """Write weights. `header` is JSON: {"sizes": ..., and whatever the loader needs}."""
    stored: dict[str, Tensor] = {}
    for name, weight in weights.items():
        plain = weight.detach().cpu()
        if plain.ndim == 2 and plain.numel() >= SMALLEST:
            rows = plain.float()
            scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-12) / LARGEST_BYTE
            stored[name] = (rows / scale).round().to(torch.int8)
            stored[name + SCALE] = scale
        else:
            stored[name] = plain.half().contiguous()
    save_file(stored, path, {KEY: json.dumps(header)})


def read_weights(path: Path) -> dict[str, Tensor]:
    """The weights of `save_weights`, as float16: so what multiplies halves has them exactly."""
    stored = load_file(path)
    weights = {name: x for name, x in stored.items() if not name.endswith(SCALE)}
    for name, integers in weights.items():
        if (scale := stored.get(name + SCALE)) is not None:
            weights[name] = (integers * scale).half()
    return weights


def read_header(path: Path) -> dict[str, Any]:
    """The JSON header of `save_weights`. Raises ConfigError if the file is not one of ours."""
    try:
        with safe_open(path, "pt") as file:
            header: dict[str, Any] = json.loads((file.metadata() or {})[KEY])
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise ConfigError(f"{path}: not a weights file of vvstream: {error}") from error
    return header


def amend_header(path: Path, **changed: object) -> None:
    """Change keys of a file's header; the weights stay bit by bit what they are."""
    header = {**read_header(path), **changed}
    finished = path.with_suffix(".tmp")
    save_file(load_file(path), finished, {KEY: json.dumps(header)})
    finished.rename(path)


def fill(module: nn.Module, path: Path) -> None:
    """Copy the weights of a file into a module of the same shapes.

    Raises ConfigError naming what is missing, unknown or of another shape.
    """
    stored = read_weights(path)
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
