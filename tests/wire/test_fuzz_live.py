"""Random bytes and mutated JSON at a live server: an answer each time, and nothing is lost."""

import asyncio
import json
import random
from collections import Counter

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.support.client import call, opened
from tests.support.house import sound
from tests.support.server import running
from tests.support.tone import ToneEngine
from vvstream.errors import BadRequest
from vvstream.session import understand

MESSAGES = 20_000
SOCKETS = 10
SEEDS = [
    '{"type":"start","voice":"en-Heart_woman","cfg":2,"steps":5,"events":["word"]}',
    '{"type":"text","text":"Hello there, how are you? "}',
    '{"type":"flush"}',
    '{"type":"cancel"}',
    '{"type":"ack","seq":3}',
    '{"type":"update","voice":"en-Eric_man","speed":1.5}',
    '{"type":"ping"}',
]


def mutated(chance: random.Random) -> str | bytes:
    """A message that is right, nearly right, or nothing at all."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    seed = chance.choice(SEEDS)
    if kind == 1:
        return seed
    letters = list(seed)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(letters))
        match chance.randrange(3):
            case 0:
                letters[at] = chr(chance.choice((0, 34, 92, 123, 0x20AC, 0x1F600)))
            case 1:
                del letters[at]
            case _:
                letters.insert(at, chance.choice('{}[]",:0e-\\ u'))
    return "".join(letters) or "x"


async def talk(websocket: ClientConnection, chance: random.Random, count: int) -> None:
    """Send so many, reading at the same time: each that is wrong is answered."""
    kinds: Counter[str] = Counter()

    async def read() -> None:
        async for data in websocket:
            if isinstance(data, str):
                kinds[json.loads(data)["type"]] += 1
            else:
                assert len(data) == 640

    reader = asyncio.create_task(read())
    wrong = 0
    for _ in range(count):
        message = mutated(chance)
        wrong += isinstance(understand(message), BadRequest)
        await websocket.send(message)
    await websocket.send('{"type":"cancel"}')
    await websocket.send('{"type":"end"}')
    await reader
    assert websocket.close_code == 1000
    assert kinds["error"] >= wrong > 0
    assert kinds["done"] == 1


@pytest.mark.timeout(300)
async def test_twenty_thousand_messages() -> None:
    engine = ToneEngine(slots=SOCKETS)
    async with running(engine) as server:
        each = MESSAGES // SOCKETS // 10
        for turn in range(10):
            sockets = [opened(server.ws("pace=fast")) for _ in range(SOCKETS)]
            talks = [
                talk(await socket.__aenter__(), random.Random(10 * turn + n), each)
                for n, socket in enumerate(sockets)
            ]
            await asyncio.gather(*talks)
        assert not engine.open_now
        heard = await call(server.ws("text=Hello.&pace=fast"))
        assert heard.audio == sound("Hello.")


async def test_random_bytes_instead_of_a_protocol() -> None:
    engine = ToneEngine()
    async with running(engine) as server:
        chance = random.Random(1)
        for _ in range(100):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(chance.randbytes(chance.randrange(1, 2_000)) + b"\r\n\r\n")
            answer = await asyncio.wait_for(reader.read(), 10)
            assert b"400" in answer
            writer.close()
        for _ in range(100):
            async with opened(server.ws("pace=fast")) as websocket:
                await websocket.recv()
                websocket.transport.write(chance.randbytes(chance.randrange(1, 300)))
                websocket.transport.write_eof()
                try:
                    async for _ in websocket:
                        pass
                except ConnectionClosed:
                    pass
        assert (await call(server.ws("text=Hello.&pace=fast"))).audio == sound("Hello.")
