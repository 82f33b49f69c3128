"""What goes wrong is told in words that a person understands."""

import pytest

from tests.e2e.web.conftest import Visitor
from tests.support.server import running
from tests.support.server import test_config as make_config
from tests.support.tone import ToneEngine
from vvstream.wire.gate import new_key


async def test_what_happened_to_the_connection_can_be_read(visitor: Visitor) -> None:
    """The sound goes on within a blink of it, the line that tells it does not."""
    async with running(ToneEngine(), make_config()) as tone, visitor() as visit:
        page = visit.page
        await page.clock.install()
        await visit.open(tone.http("/"))
        kinds = await page.evaluate(
            """async () => {
              const { Status } = await import("/web/shared/status.js");
              const line = (window.line = document.createElement("p"));
              const status = new Status(line);
              const show = (...keys) => keys.map((key) => (status.show(key), line.dataset.kind));
              return show("speaking", "lost", "resumed", "speaking", "lost", "resumed", "waiting");
            }"""
        )
        assert kinds == ["speaking", "lost", "resumed", "resumed", "lost", "resumed", "resumed"]
        await page.clock.fast_forward(10_000)
        assert await page.evaluate("window.line.dataset.kind") == "waiting"


async def test_a_key_is_asked_for(visitor: Visitor) -> None:
    key, digest = new_key()
    config = make_config(access={"keys": [{"name": "reader", "sha256": digest}]})
    async with running(ToneEngine(), config) as server, visitor() as visit:
        page = visit.page
        await visit.open(server.http("/"))
        await page.fill("#text", "Open, please.")
        await page.click("#play")
        await page.wait_for_selector("#key-form:visible")
        await visit.assert_accessible()
        await visit.shot("console-key")
        await page.fill("#key", "vv_wrong")
        await page.keyboard.press("Enter")
        await page.locator("#trouble-words", has_text="does not know this key").wait_for()
        assert await page.is_disabled("#save")
        await page.fill("#key", key)
        await page.keyboard.press("Enter")
        await visit.state("finished")
        assert [event["text"] for event in visit.events("word")] == ["Open", "please"]


async def test_trouble_is_told_in_words(visitor: Visitor) -> None:
    async with visitor(forgive=True) as visit:
        page = visit.page
        async with running(ToneEngine(), make_config()) as server:
            await visit.open(server.http("/"))
            # Nothing that this voice could say.
            await page.fill("#text", "🙂🙂")
            await page.click("#play")
            await visit.state("mute")
            await page.fill("#text", "")
            await page.click("#play")
            await visit.state("nothing")
        await page.fill("#text", "Is anybody there?")
        await page.click("#play")
        await page.wait_for_selector("#trouble:visible")
        assert "cannot be reached" in await page.inner_text("#trouble")
        await page.wait_for_selector("#badge[data-health='bad']")
        await visit.assert_accessible()
        await visit.shot("console-unreachable")
        await page.click("#dismiss")
        assert not await page.is_visible("#trouble")


@pytest.mark.parametrize("path", ["/", "/avatar"])
async def test_a_page_that_may_not_sound_says_why(visitor: Visitor, path: str) -> None:
    async with running(ToneEngine(), make_config()) as tone, visitor() as visit:
        # As where the page was opened by http from another machine.
        await visit.page.add_init_script(
            """Object.defineProperty(window, "isSecureContext", { value: false });
            Object.defineProperty(AudioContext.prototype, "audioWorklet", { value: undefined });"""
        )
        await visit.open(tone.http(path))
        await visit.page.click("#play")
        await visit.state("failed")
        assert "only over https" in await visit.page.inner_text("#trouble")


@pytest.mark.parametrize("path", ["/", "/avatar"])
async def test_a_computer_without_sound_is_told_of(visitor: Visitor, path: str) -> None:
    async with running(ToneEngine(), make_config()) as server, visitor() as visit:
        # What Firefox does where nothing can play.
        await visit.page.add_init_script(
            "Object.defineProperty(AudioContext.prototype, 'state', { value: 'suspended' });"
        )
        await visit.open(server.http(path))
        await visit.page.click("#play")
        await visit.page.locator("#trouble-words", has_text="could not open the sound").wait_for()


@pytest.mark.parametrize("path", ["/", "/avatar"])
async def test_a_refusal_is_no_fault_of_the_voice(visitor: Visitor, path: str) -> None:
    config = make_config(access={"characters_per_minute": 9})
    async with running(ToneEngine(), config) as server, visitor() as visit:
        await visit.open(server.http(path))
        await visit.page.fill("#text", "More than nine letters.")
        await visit.page.click("#play")
        await visit.state("failed")
        assert "Too much in a short time" in await visit.page.inner_text("#trouble")
