"""The command line: `python -m vvstream serve`, `say` and `key`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vvstream.config import Config, default_path, load
from vvstream.errors import ConfigError, VvstreamError

# Of --gateways; more than this is a slip of the finger.
MOST_GATEWAYS = 256


def main(arguments: Sequence[str] | None = None, program: str = "vvstream") -> int:
    """Run a command; returns the exit status. `program`: the module that is run so, for children
    of this process."""
    if list(sys.argv[1:] if arguments is None else arguments) == ["child"]:
        return _child()
    parser = argparse.ArgumentParser(prog="vvstream", description="Streaming speech.")
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
    parser.add_argument("text", nargs="?", help="what to say; default: standard input")
    parser.add_argument("-o", "--output", required=True, help="a WAV file; -: standard output")
    for name in ("voice", "cfg", "steps", "speed", "seed"):
        parser.add_argument(f"--{name}")
    _add_common(parser)


def _config(options: argparse.Namespace) -> Config:
    return load(options.config or default_path())


def _serve(options: argparse.Namespace, program: str) -> int:
    config = _config(options)
    given = {name: getattr(options, name) for name in ("host", "port")}
    changed = {name: value for name, value in given.items() if value is not None}
    server = config.server.model_copy(update=changed)
    engine, device = config.engine, options.device or config.engine.device
    if options.gateways is not None:
        if not 0 <= options.gateways <= MOST_GATEWAYS:
            raise ConfigError(f"--gateways: expected 0 to {MOST_GATEWAYS}, got {options.gateways}")
        engine = engine.model_copy(update={"gateways": options.gateways})
    config = config.model_copy(update={"server": server, "engine": engine})
    if engine.gateways:
        from vvstream.processes import supervise

        supervise(config, device, program)
    else:
        from vvstream.serve import serve

        serve(config, device)
    return 0


def _child() -> int:
    from vvstream.processes import child

    try:
        return child()
    except VvstreamError as error:
        print(f"vvstream: {error.message}", file=sys.stderr)
        return 2


def _say(options: argparse.Namespace) -> int:
    from vvstream.say import say

    names = ("voice", "cfg", "steps", "speed", "seed")
    given = {name: getattr(options, name) for name in names}
    wishes = {name: value for name, value in given.items() if value is not None}
    text = sys.stdin if options.text is None else [options.text]
    config = _config(options)
    say(config, options.device or config.engine.device, text, wishes, options.output)
    return 0


def _key(options: argparse.Namespace) -> int:
    from vvstream.wire.gate import new_key

    key, sha256 = new_key()
    print(f"The key, shown once:\n  {key}\nFor access.keys of config/model.yaml:")
    print(f"  - {{name: {options.name}, sha256: {sha256}}}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
