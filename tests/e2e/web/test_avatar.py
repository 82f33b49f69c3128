"""The digital human in a real browser: lips in time with the sound, and heads of all kinds."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Page

from tests.e2e.web.conftest import SCREENSHOTS, Visitor, with_ears
from tests.e2e.web.ears import PIECE_SECONDS, places
from tests.e2e.web.heads import VOWELS, glb, head
from tests.support.server import Running, running
from tests.support.server import test_config as make_config
from vvstream import engine

LATE_SECONDS = 0.04
# The processor draws in 3D: the fewer points the better.
SMALL = {"width": 480, "height": 480}


@pytest.fixture(scope="module")
async def real() -> AsyncIterator[Running]:
    """A server with the shipped voice."""
    config = make_config()
    async with running(engine.load(config, "cpu"), config) as server:
        yield with_ears(server)


async def test_the_lips_are_in_time(real: Running, visitor: Visitor) -> None:
    async with visitor(ears=True) as visit:
        page = visit.page
        await visit.open(real.http("/avatar"))
        await visit.state("ready")
        await visit.assert_accessible()
        await page.fill("#text", "Maybe Bob put papa's big map up, by the pub. Yes!")
        await visit.listen()
        await page.click("#play")
        await visit.until("window.instruments.mouths.length > 20")
        await visit.shot("avatar-speaking")
        await visit.state("finished")
        recording = await visit.recording()
        mouths = await page.evaluate("window.instruments.mouths")
        found = places(recording, visit.frames)
        # For each mouth that was drawn: which moment of the speech leaves the loudspeaker when it
        # is to be seen, by the samples themselves, and which moment the mouth is of.
        wrong = []
        for mouth in mouths:
            at = mouth["context"] * recording.rate
            known = [(i, place) for i, place in found.items() if place is not None]
            near = [
                i * PIECE_SECONDS + (at - place) / recording.rate
                for i, place in known
                if 0 <= at - place < PIECE_SECONDS * recording.rate
            ]
            wrong += [mouth["time"] - true for true in near]
        assert len(wrong) > 10
        note_lateness(mouths, wrong)
        # Where a busy machine has just made the sound break off, one may come from before it.
        assert np.quantile(np.abs(wrong), 0.95) <= LATE_SECONDS
        # Lips that must touch, do, and the mouth shows what the server told of that moment.
        visemes = visit.events("viseme")
        for mouth in mouths:
            assert sum(mouth["weights"].values()) == pytest.approx(1, abs=1e-6)
            for viseme in visemes:
                middle = (viseme["start"] + viseme["end"]) / 2
                if viseme["viseme"] == "PP" and abs(mouth["time"] - middle) < 0.004:
                    assert mouth["weights"]["PP"] > 0.9


def note_lateness(mouths: list[dict[str, Any]], wrong: list[float]) -> None:
    """Keep the figures beside the pictures: they are this machine's, nothing is asked of them."""
    rows = {
        "the mouth against the samples of its moment": [abs(seconds) for seconds in wrong],
        "seen before or after its sound": [abs(m["shown"]) for m in mouths if "shown" in m],
    }
    lines = [f"{len(mouths)} mouths; median, 95 %, worst in ms"]
    for name, seconds in rows.items():
        late = 1000 * np.quantile(seconds, (0.5, 0.95, 1))
        lines.append(f"{name}: {late[0]:.1f} {late[1]:.1f} {late[2]:.1f}")
    (SCREENSHOTS / "lips.txt").write_text("\n".join(lines) + "\n")


async def test_a_mans_voice_has_a_mans_face(real: Running, visitor: Visitor) -> None:
    async with visitor() as visit:
        page = visit.page
        await visit.open(real.http("/avatar"))
        # Beside the cheek: her hair, which is dark, or the light wall behind him.
        light = """(() => {
          const face = document.getElementById("face");
          const { width, height } = face;
          const scale = Math.min(width, height) / 400;
          const at = [width / 2 + 100 * scale, height / 2 + 50 * scale];
          const [red, green, blue] = face.getContext("2d").getImageData(...at, 1, 1).data;
          return red + green + blue;
        })()"""
        await visit.until(f"{light} > 0 && {light} < 300")
        await page.select_option("#voice", "en-Eric_man")
        await visit.until(f"{light} > 450")
        await visit.shot("avatar-man")
        await page.select_option("#voice", "en-Heart_woman")
        await visit.until(f"{light} < 300")


async def test_a_mouth_is_the_mean_of_its_neighbours(real: Running, visitor: Visitor) -> None:
    """Coarticulation: no jump however fast the sounds, closed lips closed, rounded lips early."""
    async with visitor() as visit:
        await visit.open(real.http("/avatar"))
        row = [("sil", 0.2), ("PP", 0.06), ("aa", 0.12), ("DD", 0.05), ("ou", 0.15), ("sil", 0.3)]
        visemes: list[dict[str, Any]] = []
        at = 0.0
        for name, length in row:
            visemes.append({"viseme": name, "start": at, "end": at + length})
            at += length
        got = await visit.page.evaluate(
            """async ([visemes, end]) => {
              const { mouthAt } = await import("/web/avatar/coarticulation.js");
              const { lastBegun } = await import("/web/speech/timeline.js");
              const rows = [];
              for (let t = -0.3; t < end + 0.5; t += 0.002) {
                rows.push([t, mouthAt(visemes, lastBegun(visemes, t) + 1, t)]);
              }
              return rows;
            }""",
            [visemes, at],
        )
        names = list(got[0][1])
        times = np.array([time for time, _ in got])
        weights = np.array([[mouth[name] for name in names] for _, mouth in got])
        assert len(names) == 15
        assert np.allclose(weights.sum(1), 1)
        assert weights.min() >= 0
        assert np.abs(np.diff(weights, axis=0)).max() < 0.12
        for event in visemes:
            middle = int(np.argmin(np.abs(times - (event["start"] + event["end"]) / 2)))
            most = names[int(np.argmax(weights[middle]))]
            # The lips of a "d" are those of its neighbours.
            assert most == event["viseme"] or event["viseme"] == "DD"
        assert weights[:, names.index("DD")].max() > 0.2
        assert weights[:, names.index("PP")].max() > 0.99
        before = int(np.argmin(np.abs(times - (visemes[4]["start"] - 0.05))))
        assert weights[before, names.index("ou")] > 0.15
        assert weights[0, 0] == pytest.approx(1)
        assert weights[-1, 0] == pytest.approx(1)


async def drop(page: Page, name: str, data: bytes) -> None:
    """Let a file fall on the stage."""
    transfer = await page.evaluate_handle(
        """([name, text]) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name));
          return transfer;
        }""",
        [name, base64.b64encode(data).decode()],
    )
    await page.dispatch_event("#stage", "dragover", {"dataTransfer": transfer})
    await page.dispatch_event("#stage", "drop", {"dataTransfer": transfer})


async def test_a_visitors_own_head_speaks(real: Running, visitor: Visitor) -> None:
    async with visitor(viewport=SMALL) as visit:
        page = visit.page
        await visit.open(real.http("/avatar"))
        await drop(page, "ball.vrm", head(VOWELS, vrm=1))
        await visit.state("headLoaded")
        await page.fill("#text", "Ah, papa! " * 9)
        await page.click("#play")
        await visit.until("window.instruments.mouths.some(({ weights }) => weights.aa > 0.3)")
        await visit.shot("avatar-own-head")
        await page.keyboard.press("Escape")
        await visit.state("stopped")
        await visit.assert_accessible()


async def test_heads_of_all_kinds(real: Running, visitor: Visitor) -> None:
    spelled = "PP FF TH DD kk CH SS nn RR aa E I O U".split()
    oculus = (*(f"viseme_{name}" for name in spelled), "eyeBlinkLeft")
    apple = ("mouthFunnel", "mouthPucker", "eyeBlinkRight")
    async with visitor(viewport=SMALL) as visit:
        page = visit.page
        await visit.open(real.http("/avatar"))
        for name, data, count in (
            ("ball.vrm", head(VOWELS, vrm=1), 15),
            ("old.vrm", head(VOWELS, vrm=0), 15),
            ("apple.glb", head(apple), 6),
            ("oculus.glb", head(oculus), 15),
            # Its meshes can do what no expression of it names.
            ("bare.vrm", head(("A", "I", "U", "E", "O"), vrm=1), 15),
        ):
            await drop(page, name, data)
            await page.locator("#state", has_text=name).locator("visible=true").wait_for()
            await visit.state("headLoaded")
            assert await page.inner_text("#state") == f"{name}: {count} of 15 mouth shapes found."
            assert await page.is_visible("#head")
            assert not await page.is_visible("#face")
        await drop(page, "hat.vrm", head(("hat",), vrm=1))
        await page.locator("#state[data-kind=headMute]", has_text="hat.vrm").wait_for()
        await drop(page, "mute.glb", head(("hat",)))
        await page.locator("#state[data-kind=headMute]", has_text="mute.glb").wait_for()
        # What is no head leaves the one that is there.
        await drop(page, "letter.vrm", b"Dear Sir or Madam")
        await visit.state("headBroken")
        packed = {"asset": {"version": "2.0"}, "extensionsUsed": ["KHR_draco_mesh_compression"]}
        await drop(page, "packed.glb", glb(packed, b""))
        await visit.state("headPacked")
        assert await page.is_visible("#head")
        await page.click("#ours")
        assert await page.is_visible("#face")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone(real: Running, visitor: Visitor, scheme: str) -> None:
    phone = {"width": 390, "height": 844}
    async with visitor(viewport=phone, color_scheme=scheme, locale="ja") as visit:
        await visit.open(real.http("/avatar"))
        assert not await visit.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        await visit.assert_accessible()
        await visit.page.click("#play")
        await visit.until("window.instruments.mouths.length > 10")
        await visit.shot(f"avatar-phone-{scheme}")
        await visit.assert_accessible()
        await visit.page.keyboard.press("Escape")
        await visit.state("stopped")
