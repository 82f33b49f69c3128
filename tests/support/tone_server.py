"""`python -m tests.support.tone_server serve …`: the real command line, over the tone engine."""

import os
import sys
from types import ModuleType

import vvstream
from tests.support.tone import Faults, ToneEngine
from vvstream.__main__ import main
from vvstream.config import Config


def load(config: Config, device: str) -> ToneEngine:
    """As vvstream.engine.load."""
    faults = Faults(never_warm="TONE_NEVER_WARM" in os.environ)
    return ToneEngine(slots=config.engine.slots, faults=faults)


if __name__ == "__main__":
    # In place of the engine: what it is made of takes seconds to import.
    engine = ModuleType("vvstream.engine")
    vars(engine)["load"] = load
    sys.modules["vvstream.engine"] = vars(vvstream)["engine"] = engine
    sys.exit(main(program="tests.support.tone_server"))
