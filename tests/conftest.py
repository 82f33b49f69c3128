"""What every test shares: the event loop that async tests run on, and Hypothesis's profile."""

import os

import pytest
from hypothesis import settings

# A build must not fail by luck or by a slow machine: the same examples each time, no deadline.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# Before torch is imported: on models this small a second thread makes everything slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def anyio_backend() -> str:
    """The server runs on asyncio (uvicorn), so do the tests."""
    return "asyncio"
