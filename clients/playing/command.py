"""What the command lines share: the server's options, signals, and errors in one line."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from vvstream_client import Options, SpeechError

URL = "ws://localhost:7860/stream"
UNREACHED, NO_KEY = 0, 4401
SIGPIPE = 13  # not in every system's `signal`
RANGES: Final = (("speed", 0.5, 2), ("cfg", 0, 10), ("steps", 1, 50), ("seed", 0, 2**32 - 1))


class Failure(Exception):
    """Something that the user can put right; its text is the one line that says what."""


def add_server(parser: argparse.ArgumentParser) -> None:
    """Which server, and with what key."""
    group = parser.add_argument_group("the server")
    group.add_argument(
        "--url",
        default=os.environ.get("VVSTREAM_URL", URL),
        help=f"its address (default: $VVSTREAM_URL, else {URL})",
    )
    group.add_argument(
        "--key",
        default=os.environ.get("VVSTREAM_KEY"),
        help="an API key, where the server wants one (default: $VVSTREAM_KEY)",
    )


def add_voice(parser: argparse.ArgumentParser) -> None:
    """Who speaks, and how."""
    group = parser.add_argument_group("the voice")
    group.add_argument("--voice", help="a voice's name; GET /api/voices lists them")
    group.add_argument("--language", help="a language, where no voice is named: its own voice")
    group.add_argument("--speed", type=float, help="0.5 to 2; 2 is twice as fast")
    group.add_argument("--cfg", type=float, help="classifier-free guidance, 0 to 10")
    group.add_argument("--steps", type=int, help="inference steps, 1 to 50")
    group.add_argument("--seed", type=int, help="the same seed gives the same sound")


def add_sound(parser: argparse.ArgumentParser) -> "argparse._ArgumentGroup":
    """Where the sound goes; returns the group, for more."""
    group = parser.add_argument_group("the sound")
    group.add_argument("--volume", type=float, default=1.0, help="1 is as it comes (default)")
    group.add_argument("--device", help="its number in --list-devices, or a part of its name")
    group.add_argument(
        "--latency",
        type=int,
        default=20,
        metavar="MS",
        help="the device's buffer; more survives a busy machine, less is felt sooner (default: 20)",
    )
    group.add_argument("--list-devices", action="store_true", help="list what can play, and exit")
    return group


def parsed(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; leaves with status 2 and one line where `add_sound`'s are out of range."""
    args = parser.parse_args(argv)
    args.url = address(args.url)
    for name, low, high in RANGES:
        value = getattr(args, name)
        if value is not None and not low <= value <= high:
            parser.error(f"--{name}: expected {low} to {high}, got {value:g}")
    if not 1 <= args.latency <= 2_000:
        parser.error(f"--latency: expected 1 to 2000 ms, got {args.latency}")
    if not args.volume >= 0:
        parser.error(f"--volume: expected 0 or more, got {args.volume}")
    return args


def options_of(
    args: argparse.Namespace, *, events: tuple[str, ...] = (), pace: str | None = None
) -> Options:
    """The options that `add_server` and `add_voice` asked for."""
    return Options(
        voice=args.voice,
        language=args.language,
        cfg=args.cfg,
        steps=args.steps,
        speed=args.speed,
        seed=args.seed,
        pace=pace,
        events=events,
        key=args.key,
    )


def address(given: str) -> str:
    """The WebSocket address of a server: people paste that of its page, too."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https", "ws", "wss"}:
        return given
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    path = "/stream" if parts.netloc and parts.path in {"", "/"} else parts.path
    return urlunsplit((scheme, parts.netloc, path, parts.query, ""))


def counted(number: int, what: str) -> str:
    """ "1 underrun", "2 underruns"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def explain(error: SpeechError) -> str:
    """One line: what went wrong, and what the user can do about it."""
    reason, hint = error.reason.replace("\n", " "), ""
    if error.code == NO_KEY:
        hint = " - pass --key KEY, or set VVSTREAM_KEY"
    elif error.code == UNREACHED and "HTTP" in reason:
        hint = " - is this the address of a vvstream server? It ends in /stream"
    elif error.code == UNREACHED and reason.startswith("cannot reach"):
        hint = " - is the server running? (bash scripts/serve)"
    return reason + hint


def run(name: str, work: Coroutine[Any, Any, None]) -> int:
    """Run a client to its end; returns its exit status.

    0: done; 1: an error, told in one line; 130, 143, 129: ended by Ctrl-C, SIGTERM or SIGHUP, after
    whatever it held (the terminal, the sound card, files) was given back.
    """
    stopped: list[int] = []
    try:
        asyncio.run(_stoppable(work, stopped))
    except BaseException as error:
        return _status(name, error, stopped)
    return 0


def _status(name: str, error: BaseException, stopped: list[int]) -> int:
    match error:
        case BaseExceptionGroup():  # tasks failed together: the first says why
            return _status(name, error.exceptions[0], stopped)
        case KeyboardInterrupt():
            return 128 + signal.SIGINT
        case asyncio.CancelledError() if stopped:
            return 128 + stopped[0]
        case BrokenPipeError():
            # `… | head`: who read our output has gone. Nothing may be flushed into it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 128 + SIGPIPE
        case SpeechError():
            print(f"{name}: {explain(error)}", file=sys.stderr)
            return 1
        case OSError(filename=str(file), strerror=str(what)):
            print(f"{name}: {file}: {what}", file=sys.stderr)
            return 1
        case Failure() | OSError():
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    raise error


async def _stoppable(work: Coroutine[Any, Any, None], stopped: list[int]) -> None:
    """Let SIGTERM and SIGHUP cancel the work, as asyncio lets SIGINT."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def stop(number: int) -> None:
        stopped.append(number)
        task.cancel()

    for name in ("SIGTERM", "SIGHUP"):
        with suppress(NotImplementedError, AttributeError):  # Windows has no such signals
            number = getattr(signal, name)
            loop.add_signal_handler(number, stop, number)
    await work
