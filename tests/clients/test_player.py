"""The player as a person runs it: a real PortAudio over ALSA, which records what it is given."""

import array
import asyncio
import os
import signal
import sys
import wave
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clients.speech_server import PlainCalls, Sessions, frames, serving

PLAYER = Path(__file__).parents[2] / "clients" / "player.py"
NOWHERE = "ws://127.0.0.1:9/stream"  # the discard port: nobody listens

ASOUND = """
pcm.silent {{ type null }}
pcm.recorder {{ type file slave.pcm silent file {folder}/recorder.raw format raw }}
pcm.other {{ type file slave.pcm silent file {folder}/other.raw format raw }}
pcm.!default {{ type plug slave.pcm recorder }}
ctl.!default {{ type null }}
"""


@dataclass(frozen=True)
class Desk:
    """A folder with an ALSA configuration whose devices write what they play into it."""

    folder: Path

    def sound(self, device: str = "recorder") -> bytes:
        return (self.folder / f"{device}.raw").read_bytes()

    async def start(self, *arguments: str, pythonpath: str = "") -> Process:
        environment = os.environ | {
            "ALSA_CONFIG_PATH": str(self.folder / "asound.conf"),
            "PYTHONPATH": pythonpath,
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(PLAYER),
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            cwd=self.folder,
        )

    async def run(
        self, *arguments: str, said: str = "", pythonpath: str = ""
    ) -> tuple[int, str, str]:
        """Run the player to its end; returns its exit status, stdout and stderr."""
        player = await self.start(*arguments, pythonpath=pythonpath)
        out, err = await player.communicate(said.encode())
        assert player.returncode is not None
        return player.returncode, out.decode(), err.decode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "asound.conf").write_text(ASOUND.format(folder=tmp_path))
    return Desk(tmp_path)


async def test_the_card_plays_exactly_the_frames_sent(desk: Desk) -> None:
    calls = PlainCalls(count=400)
    async with serving(calls) as url:
        options = ("--voice", "en-Grace_woman", "--cfg", "2", "--steps", "6")
        assert await desk.run("Good morning", "--url", url, *options) == (0, "", "")
    assert desk.sound() == frames(400)
    assert calls.queries == [
        {"text": "Good morning", "voice": "en-Grace_woman", "cfg": "2.0", "steps": "6"}
    ]


async def test_devices_are_listed_and_chosen_by_number(desk: Desk) -> None:
    status, listed, _ = await desk.run("--list-devices")
    assert status == 0
    numbers = {name: number for number, name in map(str.split, listed.splitlines())}
    async with serving(PlainCalls(count=10)) as url:
        assert await desk.run("Hi", "--url", url, "--device", numbers["other"]) == (0, "", "")
    assert desk.sound("other") == frames(10)


async def test_a_device_that_is_not_there_is_one_line(desk: Desk) -> None:
    status, out, err = await desk.run("Hi", "--device", "99")
    assert (status, out) == (1, "")
    assert err.startswith("player: cannot open the sound device")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("volume", "first", "last"), [("0.5", 0, 100), ("1000", 1000, 32767)])
async def test_volume_scales_and_clips(desk: Desk, volume: str, first: int, last: int) -> None:
    async with serving(PlainCalls(count=200)) as url:
        assert await desk.run("Hi", "--url", url, "--volume", volume) == (0, "", "")
    samples = array.array("h", desk.sound())
    assert (samples[0], samples[-1]) == (first, last)


async def test_stdin_is_spoken_as_it_comes(desk: Desk) -> None:
    sessions = Sessions()
    async with serving(sessions) as url:
        player = await desk.start("--url", url)
        assert player.stdin
        # Cut inside a word and inside a character (é), as pipes do.
        player.stdin.write(b"one caf\xc3")
        await sessions.spoken.wait()  # the first word is out while stdin is still open
        player.stdin.write(b"\xa9 three")
        player.stdin.close()
        assert await player.wait() == 0
    assert sessions.text == "one café three"
    assert desk.sound() == frames(3)


async def test_stdin_survives_a_lost_connection(desk: Desk) -> None:
    async with serving(Sessions(cuts=[2, 30])) as url:
        assert await desk.run("--url", url, said="la " * 50) == (0, "", "")
    assert desk.sound() == frames(50)


async def test_wav_holds_the_frames_sent_and_needs_no_sound_card(desk: Desk) -> None:
    (desk.folder / "pyaudio.py").write_text("raise ImportError")
    async with serving(PlainCalls(count=100)) as url:
        arguments = ("Hi", "--url", url, "--wav", "out.wav")
        assert await desk.run(*arguments, pythonpath=str(desk.folder)) == (0, "", "")
    with wave.open(str(desk.folder / "out.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        assert file.readframes(file.getnframes()) == frames(100)


async def test_without_pyaudio_it_says_what_to_do(desk: Desk) -> None:
    (desk.folder / "pyaudio.py").write_text("raise ImportError")
    status, _, err = await desk.run("Hi", pythonpath=str(desk.folder))
    assert status == 1
    assert err.startswith("player: PyAudio is not installed")
    assert err.count("\n") == 1


@pytest.mark.parametrize("sink", [("--wav", "out.wav"), ("--latency", "50")])
async def test_ctrl_c_ends_it_quietly_at_once(desk: Desk, sink: tuple[str, str]) -> None:
    sessions = Sessions()
    async with serving(sessions) as url:
        player = await desk.start("--url", url, *sink)
        assert player.stdin
        player.stdin.write(b"la " * 60)
        await sessions.acknowledged.wait()  # some frames were played; stdin is still open
        player.send_signal(signal.SIGINT)
        out, err = await player.communicate()
    assert (player.returncode, out, err) == (130, b"", b"")
    if sink[0] == "--wav":
        with wave.open(str(desk.folder / "out.wav")) as file:
            assert frames(60).startswith(sound := file.readframes(file.getnframes()))
            assert len(sound) >= 5 * 640


@pytest.mark.parametrize("text", [["Hello"], []])
async def test_no_server_is_one_line(desk: Desk, text: list[str]) -> None:
    status, out, err = await desk.run(*text, "--url", NOWHERE, "--wav", "out.wav")
    assert (status, out) == (1, "")
    assert err.startswith(f"player: cannot reach {NOWHERE}")
    assert "is the server running?" in err
    assert err.count("\n") == 1


async def test_a_refusal_is_one_line_and_spares_the_old_file(desk: Desk) -> None:
    (desk.folder / "out.wav").write_bytes(b"precious")
    async with serving(PlainCalls(refusal=(4422, "unknown voice: Nobody"))) as url:
        arguments = ("Hi", "--url", url, "--wav", "out.wav")
        assert await desk.run(*arguments) == (1, "", "player: unknown voice: Nobody\n")
    assert (desk.folder / "out.wav").read_bytes() == b"precious"


async def test_a_file_that_cannot_be_written_is_one_line(desk: Desk) -> None:
    async with serving(PlainCalls()) as url:
        status, _, err = await desk.run("Hi", "--url", url, "--wav", "no/such/folder.wav")
    assert status == 1
    assert err.count("\n") == 1


async def test_help_is_enough(desk: Desk) -> None:
    status, out, _ = await desk.run("--help")
    assert status == 0
    for option in ("--voice", "--cfg", "--steps", "--url", "--device", "--volume", "--wav"):
        assert option in out
