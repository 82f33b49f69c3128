"""The console in a real browser: somebody types, hears, interrupts, and is understood."""

import io
import wave
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from tests.e2e.web.conftest import Visitor, with_ears
from tests.e2e.web.ears import places
from tests.support.server import Running, running
from tests.support.server import test_config as make_config
from tests.support.tone import ToneEngine
from vvstream import engine
from vvstream.config import Config
from vvstream.options import VoiceInfo

LONG = "One two three four five six seven eight nine ten eleven twelve thirteen. " * 6


@pytest.fixture(scope="module")
async def real() -> AsyncIterator[Running]:
    """A server with the shipped voice."""
    config = make_config()
    async with running(engine.load(config, "cpu"), config) as server:
        yield with_ears(server)


@pytest.fixture(scope="module")
async def tone() -> AsyncIterator[Running]:
    """A server whose voice is made of tones, and which never speaks before it is told to."""
    async with running(ToneEngine(), make_config(session={"idle_flush_ms": 60_000})) as server:
        yield with_ears(server)


async def test_what_is_typed_is_heard(real: Running, visitor: Visitor) -> None:
    text = "Good morning. The kettle is on, and it costs $5."
    async with visitor(ears=True) as visit:
        page = visit.page
        await visit.open(real.http("/"))
        await visit.state("ready")
        await visit.assert_accessible()
        await visit.shot("console-ready")
        await page.fill("#text", text)
        await visit.listen()
        await page.click("#play")
        await visit.state("speaking")
        await visit.until("window.instruments.words.includes('kettle')")
        await visit.shot("console-speaking")
        await visit.assert_accessible()
        await visit.state("finished")
        # The frames are those of the wire, and the loudspeaker got them, each in its place.
        recording = await visit.recording()
        assert len(visit.frames) > 100
        assert {len(frame) for frame in visit.frames} == {640}
        assert float(np.abs(recording.samples).max()) > 0.05
        found = places(recording, visit.frames)
        # On a machine that is busy the sound breaks off, and the piece there is in two parts.
        assert len(found) > 10
        assert list(found.values()).count(None) <= len(found) // 2
        # The spoken words were marked in the text, "$5" as it was written.
        words = await page.evaluate("window.instruments.words")
        expected = [event["text"] for event in visit.events("word")]
        assert [word for word in expected if word in words] == words
        assert len(words) > len(expected) // 2
        assert text.count(words[-1]) == 1
        for name in ("first-sound", "buffer", "position", "gaps"):
            assert any(letter.isdigit() for letter in await page.inner_text(f"#{name}"))
        async with page.expect_download() as download:
            await page.click("#save")
        saved = await (await download.value).path()
        with wave.open(io.BytesIO(saved.read_bytes())) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
            assert file.readframes(file.getnframes()) == b"".join(visit.frames)


async def test_stop_is_felt_at_once(tone: Running, visitor: Visitor) -> None:
    async with visitor(ears=True) as visit:
        page = visit.page
        await visit.open(tone.http("/"))
        await page.fill("#text", LONG)
        await visit.listen()
        await page.keyboard.press("Control+Enter")
        await visit.until("window.instruments.words.length > 3")
        await page.keyboard.press("Escape")
        await visit.state("stopped")
        # What was on its way, and in the buffer, is not heard: half a second later all is still.
        await page.evaluate("window.instruments.stopped = window.instruments.blocks.length")
        await visit.until(
            "window.instruments.blocks.length - window.instruments.stopped > 150"
        )
        still = await page.evaluate(
            "window.instruments.blocks.slice(window.instruments.stopped + 75)"
            ".every((block) => block.samples.every((sample) => sample === 0))"
        )
        assert still
        await visit.shot("console-stopped")
        assert [message["type"] for message in visit.said[-2:]] == ["cancel", "end"]
        # And the page can speak again.
        await page.fill("#text", "Again.")
        await page.click("#play")
        await visit.state("finished")
        assert visit.events("word")[-1]["text"] == "Again"


async def test_each_key_is_fed_as_it_comes(tone: Running, visitor: Visitor) -> None:
    async with visitor() as visit:
        page = visit.page
        await visit.open(tone.http("/"))
        await page.click("#text")
        await page.click("#live")
        await visit.state("waiting")
        # A word is begun once enough follows it.
        typed = "Good day to you, and to all the people of the wrnog"
        await page.keyboard.type(typed)
        await visit.until("window.instruments.words.includes('Good')")
        assert [message["text"] for message in visit.sent("text")] == list(typed)
        # A correction takes back what was not spoken, and the right word is said instead.
        for _ in range(4):
            await page.keyboard.press("Backspace")
        await page.keyboard.type("orld, hello ")
        # Enter alone makes a line; with Ctrl all that is there is spoken, without waiting for more.
        await page.keyboard.press("Control+Enter")
        await visit.until("window.instruments.words.includes('hello')")
        await visit.shot("console-live")
        # A word that the correction cut before it was heard is told twice, and heard once.
        told = [event["text"] for event in visit.events("word")]
        heard = [word for word, before in zip(told, ["", *told], strict=False) if word != before]
        assert heard == "Good day to you and to all the people of the world hello".split()
        await page.keyboard.press("Escape")
        await visit.state("stopped")


async def test_what_is_typed_before_the_sound_is_open_is_spoken(
    tone: Running, visitor: Visitor
) -> None:
    async with visitor() as visit:
        page = visit.page
        await page.add_init_script(
            """const open = AudioWorklet.prototype.addModule;
            const may = new Promise((resolve) => (window.mayOpen = resolve));
            AudioWorklet.prototype.addModule = async function (...module) {
              await may;
              return open.apply(this, module);
            };"""
        )
        await visit.open(tone.http("/"))
        await page.click("#live")
        await page.keyboard.type("Good day to you. ")
        assert visit.said == []
        await page.evaluate("mayOpen()")
        await visit.state("connecting")
        await page.keyboard.press("Control+Enter")
        await visit.until("window.instruments.words.includes('you')")
        assert [event["text"] for event in visit.events("word")] == ["Good", "day", "to", "you"]
        await page.keyboard.press("Escape")
        await visit.state("stopped")


async def test_places_survive_any_edit(tone: Running, visitor: Visitor) -> None:
    """Against a text whose letters know themselves."""
    async with visitor() as visit:
        await visit.open(tone.http("/"))
        wrong = await visit.page.evaluate(
            """async () => {
              const { Places, difference } = await import("/web/console/places.js");
              let seed = 7;
              const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
              const letters = [..."ab \\u{1f600}é言"];
              const wrong = [];
              for (let round = 0; round < 300; round++) {
                let text = Array.from({ length: random(9) }, () => ({ c: letters[random(6)] }));
                const said = [...text];
                const whole = () => text.map(({ c }) => c).join("");
                const places = new Places();
                places.say(whole(), 0);
                for (let edit = 0; edit < 4; edit++) {
                  const before = whole();
                  const from = random(text.length + 1);
                  const some = Array.from({ length: random(3) }, () => ({ c: letters[random(6)] }));
                  const removed = text.splice(from, random(3), ...some);
                  const change = {
                    from: text.slice(0, from).map(({ c }) => c).join("").length,
                    length: some.map(({ c }) => c).join("").length,
                  };
                  change.to = change.from + removed.map(({ c }) => c).join("").length;
                  places.edit(change);
                  // What is told to have changed makes one text of the other.
                  const guess = difference(before, whole());
                  const made = before.slice(0, guess.from)
                    + whole().slice(guess.from, guess.from + guess.length) + before.slice(guess.to);
                  if (made !== whole()) wrong.push(["difference", before, whole()]);
                }
                said.forEach((letter, i) => {
                  const at = text.indexOf(letter);
                  if (at < 0) return;
                  const start = text.slice(0, at).map(({ c }) => c).join("").length;
                  const { start: found, end } = places.range(i, 1);
                  if (found !== start || end !== start + letter.c.length) wrong.push([i, whole()]);
                });
              }
              return wrong;
            }"""
        )
        assert wrong == []


@pytest.mark.parametrize("language", ["en", "zh", "ja"])
async def test_three_languages_dark_and_light_on_a_phone(
    tone: Running, visitor: Visitor, language: str
) -> None:
    phone = {"width": 390, "height": 844}
    async with visitor(viewport=phone, color_scheme="dark", locale=language) as visit:
        page = visit.page
        await visit.open(tone.http("/"))
        root = page.locator("html")
        assert (await root.get_attribute("lang") or "").startswith(language)
        texts = await page.eval_on_selector_all("[data-say]", "all => all.map(e => e.textContent)")
        assert all(text.strip() for text in texts)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await page.evaluate(wide)
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await visit.assert_accessible()
        await page.fill("#text", LONG)
        await page.click("#play")
        await visit.until("window.instruments.words.length > 2")
        await visit.shot(f"console-phone-{language}")
        await page.click("#theme")  # light, whatever the system says
        assert dark != await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await visit.assert_accessible()
        await page.set_viewport_size({"width": 320, "height": 640})
        assert not await page.evaluate(wide)
        await page.click("#stop")
        await visit.state("stopped")


class ManyVoices(ToneEngine):
    """Three languages, one of them with two accents."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (
            *super().voices(),
            VoiceInfo("en-Emma_woman", "en", "woman", "en-GB"),
            VoiceInfo("jp-Kumo_man", "ja", "man", "ja-JP"),
            VoiceInfo("jp-Alpha_woman", "ja", "woman", "ja-JP"),
            VoiceInfo("zh-Yunxi_man", "zh", "man", "zh-CN"),
        )


async def test_the_voice_is_of_the_visitors_language(visitor: Visitor) -> None:
    config = make_config()
    others = {"ja": "jp-Alpha_woman", "zh": "zh-Yunxi_man"}
    blocks: dict[str, dict[str, Any]] = {
        name: {"voice": voice, "lexicon": None, "emoji": "skip", "aliases": {}}
        for name, voice in others.items()
    }
    data = config.model_dump()
    config = Config.model_validate({**data, "languages": {**data["languages"], **blocks}})
    groups = "[...document.querySelectorAll('#voice optgroup')].map((group) => group.label)"
    async with running(ManyVoices(), config) as server, visitor(locale="ja") as visit:
        page = visit.page
        await visit.open(server.http("/"))
        assert await page.input_value("#voice") == "jp-Alpha_woman"
        assert (await page.input_value("#text")).startswith("おはよう")
        expected = ["日本語", "アメリカ英語", "イギリス英語", "中国語"]
        assert await page.evaluate(groups) == expected
        await visit.shot("console-japanese")
        # Another interface: its voice, and its example.
        await page.select_option("#language", "zh")
        assert await page.input_value("#voice") == "zh-Yunxi_man"
        assert (await page.input_value("#text")).startswith("早上好")
        assert (await page.evaluate(groups))[0] == "中文"
        # The settings are told in it, too.
        await page.click("#settings summary")
        about = page.locator("[id='about-session.sessions']")
        await about.wait_for()
        assert await about.inner_text() == "同时存在的会话数"
        # What somebody chose stays, whatever the interface.
        await page.select_option("#voice", "en-Emma_woman")
        await page.fill("#text", "Quite so.")
        await page.select_option("#language", "ja")
        assert await page.input_value("#voice") == "en-Emma_woman"
        assert await page.input_value("#text") == "Quite so."
        await page.click("#play")
        await visit.state("finished")
        assert visit.sent("start")[0]["voice"] == "en-Emma_woman"


async def test_all_words_are_in_all_languages(tone: Running, visitor: Visitor) -> None:
    async with visitor() as visit:
        await visit.open(tone.http("/"))
        words = await visit.page.evaluate(
            """async () => {
              const found = {};
              for (const name of ["en", "zh", "ja"]) {
                found[name] = (await import(`/web/words/${name}.js`)).default;
              }
              return found;
            }"""
        )
    assert words["en"].keys() == words["zh"].keys() == words["ja"].keys()
    for name in ("zh", "ja"):
        assert [key for key, text in words["en"].items() if text == words[name][key]] == []


async def test_ssml_is_spoken_as_such(tone: Running, visitor: Visitor) -> None:
    async with visitor() as visit:
        page = visit.page
        await visit.open(tone.http("/"))
        await page.fill("#text", '<speak>One <break time="5"/> <emphasis>two</emphasis></speak>')
        await page.click("#play")
        await visit.state("finished")
        assert [event["text"] for event in visit.events("word")] == ["One", "two"]
        assert await page.evaluate("window.instruments.words") == ["One", "two"]
        assert "<break> time: expected 500ms" in await page.inner_text("#notice")
        await visit.assert_accessible()
        await page.fill("#text", "1 < 2")
        await page.click("#play")
        await visit.state("finished")
        assert [message["markup"] for message in visit.sent("start")] == ["ssml", "none"]
        assert not await page.is_visible("#notice")


async def test_the_servers_settings_can_be_changed(visitor: Visitor) -> None:
    async with running(ToneEngine(), make_config()) as server, visitor() as visit:
        page = visit.page
        await visit.open(server.http("/"))
        await page.click("#settings summary")
        await page.fill("[id='setting-steps']", "9")
        await visit.assert_accessible()
        await visit.shot("console-settings")
        await page.click("#settings-form button")
        await page.wait_for_selector("#settings-form [role=status]")
        assert await page.inner_text("#settings-form [role=status]") == "Applied."
        # What nobody has moved is the server's, and is not asked for.
        await visit.until("document.getElementById('steps-value').value === '9'")
        await page.fill("#text", "Yes.")
        await page.click("#play")
        await visit.state("finished")
        assert not {"steps", "cfg", "speed"} & visit.sent("start")[0].keys()


async def test_the_sliders_reach_the_server(tone: Running, visitor: Visitor) -> None:
    async with visitor() as visit:
        page = visit.page
        await visit.open(tone.http("/"))
        groups = await page.eval_on_selector_all("#voice optgroup", "all => all.map(g => g.label)")
        assert "English" in groups[0]
        await page.select_option("#voice", "en-Eric_man")
        for name, keys in (("steps", "End"), ("cfg", "Home"), ("speed", "End")):
            await page.focus(f"#{name}")
            await page.keyboard.press(keys)
        await page.fill("#text", LONG)
        await page.click("#play")
        await visit.state("speaking")
        (start,) = visit.sent("start")
        expected = {"voice": "en-Eric_man", "steps": 50, "cfg": 0, "speed": 2}
        assert {name: start[name] for name in expected} == expected
        # In mid-speech they hold from the next clause on.
        await page.focus("#steps")
        await page.keyboard.press("Home")
        await visit.until("window.instruments.words.length > 5")
        assert visit.sent("update") == [{"type": "update", "steps": 1}]
        await page.click("#stop")
        await visit.state("stopped")
        # A visitor who comes back finds them as they were.
        await visit.open(tone.http("/"))
        assert await page.input_value("#voice") == "en-Eric_man"
        assert await page.inner_text("#speed-value") == "2.00×"
