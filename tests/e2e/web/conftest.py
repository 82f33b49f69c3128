"""A real browser on our pages: Debian's Chromium without a screen, with ears at its loudspeaker."""

import asyncio
import base64
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import pytest
from axe_playwright_python.async_playwright import Axe
from numpy.typing import NDArray
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    WebSocket,
    async_playwright,
)
from starlette.responses import FileResponse
from starlette.routing import Route

from tests.support.server import Running

HERE: Final = Path(__file__).parent
SCREENSHOTS: Final = Path(__file__).parents[3] / "build" / "screenshots"
# Loading, sound and drawing on a machine that is busy with something else.
PATIENCE_MS: Final = 60_000
SWITCHES: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The processor draws; a head in 3D too, though slowly.
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
)
EXECUTABLE: Final = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Recording:
    """What the sound card got. `samples` begin at the sample `first` of the AudioContext."""

    rate: int
    first: int
    samples: NDArray[np.float32]


@dataclass
class Visit:
    """A page, what its socket carried, and what went wrong in it."""

    page: Page
    frames: list[bytes] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def open(self, address: str) -> None:
        """Go there, and wait until the page knows its voices."""
        await self.page.goto(address)
        await self.until("document.getElementById('voice').value !== ''")

    async def until(self, condition: str) -> None:
        """Wait until this expression of JavaScript holds.

        Not Playwright's wait_for_function: it evaluates in the page, which its policy forbids.
        """
        look = f"() => (({condition}) ? done() : setTimeout(look, 15))"
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await self.page.evaluate(f"new Promise((done) => {{ const look = {look}; look(); }})")

    async def listen(self) -> None:
        """Touch the page, so that it may sound, and wait until the ears hear."""
        await self.page.click("#text")
        await self.until("window.instruments.ready")

    async def state(self, kind: str) -> None:
        """Wait until the page says that it is in this state."""
        await self.page.wait_for_selector(f"#state[data-kind='{kind}']")

    async def recording(self) -> Recording:
        """All that was heard so far."""
        got = await self.page.evaluate("window.recording()")
        samples = np.frombuffer(base64.b64decode(got["data"]), np.float32)
        return Recording(int(got["rate"]), int(got["first"]), samples)

    async def shot(self, name: str) -> None:
        """Keep a picture of the page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    async def assert_accessible(self) -> None:
        """No rule of axe-core is broken."""
        broken = (await Axe().run(self.page)).response["violations"]
        told = [(v["id"], [node["html"] for node in v["nodes"]]) for v in broken]
        assert told == []

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What the server told of a type."""
        return [event for event in self.told if event["type"] == kind]

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """What the page told the server of a type."""
        return [message for message in self.said if message["type"] == kind]

    def watch(self) -> None:
        """Take down what the page does from now on."""

        def socket(opened: WebSocket) -> None:
            def received(data: str | bytes) -> None:
                if isinstance(data, bytes):
                    self.frames.append(data)
                else:
                    self.told.append(json.loads(data))

            opened.on("framereceived", received)
            opened.on("framesent", lambda data: self.said.append(json.loads(data)))

        self.page.on("websocket", socket)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )


Visitor: TypeAlias = Callable[..., AbstractAsyncContextManager[Visit]]


def with_ears(server: Running) -> Running:
    """This server, and the recorder: a page's policy lets in only what its own address serves."""
    recorder = Route("/web/recorder.js", lambda _: FileResponse(HERE / "recorder.js"))
    server.app.asgi.routes.insert(0, recorder)
    return server


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for a module, and so one browser."""
    return "asyncio"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    assert EXECUTABLE, "these tests need Chromium (Debian: apt install chromium)"
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=EXECUTABLE, args=list(SWITCHES)
        )
        yield running
        await running.close()


@pytest.fixture
def visitor(browser: Browser) -> Visitor:
    """Opens a window of somebody new; keyword arguments are those of Browser.new_context.

    `ears`: record what the loudspeaker gets, from a server with `ears`. `forgive`: the page may
    complain, because the server goes away in this test.
    """

    @asynccontextmanager
    async def visit(
        *, ears: bool = False, forgive: bool = False, **options: Any
    ) -> AsyncIterator[Visit]:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options}
        context: BrowserContext = await browser.new_context(**settings)
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(f"window.ears = {str(ears).lower()};")
        await context.add_init_script(path=HERE / "instruments.js")
        page = await context.new_page()

        visit = Visit(page)
        visit.watch()
        yield visit
        violations = await page.evaluate("window.instruments.violations")
        assert violations == []
        assert forgive or visit.complaints == []
        await context.close()

    return visit
