"""docs/protocol.md is true: its dialogues are held with a real server, its tables are compared."""

import asyncio
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.support.client import opened
from tests.support.server import running
from tests.support.tone import ToneEngine
from vvstream import errors
from vvstream.protocol.codec import MESSAGES, NAMES, PARAMETERS
from vvstream.visemes import SILENCE, VISEMES

DOCUMENT = (Path(__file__).parents[1] / "docs/protocol.md").read_text()
DIALOGUES = re.findall(r"```dialogue\n(.*?)```", DOCUMENT, re.DOTALL)


def matches(expected: Any, got: Any) -> bool:
    """Equal, where the document does not say "…"."""
    if expected == "…":
        return True
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(
            matches(value, got[name]) for name, value in expected.items()
        )
    return bool(expected == got)


class Reader:
    """Plays the client of a dialogue."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.session_id = ""
        self.socket: ClientConnection | None = None

    async def play(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        match verb:
            case "connect":
                await self.leave()
                path = rest.replace("{session_id}", self.session_id)
                self.socket = await opened(f"ws://127.0.0.1:{self.port}{path}")
            case "cut":
                assert self.socket is not None
                self.socket.transport.abort()
            case "→":
                assert self.socket is not None
                await self.socket.send(rest)
            case "←":
                await self.expect(rest)
            case _:
                raise AssertionError(line)

    async def expect(self, rest: str) -> None:
        assert self.socket is not None
        if rest.startswith("close "):
            _, code, *reason = rest.split(" ", 2)
            with suppress(ConnectionClosed):
                async for _ in self.socket:
                    pass
            assert self.socket.close_code == int(code)
            assert (self.socket.close_reason or "").startswith("".join(reason))
            return
        expected = None if rest == "audio" else json.loads(rest)
        while True:
            data = await self.socket.recv()
            if isinstance(data, bytes):
                assert len(data) == 640
                if expected is None:
                    return
                continue
            message = json.loads(data)
            self.session_id = message.get("session_id", self.session_id)
            assert message["type"] != "error" or (expected and expected["type"] == "error"), data
            if expected and matches(expected, message):
                return

    async def leave(self) -> None:
        if self.socket is not None:
            await self.socket.close()


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=range(len(DIALOGUES)))
async def test_a_dialogue(dialogue: str) -> None:
    async with asyncio.timeout(30), running(ToneEngine()) as server:
        reader = Reader(server.port)
        for line in filter(None, dialogue.splitlines()):
            await reader.play(line)
        await reader.leave()


def test_every_example_is_a_dialogue() -> None:
    fences = re.findall(r"^```(.*)$", DOCUMENT, re.MULTILINE)
    assert fences == ["dialogue", ""] * len(DIALOGUES)


def test_every_message_has_an_example() -> None:
    shown = {
        (line[0], json.loads(line[2:])["type"])
        for dialogue in DIALOGUES
        for line in dialogue.splitlines()
        if line[:3] in ("→ {", "← {")
    }
    for name in NAMES.values():
        assert ("←", name) in shown
    for name in MESSAGES:
        assert ("→", name) in shown


def table(heading: str) -> list[list[str]]:
    """The rows of the table under these column names."""
    rows = DOCUMENT.partition(f"| {heading} |\n")[2].splitlines()[1:]
    cells = []
    for row in rows:
        if not row.startswith("|"):
            break
        cells.append([cell.strip() for cell in row.strip("|").split("|")])
    assert cells, heading
    return cells


def leaves(kind: type[errors.VvstreamError]) -> list[type[errors.VvstreamError]]:
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in leaves(child))]


def test_the_table_of_close_codes() -> None:
    ours = {kind.code for kind in leaves(errors.VvstreamError)}
    told = {int(code) for code, _ in table("code | means")}
    # What WebSocket itself says: done, not UTF-8, no pong.
    assert told == ours | {1000, 1007, 1011}


def test_the_table_of_visemes() -> None:
    told: dict[str, tuple[str, ...]] = {}
    for shapes, symbols in table("viseme | phonemes"):
        names = tuple(re.findall(r"`(\w+)`", shapes))
        if names != (SILENCE,):
            told.update(dict.fromkeys(symbols.split(), names))
    assert told == dict(VISEMES)


def test_the_tables_of_parameters_and_messages() -> None:
    assert [row[0].strip("`") for row in table("parameter | is | default")] == list(PARAMETERS)
    assert [row[0].strip("`") for row in table("client → server | means")] == list(MESSAGES)
