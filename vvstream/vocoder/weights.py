"""The vocoder, one for all languages and voices, from a file."""

from __future__ import annotations

from pathlib import Path

from vvstream.errors import ConfigError
from vvstream.streaming.weights import fill, read_header
from vvstream.vocoder.model import Vocoder, VocoderSizes


def load_vocoder(path: Path) -> Vocoder:
    """Raises ConfigError if the file is not a vocoder."""
    try:
        sizes = dict(read_header(path)["sizes"])
        sizes["exits"] = tuple(sizes.get("exits", ()))
        vocoder = Vocoder(VocoderSizes(**sizes))
    except (KeyError, TypeError) as error:
        raise ConfigError(f"{path}: not a vocoder: {error}") from error
    fill(vocoder, path)
    return vocoder.eval().requires_grad_(False)
