"""What of the configuration can be changed while the server runs, checked as strictly as the file.

A name is that of the options of speech, "steps", or a block and a key of config/model.yaml,
"session.lead_seconds". All else needs a restart, and says so.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from vvstream.config import Config
from vvstream.errors import VvstreamError

Settings = dict[str, Any]

SPEECH: Final = ("steps", "cfg", "speed", "seed")
# Name -> what it is, in words. The values hold for what begins after the change.
CHANGEABLE: Final = {
    "steps": "of a speech whose client names none",
    "cfg": "of a speech whose client names none",
    "speed": "of a speech whose client names none",
    "seed": "of a speech whose client names none",
    "log_level": "of this server's log",
    "session.text_characters": "of a plain call, and not yet spoken of a session",
    "session.lead_seconds": "audio made ahead of the listener",
    "session.window_seconds": "audio made and not yet acknowledged, or not yet sent",
    "session.replay_seconds": "sent audio kept for a resume",
    "session.session_ttl": "a session without a socket is kept so long, in seconds",
    "session.sessions": "sessions at once",
    "session.idle_seconds": "until a session in which nothing happens is closed",
    "session.stall_seconds": "until a socket that takes nothing is dropped",
    "session.idle_flush_ms": "until a text that ran dry is spoken",
    "server.connections": "sockets at once",
    "access.connections_per_minute": "per key or address; 0: no limit",
    "access.characters_per_minute": "per key or address; 0: no limit",
    "access.sessions": "per key or address; 0: no limit",
    "admission.memory_share": "of the engine's memory in use, above which newcomers are refused",
    "admission.lateness_ms": "of ticks, above which newcomers are refused",
    "admission.retry_seconds": "that the refused are told to wait",
}


class NotChanged(VvstreamError):
    """Nothing was changed; `faults` says by name what was wrong."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {fault}" for name, fault in faults.items()))
        self.faults = dict(faults)


def changed(config: Config, values: Mapping[str, Any]) -> Config:
    """The configuration with these values. Raises NotChanged, and then nothing was changed."""
    faults: dict[str, str] = {}
    data = config.model_dump()
    for name, value in values.items():
        if name in CHANGEABLE:
            *blocks, key = _path(name)
            block = data
            for each in blocks:
                block = block[each]
            block[key] = value
        elif _exists(config, name):
            faults[name] = "cannot be changed while the server runs"
        else:
            faults[name] = "unknown"
    names = {_path(name): name for name in CHANGEABLE}
    try:
        after = Config.model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            place, message = tuple(str(part) for part in detail["loc"]), detail["msg"]
            if place:
                faults.setdefault(names[place], f"{message}, got {detail['input']!r}")
            else:  # what does not fit together names both
                faults |= {name: message for name in values if name in message}
    if faults:
        raise NotChanged(faults)
    return after


def settings(config: Config) -> dict[str, Settings]:
    """Each name with its value, its type and its limits, for people and programs."""
    schema = Config.model_json_schema()
    described = {}
    for name, about in CHANGEABLE.items():
        part, value = schema, config.model_dump()
        for key in _path(name):
            part = schema["$defs"][_named(part)] if "$ref" in part else part
            part, value = part["properties"][key], value[key]
        described[name] = {"value": value, **_limits(part), "about": about}
    return described


def values(config: Config) -> Settings:
    """What is in force, by name."""
    return {name: each["value"] for name, each in settings(config).items()}


def _path(name: str) -> tuple[str, ...]:
    return ("speech", name) if name in SPEECH else tuple(name.split("."))


def _exists(config: Config, name: str) -> bool:
    part: Any = config
    for key in name.split("."):
        fields = getattr(type(part), "model_fields", {})
        if key not in fields:
            return False
        part = getattr(part, key)
    return True


def _named(part: Mapping[str, Any]) -> str:
    reference: str = part["$ref"]
    return reference.rpartition("/")[2]


def _limits(part: Mapping[str, Any]) -> Settings:
    found: Settings = {"type": part.get("type", "string")}
    for theirs, ours in (
        ("minimum", "minimum"),
        ("exclusiveMinimum", "above"),
        ("maximum", "maximum"),
        ("enum", "choices"),
    ):
        if theirs in part:
            found[ours] = part[theirs]
    return found
