"""An engine for a test."""

from collections.abc import AsyncIterator

import pytest

from tests.support.engines import engine_of
from vvstream.engine.service import SpeechEngine


@pytest.fixture
async def engine() -> AsyncIterator[SpeechEngine]:
    engine = engine_of()
    yield engine
    await engine.close()
