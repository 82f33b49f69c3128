"""JSON and URLs to messages, messages to JSON. Nothing is guessed and nothing is ignored."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from vvstream.errors import BadRequest
from vvstream.protocol import fields
from vvstream.protocol.messages import (
    Ack,
    Cancel,
    Cancelled,
    ClientMessage,
    Done,
    End,
    Error,
    Flush,
    Flushed,
    Phoneme,
    Ping,
    Pong,
    Reached,
    Ready,
    ServerMessage,
    Start,
    Text,
    Update,
    Viseme,
    Warn,
    Word,
)

PARAMETERS = ("text", *fields.START)
MESSAGES: dict[str, tuple[str, ...]] = {
    "start": fields.START,
    "text": ("text",),
    "flush": (),
    "cancel": (),
    "ack": ("seq",),
    "update": fields.WISHES,
    "end": (),
    "ping": (),
}
# A close frame carries 125 bytes, two of which are the code.
REASON_BYTES = 123


@dataclass(frozen=True, slots=True)
class Call:
    """What a URL asks for: a plain call where there is `text`, else a session."""

    text: str | None
    start: Start
    bare: bool
    """Not one parameter was given."""


def parse_query(query: str) -> Call:
    """Read the part of a URL after the "?". Raises BadRequest."""
    values: dict[str, object] = {}
    for part in filter(None, query.split("&")):
        raw_name, _, raw_value = part.partition("=")
        name, value = _unquote(raw_name, "a name"), raw_value
        fields.check_names([name], PARAMETERS, "parameter")
        if name in values:
            raise BadRequest(f"{name}: given twice")
        values[name] = fields.typed(name, _unquote(value, name))
    return Call(fields.string(values, "text"), fields.start(values), bare=not values)


def parse_message(data: str) -> ClientMessage:
    """Read one text message of a client. Raises BadRequest."""
    try:
        value = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        place = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadRequest(f"expected a JSON object, got something else{place}") from None
    if not isinstance(value, dict):
        raise BadRequest(f"expected a JSON object, got {fields.show(value)}")
    kind = value.pop("type", None)
    if not isinstance(kind, str) or kind not in MESSAGES:
        raise BadRequest(f"type: expected one of {', '.join(MESSAGES)}; got {fields.show(kind)}")
    fields.check_names(value, MESSAGES[kind], f"field of {kind}")
    return _message(kind, value)


def dump(message: ServerMessage) -> str:
    """Write a server's message as JSON."""
    return json.dumps(_plain(message), ensure_ascii=False, separators=(",", ":"))


def close_reason(message: str) -> str:
    """Cut a message to what a close frame can hold, between two characters."""
    data = message.encode("utf-8", "replace")
    if len(data) <= REASON_BYTES:
        return data.decode("utf-8")
    return data[: REASON_BYTES - 3].decode("utf-8", "ignore") + "..."


def _message(kind: str, value: dict[str, object]) -> ClientMessage:
    match kind:
        case "start":
            return fields.start(value)
        case "text":
            if not isinstance(text := value.get("text"), str):
                raise BadRequest("text: expected a string beside the type")
            return Text(text)
        case "ack":
            if (seq := fields.integer(value, "seq", 0, 2**53)) is None:
                raise BadRequest("ack: expected seq, the number of the last frame played")
            return Ack(seq)
        case "update":
            return Update(fields.wishes(value))
        case "flush":
            return Flush()
        case "cancel":
            return Cancel()
        case "end":
            return End()
        case _:
            return Ping()


def _unquote(raw: str, name: str) -> str:
    data = unquote_to_bytes(raw.replace("+", " "))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start
        raise BadRequest(
            f"{name}: expected UTF-8, percent-encoded; byte {at} is 0x{data[at]:02x}"
        ) from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


NAMES: dict[type[ServerMessage], str] = {
    Ready: "ready",
    Word: "word",
    Phoneme: "phoneme",
    Viseme: "viseme",
    Flushed: "flushed",
    Cancelled: "cancelled",
    Pong: "pong",
    Done: "done",
    Warn: "warning",
    Error: "error",
}


def _plain(message: ServerMessage) -> dict[str, Any]:
    name = {"type": NAMES[type(message)]}
    match message:
        case Cancelled():
            heard = _fields(message.heard)
            return {**name, "seq": message.seq, **_fields(message.sent), "heard": heard}
        case Error(retry_after=None):
            return {**name, "code": message.code, "message": message.message}
        case _:
            return {**name, **_fields(message)}


def _fields(value: ServerMessage | Reached) -> dict[str, Any]:
    return {field: getattr(value, field) for field in value.__slots__}
