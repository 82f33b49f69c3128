"""One reader for the fields of a message and the parameters of a URL.

Every refusal says what was expected and what came, and quotes no more than a few characters.
"""

import math
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, TypeVar

from vvstream.errors import BadRequest
from vvstream.options import CFG_RANGE, SEED_RANGE, SPEED_RANGE, STEPS_RANGE
from vvstream.protocol.messages import (
    ALL_EVENTS,
    NO_EVENTS,
    EventKind,
    Markup,
    Pace,
    Start,
    Wishes,
)

SESSION_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
WISHES = ("voice", "language", "cfg", "steps", "speed", "seed")
START = (*WISHES, "session_id", "from", "pace", "markup", "events", "key")
NUMBERS = frozenset({"cfg", "steps", "speed", "seed", "from"})
SHOWN = 24

_IN_JSON: Final[dict[object, str]] = {None: "nothing", True: "true", False: "false"}

Choice = TypeVar("Choice", bound=Enum)


def show(value: object) -> str:
    """Quote a client's value, cut short, with nothing in it that a terminal would obey."""
    text = _IN_JSON[value] if value is None or isinstance(value, bool) else ascii(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def check_names(names: Iterable[str], known: tuple[str, ...], what: str) -> None:
    """Raise BadRequest, naming the known ones, for a name that is not among them."""
    for name in names:
        if name not in known:
            raise BadRequest(f"unknown {what} {show(name)}; known: {', '.join(known) or 'none'}")


def string(fields: Mapping[str, object], name: str) -> str | None:
    """A string of the message, or None where it is not given. Raises BadRequest."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"{name}: expected a string, got {_kind(value)}")
    return value


def number(fields: Mapping[str, object], name: str, low: float, high: float) -> float | None:
    """A finite number in [low, high], or None. Raises BadRequest."""
    value = fields.get(name)
    if value is None:
        return None
    # bool is an int in Python, not in JSON.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadRequest(f"{name}: expected a number from {low:g} to {high:g}, got {show(value)}")
    return float(value)


def integer(fields: Mapping[str, object], name: str, low: int, high: int) -> int | None:
    """A whole number in [low, high], or None. Raises BadRequest."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadRequest(f"{name}: expected a whole number from {low} to {high}, got {show(value)}")
    return value


def choice(fields: Mapping[str, object], name: str, kind: type[Choice]) -> Choice | None:
    """A member of an enum by its value, or None. Raises BadRequest."""
    value = fields.get(name)
    if value is None:
        return None
    for member in kind:
        if member.value == value:
            return member
    raise BadRequest(f"{name}: expected {_either(kind)}, got {show(value)}")


def events(fields: Mapping[str, object]) -> frozenset[EventKind] | None:
    """A list of kinds, or None where none is given. Raises BadRequest."""
    value = fields.get("events")
    if value is None:
        return None
    if not isinstance(value, list):
        raise BadRequest(f"events: expected a list of {_either(EventKind)}, got {_kind(value)}")
    return frozenset(
        kind for item in value if (kind := choice({"events": item}, "events", EventKind))
    )


def wishes(fields: Mapping[str, object]) -> Wishes:
    """The options of the speech. Raises BadRequest."""
    return Wishes(
        voice=string(fields, "voice"),
        language=string(fields, "language"),
        cfg=number(fields, "cfg", *CFG_RANGE),
        steps=integer(fields, "steps", *STEPS_RANGE),
        speed=number(fields, "speed", *SPEED_RANGE),
        seed=integer(fields, "seed", *SEED_RANGE),
    )


def start(fields: Mapping[str, object]) -> Start:
    """The fields of `start`, which are those of the URL too. Raises BadRequest."""
    session_id = string(fields, "session_id")
    if session_id is not None and not SESSION_ID.fullmatch(session_id):
        raise BadRequest(f"session_id: expected 1 to 64 of A-Z a-z 0-9 _ -, got {show(session_id)}")
    from_seq = integer(fields, "from", 0, 2**53)
    if from_seq is not None and session_id is None:
        raise BadRequest("from: expected a session_id beside it")
    return Start(
        wishes=wishes(fields),
        session_id=session_id,
        from_seq=from_seq,
        pace=choice(fields, "pace", Pace),
        markup=choice(fields, "markup", Markup),
        events=events(fields),
        key=string(fields, "key"),
    )


_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")


def typed(name: str, value: str) -> object:
    """A URL's parameter as JSON would have it; what does not fit stays a string, to be refused."""
    if name == "events":
        named = {"0": NO_EVENTS, "1": ALL_EVENTS}.get(value)
        return value.split(",") if named is None else [kind.value for kind in named]
    if name in NUMBERS:
        if _WHOLE.fullmatch(value):
            return int(value)
        if _DECIMAL.fullmatch(value) and math.isfinite(float(value)):
            return float(value)
    return value


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "a list", str: "a string"}
    return "nothing" if value is None else names.get(type(value), "an object")


def _either(kind: type[Enum]) -> str:
    return " or ".join(str(member.value) for member in kind)
