"""The server dies in mid-speech, and the listener in the browser hears the rest."""

import asyncio
import io
import re
import signal
import wave
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.web.conftest import Visit, Visitor
from tests.support.house import sound
from tests.wire.test_restart import configured, free_port, process

TEXT = "The ferry leaves at six, whether the fog has lifted or not; who left the window open?"


async def saved(visit: Visit) -> bytes:
    """The samples of the file that the page saves."""
    async with visit.page.expect_download() as download:
        await visit.page.click("#save")
    path = await (await download.value).path()
    with wave.open(io.BytesIO(path.read_bytes())) as file:
        return bytes(file.readframes(file.getnframes()))


@pytest.mark.parametrize("store", ["file", "none"])
async def test_the_speech_goes_on(tmp_path: Path, visitor: Visitor, store: str) -> None:
    config, port = configured(tmp_path, {"store": store}), free_port()
    async with AsyncExitStack() as stack:
        server, _, lines = await stack.enter_async_context(process(config, port))
        visit = await stack.enter_async_context(visitor(forgive=True))
        page = visit.page
        await visit.open(f"http://127.0.0.1:{port}/")
        await page.fill("#text", TEXT)
        await page.click("#play")
        await visit.until("window.instruments.words.includes('leaves')")
        if store == "file":
            await lines.holds("kept")
        server.send_signal(signal.SIGKILL)
        await server.wait()
        await visit.state("lost")
        await visit.shot(f"console-lost-{store}")
        before = len(visit.frames)
        await stack.enter_async_context(process(config, port))
        # Said for as long as it takes to speak again, so it may be over before it is looked for.
        await visit.until("window.instruments.states.includes('speaking')")
        await visit.state("finished")
        told = await page.evaluate("window.instruments.states")
        assert ("resumed" if store == "file" else "restarted") in told
        assert 0 < before < len(visit.frames)
        assert not await page.is_visible("#trouble")
        if store == "file":
            # Not a sample is missing, none comes twice.
            assert await saved(visit) == sound(TEXT)
        # Each word is spoken, and none twice but one that was cut.
        words = [event["text"] for event in visit.events("word")]
        heard = [word for word, last in zip(words, ["", *words], strict=False) if word != last]
        assert heard == re.findall(r"\w+", TEXT)


async def test_stop_while_the_server_is_away(tmp_path: Path, visitor: Visitor) -> None:
    config = configured(tmp_path, {"store": "none"})
    async with AsyncExitStack() as stack:
        server, address, _ = await stack.enter_async_context(process(config))
        visit = await stack.enter_async_context(visitor(forgive=True))
        await visit.open(address.replace("ws://", "http://").removesuffix("stream"))
        await visit.page.fill("#text", TEXT)
        await visit.page.click("#play")
        await visit.until("window.instruments.words.length > 1")
        server.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await server.wait()
        await visit.state("lost")
        await visit.page.click("#stop")
        await visit.state("stopped")
        assert await visit.page.is_enabled("#play")
