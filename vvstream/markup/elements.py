"""The elements of SSML that are known, and what each changes for the words inside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import quoteattr

from vvstream.markup import values
from vvstream.options import PLAIN, Manner

PROSODY: Final = ("rate", "pitch", "volume")
GIVING: Final = frozenset(("say-as", "sub", "phoneme"))
"""What they say is not what stands in them."""
SENTENCES: Final = frozenset(("p", "s", "speak"))
"""A sentence ends with them."""
_NAMES: Final = GIVING | SENTENCES | {"break", "emphasis", "prosody", "lang", "voice", "mark"}

# A raised voice is slower, higher and louder, all by a little (Ladd 2008, 2.3).
_EMPHASIS: Final[Mapping[str, Manner]] = MappingProxyType({
    "strong": Manner(rate=0.82, pitch=1.15, volume=1.4),
    "moderate": Manner(rate=0.9, pitch=1.08, volume=1.2),
    "none": PLAIN,
    "reduced": Manner(rate=1.1, pitch=0.95, volume=0.8),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Element:
    """One that is open, with what holds inside it."""

    name: str
    attributes: Mapping[str, str]
    tag: str
    """Its start tag, written again."""
    manner: Manner = PLAIN
    stress: bool | None = None
    """True: words are stressed; False: they are not; None: as they come."""
    voice: str | None = None
    """Who speaks, by a name of the catalogue; None: the session's voice."""


def element(name: str, attributes: Mapping[str, str], parent: Element | None) -> Element:
    """An element that opens inside another, with what it inherits; `voice` is the caller's."""
    pairs = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    tag = f"<{name}{pairs}>"
    if parent is None:
        return Element(name, attributes, tag)
    return replace(parent, name=name, attributes=attributes, tag=tag)


def changed(opened: Element) -> tuple[Element, list[str]]:
    """The element with its own manner put onto what it inherits, and what was wrong with it."""
    faults = _unknown(opened)
    match opened.name:
        case "emphasis":
            level = opened.attributes.get("level", "moderate")
            if level not in _EMPHASIS:
                faults.append(f"level: expected {', '.join(_EMPHASIS)}, got {ascii(level[:24])}")
                level = "none"
            stress = {"strong": True, "moderate": True, "reduced": False}.get(level)
            manner = _times(opened.manner, _EMPHASIS[level])
            return replace(opened, manner=manner, stress=stress), faults
        case "prosody":
            own = PLAIN
            for name in PROSODY:
                if name in opened.attributes:
                    text = opened.attributes[name].strip()
                    try:
                        own = replace(own, **{name: _READERS[name](text)})
                    except ValueError as error:
                        faults.append(str(error))
            return replace(opened, manner=_times(opened.manner, own)), faults
        case _:
            return opened, faults


def break_seconds(attributes: Mapping[str, str]) -> float:
    """How long a `<break>` is. Raises ValueError."""
    if "time" in attributes:
        return values.seconds(attributes["time"].strip())
    return values.strength(attributes.get("strength", "medium").strip())


_READERS: Final = {"rate": values.rate, "pitch": values.pitch, "volume": values.volume}


def _times(one: Manner, other: Manner) -> Manner:
    return Manner(
        rate=values.within(one.rate * other.rate, values.RATES),
        pitch=values.within(one.pitch * other.pitch, values.PITCHES),
        volume=values.within(one.volume * other.volume, (0.0, values.LOUDEST)),
    )


def _unknown(opened: Element) -> list[str]:
    """What a writer may have hoped for and will not hear."""
    if opened.name not in _NAMES:
        known = ", ".join(sorted(_NAMES))
        return [f"is not known, what it holds is spoken; known: {known}"]
    if opened.name != "prosody":
        return []
    ignored = sorted(set(opened.attributes) - set(PROSODY))
    return [f"{name}: is not known; known: {', '.join(PROSODY)}" for name in ignored]
