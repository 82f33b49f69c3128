"""What the attributes of SSML say, in numbers. Each raises ValueError for anything else."""

import re
from itertools import accumulate, pairwise
from typing import Final

LONGEST_BREAK: Final = 10.0
"""Seconds."""
RATES: Final = (0.5, 2.0)
PITCHES: Final = (0.5, 2.0)
LOUDEST: Final = 2.0

_RATES: Final = {
    "x-slow": 0.5, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6,
}  # fmt: skip
_PITCHES: Final = {
    "x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0,
}  # fmt: skip
"""In semitones."""
_VOLUMES: Final = {
    "x-soft": -9.0, "soft": -4.5, "medium": 0.0, "default": 0.0, "loud": 3.0, "x-loud": 6.0,
}  # fmt: skip
"""In decibels."""
_BREAKS: Final = {
    "none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2,
}  # fmt: skip
_NUMBER: Final = r"(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})"
_PERCENT: Final = re.compile(rf"([+-]?){_NUMBER}%")
_SEMITONES: Final = re.compile(rf"([+-]?){_NUMBER}st")
_DECIBELS: Final = re.compile(rf"([+-]?){_NUMBER}dB", re.IGNORECASE)
_SECONDS: Final = re.compile(rf"\+?{_NUMBER}(m?s)")


def rate(text: str) -> float:
    """ "slow", "80%" (of the rate around it), "+20%" or "1.2"."""
    if text in _RATES:
        return _RATES[text]
    if (ratio := _ratio(text)) is not None:
        return ratio
    if re.fullmatch(_NUMBER, text):
        return float(text)
    raise ValueError(f"rate: expected {_either(_RATES)}, 80%, +20% or 1.2, got {_show(text)}")


def pitch(text: str) -> float:
    """ "high", "+2st" (semitones) or "+10%", as a ratio."""
    if text in _PITCHES:
        return _octaves(_PITCHES[text])
    if found := _SEMITONES.fullmatch(text):
        return _octaves(_signed(*found.groups()))
    if text[:1] in ("+", "-") and (ratio := _ratio(text)) is not None:
        return ratio
    raise ValueError(f"pitch: expected {_either(_PITCHES)}, +2st or +10%, got {_show(text)}")


def volume(text: str) -> float:
    """ "loud", "silent", "+6dB", or 0 to 100, as a ratio of amplitudes."""
    if text == "silent":
        return 0.0
    if text in _VOLUMES:
        return _amplitude(_VOLUMES[text])
    if found := _DECIBELS.fullmatch(text):
        return _amplitude(_signed(*found.groups()))
    if re.fullmatch(_NUMBER, text) and float(text) <= 100:
        return float(text) / 100
    raise ValueError(
        f"volume: expected silent, {_either(_VOLUMES)}, +6dB or 0 to 100, got {_show(text)}"
    )


def seconds(text: str) -> float:
    """ "500ms" or "1.5s"."""
    found = _SECONDS.fullmatch(text)
    if found is None:
        raise ValueError(f"time: expected 500ms or 1.5s, got {_show(text)}")
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def strength(text: str) -> float:
    """The seconds of a "strong" or "weak" break."""
    if text not in _BREAKS:
        raise ValueError(f"strength: expected {_either(_BREAKS)}, got {_show(text)}")
    return _BREAKS[text]


def within(value: float, limits: tuple[float, float]) -> float:
    """The value, or the limit that it is beyond."""
    low, high = limits
    return min(high, max(low, value))


def _ratio(text: str) -> float | None:
    """ "80%" is 0.8 and "+20%" is 1.2; None for what is no percentage."""
    found = _PERCENT.fullmatch(text)
    if found is None:
        return None
    sign, amount = found.groups()
    return 1 + _signed(sign, amount) / 100 if sign else float(amount) / 100


def _signed(sign: str, amount: str) -> float:
    return -float(amount) if sign == "-" else float(amount)


def _octaves(semitones: float) -> float:
    return float(2 ** (within(semitones, (-24.0, 24.0)) / 12))


def _amplitude(decibels: float) -> float:
    return float(10 ** (within(decibels, (-96.0, 24.0)) / 20))


def _either(names: dict[str, float]) -> str:
    return ", ".join(names)


def _show(text: str) -> str:
    return ascii(text[:24])


def date_parts(text: str, order: str) -> list[str]:
    """The figures of a date: "5/10/2024", "5.10.", and "20241005" by the lengths that `order`
    ("ymd") gives them."""
    parts = re.split(r"[-/. ]+", text.rstrip("."))
    ends = list(accumulate(4 if part == "y" else 2 for part in order))
    if len(parts) == 1 and len(order) > 1 and len(text) == ends[-1]:
        return [text[start:end] for start, end in pairwise([0, *ends])]
    return parts
