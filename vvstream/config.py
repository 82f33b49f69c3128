"""The configuration: strict, frozen, and precise about what is wrong with it.

`load` reads config/model.yaml into a `Config`; an unknown key, a missing one or a value of the
wrong type is a `ConfigError` that names the key and its line.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

import yaml
from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from vvstream.errors import ConfigError
from vvstream.options import CFG_RANGE, SEED_RANGE, SPEED_RANGE, STEPS_RANGE

Location: TypeAlias = tuple[int | str, ...]
Seconds: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(gt=0)]
CountOrNone: TypeAlias = Annotated[int, Field(ge=0)]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]
LOG_LEVELS: tuple[str, ...] = get_args(LogLevel)
# YAML has lists only; strict validation would want tuples.
Names: TypeAlias = Annotated[tuple[str, ...], Strict(False)]

# The longest UTF-8 character is four bytes, each three characters once percent-encoded.
URL_BYTES_PER_CHARACTER = 12


class Block(BaseModel):
    """What all blocks share: no coercion, no unknown keys, no changes afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Server(Block):
    """`server:` the sockets."""

    host: str
    port: Annotated[int, Field(ge=0, le=65_535)]
    origins: Names
    connections: Count
    request_bytes: Count
    message_bytes: Count
    send_buffer_bytes: Count
    handshake_seconds: Seconds
    start_wait_seconds: Seconds
    ping_seconds: Seconds
    ping_timeout_seconds: Seconds
    close_seconds: Seconds
    drain_seconds: Seconds
    log_text: bool


class Session(Block):
    """`session:` one listener's limits."""

    text_characters: Count
    lead_seconds: Seconds
    window_seconds: Seconds
    replay_seconds: Seconds
    park_seconds: Seconds
    slot_seconds: Seconds
    session_ttl: Seconds
    sessions: Count
    idle_seconds: Seconds
    stall_seconds: Seconds
    idle_flush_ms: Count
    # Fewer may be less text than a voice looks ahead, and it would wait for ever.
    words_ahead: Annotated[int, Field(ge=24)]
    flushes: Count
    replies: Count


class Sessions(Block):
    """`sessions:` where they outlive the server."""

    store: Literal["none", "file", "redis"]
    file: Annotated[str, Field(min_length=1)]
    url: Annotated[str, Field(pattern="^(rediss?|unix)://")]
    keep_seconds: Seconds


class Speech(Block):
    """`speech:` the options of a client that gives none."""

    cfg: Annotated[float, Field(ge=CFG_RANGE[0], le=CFG_RANGE[1])]
    steps: Annotated[int, Field(ge=STEPS_RANGE[0], le=STEPS_RANGE[1])]
    speed: Annotated[float, Field(ge=SPEED_RANGE[0], le=SPEED_RANGE[1])]
    seed: Annotated[int, Field(ge=SEED_RANGE[0], le=SEED_RANGE[1])]


class Key(Block):
    """One API key: its name for the logs, and the SHA-256 of it in hexadecimal."""

    name: Annotated[str, Field(min_length=1)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    admin: bool = False
    """May change the configuration of the running server."""


class Access(Block):
    """`access:` who may come in, and how often."""

    keys: Annotated[tuple[Key, ...], Strict(False)]
    connections_per_minute: CountOrNone
    characters_per_minute: CountOrNone
    sessions: CountOrNone


class Placement(Block):
    """`engine.placement:` where each stage computes; auto: where `device` says."""

    acoustic: Literal["auto", "cpu", "cuda"]
    vocoder: Literal["auto", "cpu", "cuda"]


class Engine(Block):
    """`engine:` what makes the sound."""

    gateways: CountOrNone
    processes: CountOrNone
    restart_seconds: Seconds
    hang_seconds: Seconds
    device: Literal["auto", "cpu", "cuda"]
    placement: Placement
    vram_limit_mb: CountOrNone
    precision: Literal["fp32", "mixed"]
    threads: CountOrNone
    slots: Count
    queue_chunks: Count


class Admission(Block):
    """`admission:` when newcomers are refused so that nobody admitted suffers."""

    memory_share: Annotated[float, Field(gt=0, le=1)]
    lateness_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    retry_seconds: Seconds


class Language(Block):
    """A block of `languages:`."""

    voice: str
    lexicon: str | None
    emoji: Literal["skip", "name"]
    aliases: Mapping[str, str]


class Config(Block):
    """The whole file."""

    server: Server
    session: Session
    sessions: Sessions
    speech: Speech
    access: Access
    engine: Engine
    admission: Admission
    languages: Annotated[Mapping[str, Language], Field(min_length=1)]
    folder: Path
    """Where the file lies; the names of other files in it are relative to this."""
    cpu_offload: bool = False
    """VIBE_CPU_OFFLOAD: the acoustic stage computes on the CPU where engine.placement says auto."""
    log_level: LogLevel = "info"
    """LOG_LEVEL."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """A text up to the limit must fit into a URL, and into a message."""
        for name, limit in (
            ("request_bytes", self.server.request_bytes),
            ("message_bytes", self.server.message_bytes),
        ):
            if limit < (needed := URL_BYTES_PER_CHARACTER * self.session.text_characters):
                raise PydanticCustomError(
                    "too_small",
                    "server.{name}: {needed} or more are needed by session.text_characters",
                    {"name": name, "needed": needed},
                )
        return self


def default_path() -> Path:
    """config/model.yaml of the working directory, else of the checkout, else the packaged one."""
    package = Path(__file__).parent
    choices = (
        Path("config/model.yaml"),
        package.parent / "config/model.yaml",
        package / "default/model.yaml",
    )
    return next((path for path in choices if path.is_file()), choices[0])


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read `path`, and .env beside it; `environ` wins over .env.

    Raises ConfigError, with every fault found on a line of its own.
    """
    data, lines = _read(path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected blocks such as `server:`, got {type(data).__name__}")
    for name in ("folder", *_ENVIRONMENT.values()):
        if name in data:
            raise ConfigError(f"{path}:{lines[(name,)]}: {name}: unknown key")
    try:
        return Config.model_validate(
            {**data, "folder": path.parent, **_environment(path.parent / ".env", environ)}
        )
    except ValidationError as error:
        faults = [_fault(path, lines, detail) for detail in error.errors()]
        raise ConfigError("\n".join(faults)) from None


def _fault(path: Path, lines: Mapping[Location, int], detail: ErrorDetails) -> str:
    location = detail["loc"]
    known = location
    while known not in lines:
        known = known[:-1]
    match detail["type"]:
        case "extra_forbidden":
            text = "unknown key"
        case "missing":
            text = "missing"
        case "too_small":
            return f"{path}: {detail['msg']}"
        case _:
            text = f"{detail['msg']}, got {detail['input']!r}"
    return f"{path}:{lines[known]}: {'.'.join(map(str, location))}: {text}"


def _read(path: Path) -> tuple[Any, dict[Location, int]]:
    """The YAML's value, and the line of each key in it."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: {error}") from None
    try:
        node = loader.get_single_node()
        lines: dict[Location, int] = {(): 1}
        if node is not None:
            _walk(path, node, (), lines)
        return (None if node is None else loader.construct_document(node)), lines
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: {error}") from None
    finally:
        loader.dispose()


def _walk(path: Path, node: yaml.Node, at: Location, lines: dict[Location, int]) -> None:
    match node:
        case yaml.MappingNode():
            seen: set[str] = set()
            for key, value in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    raise ConfigError(f"{path}:{line}: a key must be a word")
                if key.value in seen:
                    raise ConfigError(f"{path}:{line}: {key.value}: given twice")
                seen.add(key.value)
                lines[*at, key.value] = line
                _walk(path, value, (*at, key.value), lines)
        case yaml.SequenceNode():
            for index, value in enumerate(node.value):
                lines[*at, index] = value.start_mark.line + 1
                _walk(path, value, (*at, index), lines)
        case _:
            pass


_ENVIRONMENT = {"LOG_LEVEL": "log_level", "VIBE_CPU_OFFLOAD": "cpu_offload"}


def _environment(path: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """The fields of Config that come from the environment."""
    values = dotenv_values(path) if path.is_file() else {}
    if unknown := sorted(values.keys() - _ENVIRONMENT.keys()):
        raise ConfigError(f"{path}: {unknown[0]}: unknown key, known are {', '.join(_ENVIRONMENT)}")
    found = {name: environ.get(name, values.get(name)) for name in _ENVIRONMENT}
    fields: dict[str, Any] = {}
    if level := found["LOG_LEVEL"]:
        if level.lower() not in LOG_LEVELS:
            raise ConfigError(f"{path}: LOG_LEVEL: expected {', '.join(LOG_LEVELS)}, got {level!r}")
        fields["log_level"] = level.lower()
    if offload := found["VIBE_CPU_OFFLOAD"]:
        if offload not in ("0", "1"):
            raise ConfigError(f"{path}: VIBE_CPU_OFFLOAD: expected 0 or 1, got {offload!r}")
        fields["cpu_offload"] = offload == "1"
    return fields
