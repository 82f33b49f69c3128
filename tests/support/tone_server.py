"""`python -m tests.support.tone_server serve …`: the real command line, over the tone engine."""

import os
import sys

from tests.support.tone import Faults, ToneEngine
from vvstream import engine
from vvstream.__main__ import main
from vvstream.config import Config


def load(config: Config, device: str) -> ToneEngine:
    """As vvstream.engine.load."""
    faults = Faults(never_warm="TONE_NEVER_WARM" in os.environ)
    return ToneEngine(slots=config.engine.slots, faults=faults)


if __name__ == "__main__":
    engine.load = load  # type: ignore[assignment]
    sys.exit(main())
