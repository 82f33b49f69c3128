"""Cues that come while they are spoken: lines of stdin, and a feed over a WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from math import inf
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from playing.command import Failure
from playing.stdin import typed_lines
from voicing.cue import Block, Cue, Problem
from voicing.formats import fragment
from voicing.lines import cues
from voicing.reading import SLACK, Languages
from voicing.stamps import seconds

FAR = 60.0
"""Seconds from now beyond which a feed's clock has jumped, and is set anew."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0

Clock = Callable[[], float]


async def of_stdin(languages: Languages, now: Clock) -> AsyncIterator[Cue | Problem]:
    """Each line as it comes, to be spoken at once."""
    number = 0
    async for line in typed_lines():
        number += 1
        if line.strip():
            for item in _spoken(Block(number, now(), inf, line), languages):
                yield item


async def of_feed(
    url: str, languages: Languages, now: Clock, delay: float
) -> AsyncIterator[Cue | Problem]:
    """Cues of a feed: WebVTT, or JSON {"text", "start", "end", "speaker", "language"}.

    The first cue with a time begins `delay` seconds after it came, and the others as far from it as
    their times say; a cue without a time is spoken at once. The feed is connected to again where it
    is lost, until it says goodbye. Raises Failure where it is not there at first.
    """
    anchor: float | None = None
    async for number, message in _messages(url):
        for block in blocks_of(message, number):
            if isinstance(block, Problem):
                yield block
                continue
            if block.start == inf:
                block = replace(block, start=now(), end=inf)
            else:
                at = now()
                if anchor is None or not -FAR < block.start + anchor - at < FAR:
                    anchor = at + delay - block.start
                block = replace(block, start=block.start + anchor, end=block.end + anchor)
            for item in _spoken(block, languages):
                yield item


def blocks_of(message: str, number: int) -> Iterator[Block | Problem]:
    """The cues of one message, its number for a line; one without a time has infinite ones."""
    if not message.lstrip().startswith(("{", "[")):
        for block in fragment(message):
            yield replace(block, line=number)
        return
    try:
        told = json.loads(message)
    except ValueError as error:
        yield Problem(number, f"not JSON: {error}")
        return
    for item in told if isinstance(told, list) else [told]:
        yield _block(item, number)


def _block(item: Any, number: int) -> Block | Problem:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return Problem(number, 'expected {"text": "…", "start": …, "end": …}')
    start, end = _time(item.get("start")), _time(item.get("end"))
    if start is None or end is None:
        return Problem(number, "start, end: expected seconds, or 00:01:02.345")
    if end <= start < inf:
        return Problem(number, "it ends before it begins")
    speaker, language = item.get("speaker") or "", item.get("language") or ""
    return Block(number, start, end, item["text"], str(speaker), str(language))


def _time(told: object) -> float | None:
    """Infinite where nothing was told, None where it is no time."""
    match told:
        case None:
            return inf
        case bool():
            return None
        case int() | float():
            return float(told)
        case str():
            return seconds(told)
    return None


def _spoken(block: Block, languages: Languages) -> Iterator[Cue | Problem]:
    found = cues(block, languages.latin, set(languages.spoken), languages.only)
    for item in found:
        yield item if isinstance(item, Problem) else replace(item, room=item.end + SLACK)


async def _messages(url: str) -> AsyncIterator[tuple[int, str]]:
    number, pause, connected = 0, FIRST_PAUSE, False
    while True:
        try:
            async with connect(url) as socket:
                connected, pause = True, FIRST_PAUSE
                async for message in socket:
                    number += 1
                    yield number, message if isinstance(message, str) else message.decode()
            return
        except InvalidURI:
            raise Failure(f"--feed: {url} is not a WebSocket address (ws://…)") from None
        except ConnectionClosed:
            pass
        except (OSError, TimeoutError, InvalidHandshake) as error:
            if not connected:
                detail = getattr(error, "strerror", None) or str(error)
                raise Failure(f"--feed: cannot reach {url}: {detail}") from None
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE, 2 * pause)
