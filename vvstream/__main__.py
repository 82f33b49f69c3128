"""The command line: `python -m vvstream serve`, `say` and `key`."""

import argparse
import io
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from vvstream.config import Config, default_path, load
from vvstream.errors import BadRequest, ConfigError, VvstreamError

# Of --gateways; more than this is a slip of the finger.
MOST_GATEWAYS = 256
MOST_PORT = 65_535
FILES = 256  # that are no sockets of clients
# What a shell expects of a command that Ctrl-C ended.
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """What is wrong in one line; the usage is a `--help` away."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None, program: str = "vvstream") -> int:
    """Run a command; returns the exit status. `program`: the module that is run so, for children
    of this process."""
    if list(sys.argv[1:] if arguments is None else arguments) == ["child"]:
        return _child()
    parser = _Parser(prog="vvstream", description="Streaming speech.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_serve(commands.add_parser("serve", help="start the server"))
    _add_say(commands.add_parser("say", help="speak a text into a WAV file, without a server"))
    key = commands.add_parser("key", help="make an API key")
    key.add_argument("name", help="whose it is: the name in the logs")
    options = parser.parse_args(arguments)
    try:
        match options.command:
            case "serve":
                return _serve(options, program)
            case "say":
                return _say(options)
            case _:
                return _key(options)
    except VvstreamError as error:
        print(f"vvstream: {error.message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # `say`; a server stops by itself and says so
        return INTERRUPTED


def serve_command() -> None:
    """`serve` with the arguments of this process."""
    sys.exit(main(["serve", *sys.argv[1:]]))


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="the address to listen on; 0.0.0.0: all")
    parser.add_argument("--port", type=int)
    parser.add_argument(
        "--gateways", type=int, metavar="N", help="processes that hold sockets; 0: one does all"
    )
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="default: config/model.yaml")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"))


def _add_say(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("text", nargs="?", help="what to say; default: standard input")
    source.add_argument("-f", "--file", help="a file (UTF-8) that holds what to say")
    parser.add_argument("-o", "--output", required=True, help="a WAV file; -: standard output")
    parser.add_argument("--markup", action="store_true", help="it is SSML, not plain text")
    for name, meant in _WISHES.items():
        parser.add_argument(f"--{name}", help=meant)
    _add_common(parser)


_WISHES = {
    "voice": "who speaks, by name",
    "language": "whose default voice speaks, where no voice is named: en, ja, zh",
    "cfg": "how lively, 0 to 10",
    "steps": "how carefully, 1 to 50",
    "speed": "how fast, 0.5 to 2",
    "seed": "which of the ways to say it, a whole number",
}


def _config(options: argparse.Namespace) -> Config:
    return load(options.config or default_path())


def _serve(options: argparse.Namespace, program: str) -> int:
    config = _config(options)
    given = {name: getattr(options, name) for name in ("host", "port")}
    changed = {name: value for name, value in given.items() if value is not None}
    if not 0 <= changed.get("port", 0) <= MOST_PORT:
        raise ConfigError(f"--port: expected 0 to {MOST_PORT}, got {options.port}")
    server = config.server.model_copy(update=changed)
    engine, device = config.engine, options.device or config.engine.device
    if options.gateways is not None:
        if not 0 <= options.gateways <= MOST_GATEWAYS:
            raise ConfigError(f"--gateways: expected 0 to {MOST_GATEWAYS}, got {options.gateways}")
        engine = engine.model_copy(update={"gateways": options.gateways})
    config = config.model_copy(update={"server": server, "engine": engine})
    _allow_files(server.connections + FILES)
    if engine.gateways:
        from vvstream.processes import supervise

        supervise(config, device, program)
    else:
        from vvstream.serve import serve

        serve(config, device)
    return 0


def _allow_files(wanted: int) -> None:
    """A socket is a file, and a shell often allows 1,024; children inherit what is allowed here."""
    with suppress(ImportError, OSError, ValueError):  # there are systems that know no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _child() -> int:
    from vvstream.processes import child

    try:
        return child()
    except VvstreamError as error:
        print(f"vvstream: {error.message}", file=sys.stderr)
        return 2


def _say(options: argparse.Namespace) -> int:
    from vvstream.say import say

    given = {name: getattr(options, name) for name in _WISHES}
    wishes = {name: value for name, value in given.items() if value is not None}
    config = _config(options)
    device = options.device or config.engine.device
    say(config, device, _text(options), wishes, options.output, markup=options.markup)
    return 0


def _text(options: argparse.Namespace) -> Iterable[str]:
    if options.text is not None:
        return [options.text]
    if options.file is not None:
        try:
            return [Path(options.file).read_text("utf-8", "replace")]
        except OSError as error:
            raise BadRequest(f"--file: {options.file}: {error.strerror}") from None
    # Bytes that are no UTF-8 are skipped with a warning, as those of a socket's text are.
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin


def _key(options: argparse.Namespace) -> int:
    from vvstream.wire.gate import new_key

    key, sha256 = new_key()
    print(f"The key, shown once:\n  {key}\nFor access.keys of config/model.yaml:")
    print(f"  - {{name: {options.name}, sha256: {sha256}}}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
