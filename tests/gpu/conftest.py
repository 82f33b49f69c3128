"""What runs on a GPU, skipped in words where there is none: `pytest tests/gpu -rs -s`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from vvstream.config import Config
from vvstream.config import load as load_config
from vvstream.engine.load import Parts, assemble

HERE = Path(__file__).parent
SHIPPED = load_config(HERE.parents[1] / "config/model.yaml", {})
NO_GPU = "no CUDA GPU is here"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not torch.cuda.is_available():
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=NO_GPU))


def config(**engine: Any) -> Config:
    """The shipped configuration, on a GPU, with some of its keys changed."""
    changed = SHIPPED.engine.model_copy(update={"device": "cuda", "slots": 1024, **engine})
    return SHIPPED.model_copy(update={"engine": changed})


@pytest.fixture(autouse=True)
def whole_device() -> Iterator[None]:
    """A limit of one test is none of the next."""
    yield
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(1.0)


@pytest.fixture(scope="session")
def warm() -> Parts:
    """The shipped voice in mixed precision, with its graphs recorded."""
    parts = assemble(config(), "cuda")
    parts.ticker.warm_up(512)
    return parts


@pytest.fixture(scope="session")
def reference() -> Parts:
    """The same on the CPU, in float32."""
    return assemble(config(device="cpu", precision="fp32"), "cpu")
