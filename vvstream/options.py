"""How a text is to be spoken, and by whom."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Accent = Literal["en-US", "en-GB", "ja-JP", "zh-CN"]
"""How a language is pronounced, by its BCP 47 tag."""
ACCENTS: Final[tuple[Accent, ...]] = get_args(Accent)


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """The options of one utterance, checked: the engine takes them as they are."""

    voice: str
    """Canonical name; aliases are resolved before."""
    cfg: float
    steps: int
    speed: float
    """1.0 is the voice's own rate, 2.0 twice as fast."""
    seed: int


@dataclass(frozen=True, slots=True)
class Manner:
    """How some units of an utterance are spoken, beside the options of the whole."""

    rate: float = 1.0
    """2.0 is twice as fast; it multiplies the options' speed."""
    pitch: float = 1.0
    """A ratio of frequencies: 2.0 is an octave higher."""
    volume: float = 1.0
    """A ratio of amplitudes; 0.0 is silence."""
    seconds: float | None = None
    """How long each of the units lasts, where the voice is not to decide."""


PLAIN: Final = Manner()


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that the engine has loaded."""

    name: str
    language: str
    """The block of config/model.yaml that it belongs to: "en"."""
    gender: str
    accent: Accent = "en-US"
    """The pronunciations that it learned. Weights that name none have the American ones."""


CFG_RANGE: Final = (0.0, 10.0)
STEPS_RANGE: Final = (1, 50)
SPEED_RANGE: Final = (0.5, 2.0)
SEED_RANGE: Final = (0, 2**32 - 1)
