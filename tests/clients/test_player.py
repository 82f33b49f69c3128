"""The player as a person runs it: a real PortAudio over ALSA, which records what it is given."""

import array
import re
import signal
import wave
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection

import player
from playing import command
from tests.clients.desk import NOWHERE, Desk
from tests.clients.speech_server import PlainCalls, Sessions, frames, serving
from tests.support.server import running
from tests.support.tone import ToneEngine

LA = "la " * 50
LATE = r", \d+ underruns?, [\d.]+ s of silence"


def well(result: tuple[int, str, str]) -> bool:
    """All was played and nothing said, unless this machine was too slow to be on time."""
    status, out, err = result
    return (status, out) == (0, "") and re.sub(rf"player: [\d.]+ s of sound{LATE}\n", "", err) == ""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.of(tmp_path, "player.py")


async def test_the_card_plays_exactly_the_frames_sent(desk: Desk) -> None:
    sessions = Sessions()
    async with serving(sessions) as url:
        options = ("--voice", "en-Grace_woman", "--cfg", "2", "--steps", "6", "--speed", "1.5")
        assert well(await desk.run("la " * 400, "--url", url, *options))
    assert desk.sound() == frames(400)
    voice = {"voice": "en-Grace_woman", "cfg": 2.0, "steps": 6, "speed": 1.5}
    assert sessions.starts == [{"type": "start", **voice, "events": ["word"]}]


async def test_devices_are_listed_and_chosen_by_number_or_name(desk: Desk) -> None:
    status, listed, _ = await desk.run("--list-devices")
    assert status == 0
    assert [line.split()[:2] for line in listed.splitlines() if line.startswith("*")] != []
    numbers = {line[1:].split()[1]: line[1:].split()[0] for line in listed.splitlines()}
    async with serving(Sessions()) as url:
        assert well(await desk.run("a b c ", "--url", url, "--device", numbers["other"]))
        assert desk.sound("other") == frames(3)
    async with serving(Sessions()) as url:
        assert well(await desk.run("a b ", "--url", url, "--device", "OTH"))
        assert desk.sound("other") == frames(2)


@pytest.mark.parametrize(
    ("device", "complaint"),
    [
        ("99", "player: cannot open the sound device"),
        ("theremin", "player: --device: no device has 'theremin' in the name: "),
        ("r", "player: --device: several devices have 'r' in the name: "),
    ],
)
async def test_a_device_that_is_not_there_is_one_line(
    desk: Desk, device: str, complaint: str
) -> None:
    status, out, err = await desk.run("Hi", "--device", device)
    assert (status, out) == (1, "")
    assert err.startswith(complaint)
    assert err.count("\n") == 1


@pytest.mark.parametrize(("volume", "first", "last"), [("0.5", 0, 25), ("1000", 1000, 32767)])
async def test_volume_scales_and_clips(desk: Desk, volume: str, first: int, last: int) -> None:
    async with serving(Sessions()) as url:
        assert well(await desk.run(LA, "--url", url, "--volume", volume))
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


async def test_a_lost_connection_is_resumed_and_told(desk: Desk) -> None:
    async with serving(Sessions(cuts=[2, 30])) as url:
        status, out, err = await desk.run("--url", url, said=LA)
    assert (status, out) == (0, "")
    assert re.sub(LATE, "", err) == "player: 1.0 s of sound, 2 times reconnected\n"
    assert desk.sound() == frames(50)


async def test_a_session_that_the_server_lost_goes_on_in_a_new_one(desk: Desk) -> None:
    words = [f"word{number}" for number in range(50)]
    sessions = [Sessions(cuts=[20]), Sessions()]
    lost = PlainCalls(refusal=(4404, "no such session"))
    left = iter(sessions)

    async def restarted(socket: ServerConnection, query: dict[str, str]) -> None:
        await (lost if "session_id" in query else next(left))(socket, query)

    async with serving(restarted) as url:
        status, out, err = await desk.run("--url", url, said=" ".join(words))
    assert (status, out) == (0, "")
    assert re.sub(LATE, "", err).endswith(" s of sound, 1 time reconnected\n")
    again = sessions[1].text.split()
    assert again == words[-len(again) :]
    assert 30 <= len(again) <= 50
    # What was not heard of the first is said again; nothing is left out.
    sound, second = desk.sound(), frames(len(again))
    assert sound.endswith(second)
    assert frames(20).startswith(sound.removesuffix(second))
    assert len(sound) // 640 >= 50


async def test_wav_holds_the_frames_sent_and_needs_no_sound_card(desk: Desk) -> None:
    (desk.folder / "pyaudio.py").write_text("raise ImportError")
    async with serving(Sessions()) as url:
        arguments = (LA, "--url", url, "--wav", "out.wav")
        assert await desk.run(*arguments, pythonpath=str(desk.folder)) == (0, "", "")
    with wave.open(str(desk.folder / "out.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        assert file.readframes(file.getnframes()) == frames(50)


async def test_without_pyaudio_it_says_what_to_do(desk: Desk) -> None:
    (desk.folder / "pyaudio.py").write_text("raise ImportError")
    status, _, err = await desk.run("Hi", pythonpath=str(desk.folder))
    assert status == 1
    assert err.startswith("player: PyAudio is not installed")
    assert err.count("\n") == 1


@pytest.mark.parametrize("sink", [("--wav", "out.wav"), ("--latency", "50")])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_quietly_at_once(
    desk: Desk, sink: tuple[str, str], number: signal.Signals
) -> None:
    sessions = Sessions()
    async with serving(sessions) as url:
        player = await desk.start("--url", url, *sink)
        assert player.stdin
        player.stdin.write(b"la " * 60)
        await sessions.acknowledged.wait()  # some frames were played; stdin is still open
        player.send_signal(number)
        out, err = await player.communicate()
    assert (player.returncode, out, err) == (128 + number, b"", b"")
    if sink[0] == "--wav":
        with wave.open(str(desk.folder / "out.wav")) as file:
            assert frames(60).startswith(file.readframes(file.getnframes()))


async def test_words_are_shown_as_they_are_heard_and_the_terminal_comes_back(desk: Desk) -> None:
    async with (
        running(ToneEngine()) as server,
        desk.at_terminal("One two,\nthree four.", "--url", server.ws(), piped=False) as terminal,
    ):
        assert await terminal.end() == 0
        await terminal.until("s of sound")
        assert terminal.settings() == terminal.before
    plain = terminal.shown.replace("\x1b[1;7m", "<").replace("\x1b[0m", ">")
    assert "<One>\x1b[3DOne <two>\x1b[3Dtwo,\r\n<three>\x1b[5Dthree <four>\x1b[4Dfour.\r\n" in plain


async def test_space_is_silence_and_the_next_line_is_spoken(desk: Desk) -> None:
    endless = "Again and again and again " * 40  # half a minute
    arguments = ("--device", "slow", "--url")
    with desk.slow_card() as card:
        async with (
            running(ToneEngine()) as server,
            desk.at_terminal(*arguments, server.ws(), piped=True) as terminal,
        ):
            assert terminal.process.stdin
            terminal.process.stdin.write(endless.encode())
            await terminal.until("Again")
            assert terminal.settings() != terminal.before  # keys come without Enter
            terminal.press(" ")
            await terminal.until("[silence]")
            terminal.process.stdin.write(b"of this line nothing more\nand now Sesame.")
            terminal.process.stdin.close()
            with card.playing() as sound:
                assert await terminal.end() == 0
            await terminal.until(" s of sound")
            assert terminal.settings() == terminal.before
    after = terminal.shown.partition("[silence]")[2]
    assert "Sesame" in after
    assert "nothing" not in after
    assert "again" not in after
    assert 0 < len(sound) < 32_000 * 5


@pytest.mark.parametrize("way", ["\x03", "q", "SIGTERM", "SIGHUP"])
async def test_however_it_ends_the_terminal_comes_back(desk: Desk, way: str) -> None:
    async with (
        running(ToneEngine()) as server,
        desk.at_terminal("--url", server.ws(), piped=True) as terminal,
    ):
        assert terminal.process.stdin
        terminal.process.stdin.write(b"On and on and on and on and on and on and on.")
        await terminal.until("On")
        assert terminal.settings() != terminal.before
        if way.startswith("SIG"):
            terminal.process.send_signal(signal.Signals[way])
        else:
            terminal.press(way)
        status = await terminal.end()
        assert terminal.settings() == terminal.before
    assert status == (128 + signal.Signals[way] if way.startswith("SIG") else 130)
    assert "Traceback" not in terminal.shown


async def test_an_empty_line_is_silence_where_text_is_typed(desk: Desk) -> None:
    async with (
        running(ToneEngine()) as server,
        desk.at_terminal("--url", server.ws(), piped=False) as terminal,
    ):
        await terminal.until("an empty line is silence")
        terminal.press("Something short.\n\nAnother.\n\x04")
        assert await terminal.end() == 0
        await terminal.until(" s of sound")
    assert "Traceback" not in terminal.shown


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
    async with serving(PlainCalls(refusal=(4401, "a key is needed"))) as url:
        status, _, err = await desk.run("Hi", "--url", url, "--wav", "out.wav")
        assert (status, err) == (
            1,
            "player: a key is needed - pass --key KEY, or set VVSTREAM_KEY\n",
        )
    assert (desk.folder / "out.wav").read_bytes() == b"precious"


async def test_a_file_that_cannot_be_written_is_one_line(desk: Desk) -> None:
    async with serving(Sessions()) as url:
        status, _, err = await desk.run("Hi", "--url", url, "--wav", "no/such/folder.wav")
    assert status == 1
    assert err == "player: no/such/folder.wav: No such file or directory\n"


async def test_a_text_that_cannot_be_spoken_is_told(desk: Desk) -> None:
    async with running(ToneEngine()) as server:
        status, _, err = await desk.run("🙂🙂", "--url", server.ws())
    assert status == 0
    assert err == "player: 0.0 s of sound, nothing in the text that this voice could speak\n"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("--speed 9", "--speed: expected 0.5 to 2, got 9"),
        ("--cfg -1", "--cfg: expected 0 to 10, got -1"),
        ("--steps 99", "--steps: expected 1 to 50, got 99"),
        ("--seed -1", "--seed: expected 0 to 4294967295, got -1"),
        ("--latency 0", "--latency: expected 1 to 2000 ms, got 0"),
    ],
)
def test_options_that_cannot_be(
    options: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        player.main(["Hi", *options.split()])
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"player: error: {complaint}"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("http://localhost:7860/", "ws://localhost:7860/stream"),
        ("https://example.org", "wss://example.org/stream"),
        ("ws://localhost:7860/voices/stream?x=1", "ws://localhost:7860/voices/stream?x=1"),
        ("somewhere", "somewhere"),
    ],
)
def test_the_address_of_the_page_will_do(given: str, meant: str) -> None:
    assert command.address(given) == meant


async def test_an_address_of_something_else_is_one_line(desk: Desk) -> None:
    async with running(ToneEngine()) as server:
        url = f"ws://127.0.0.1:{server.port}/nowhere"
        status, _, err = await desk.run("Hi", "--url", url, "--wav", "out.wav")
    assert (status, err.count("\n")) == (1, 1)
    assert err.endswith("is this the address of a vvstream server? It ends in /stream\n")


async def test_help_is_enough(desk: Desk) -> None:
    status, out, _ = await desk.run("--help")
    assert status == 0
    for told in ("--voice", "--url", "--device", "--latency", "--volume", "--wav", "space"):
        assert told in out
