"""`python -m tests.support.tone_server serve …`: the real command line, over the tone engine."""

import os
import sys
from pathlib import Path
from types import ModuleType

import vvstream
from tests.support.tone import Faults, ToneEngine
from vvstream import __main__ as command
from vvstream import config as configuration
from vvstream.config import Config


def load_config(path: Path) -> Config:
    """Only the language that tones speak: others' dictionaries take seconds to load."""
    config = configuration.load(path)
    return config.model_copy(update={"languages": {"en": config.languages["en"]}})


def load(config: Config, device: str) -> ToneEngine:
    """As vvstream.engine.load."""
    faults = Faults(never_warm="TONE_NEVER_WARM" in os.environ)
    return ToneEngine(slots=config.engine.slots, faults=faults)


if __name__ == "__main__":
    # In place of the engine: what it is made of takes seconds to import.
    engine = ModuleType("vvstream.engine")
    vars(engine)["load"] = load
    sys.modules["vvstream.engine"] = vars(vvstream)["engine"] = engine
    vars(command)["load"] = load_config
    sys.exit(command.main(program="tests.support.tone_server"))
