"""What every test shares: the event loop that async tests run on, and Hypothesis's profile."""

import os
import signal

import pytest
from hypothesis import settings

# A build must not fail by luck or by a slow machine: the same examples each time, no deadline.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# Before torch is imported: on models this small a second thread makes everything slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A job in a shell's background ignores Ctrl-C, and so would every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def anyio_backend() -> str:
    """The server runs on asyncio (uvicorn), so do the tests."""
    return "asyncio"
