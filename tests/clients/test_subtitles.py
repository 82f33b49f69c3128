"""The subtitle client as a person runs it: into files, onto a card, from pipes and feeds."""

import asyncio
import csv
import json
import os
import shutil
import signal
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

import subtitles
from playing.pcm import samples_of
from tests.clients.desk import NOWHERE, Desk
from tests.support.server import running
from tests.support.server import test_config as server_config
from tests.support.tone import ToneEngine
from voicing.report import HEADER, ON_TIME
from voicing.stamps import clock
from vvstream.wire.gate import new_key

CUES = Path(__file__).parents[2] / "clients/examples"
HZ = 16_000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.of(tmp_path, "subtitles.py")


def samples(path: Path) -> "list[int]":
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, HZ)
        return list(samples_of(file.readframes(file.getnframes())))


def table(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert not rows or list(rows[0]) == list(HEADER)
    return rows


def srt(*cues: tuple[float, float, str]) -> str:
    return "\n".join(f"{clock(start)} --> {clock(end)}\n{text}\n" for start, end, text in cues)


@pytest.mark.parametrize(
    ("name", "count"), [("dense.srt", 34), ("two_languages.vtt", 8), ("broken.srt", 6)]
)
async def test_cues_begin_at_their_time_in_the_file(desk: Desk, name: str, count: int) -> None:
    async with running(ToneEngine()) as server:
        # Tones are short: at half their speed many must be hurried.
        arguments = (str(CUES / name), "--out", "out.wav", "--url", server.ws())
        status, out, err = await desk.run(*arguments, "--speed", "0.65", "--max-speed", "2")
    assert status == 0, err
    rows, sound = table(desk.folder / "out.csv"), samples(desk.folder / "out.wav")
    assert len(rows) == count
    on_time = 0
    for row in rows:
        begin, start = round(float(row["begins_s"]) * HZ), float(row["start"])
        # The row tells the truth: it is quiet before, or the last one's end, and loud from there.
        assert max(map(abs, sound[begin : begin + 80])) >= 100
        on_time += abs(begin / HZ - start) <= ON_TIME
    assert on_time / count >= 0.95
    starts = [round(float(row["begins_s"]) * HZ) for row in rows]
    ends = [begin for begin in starts[1:]] + [len(sound)]
    lengths = [
        float(row["room_s"]) - float(row["spare_s"]) - float(row["late_s"]) for row in rows
    ]
    for begin, length, following in zip(starts, lengths, ends, strict=True):
        assert not any(sound[begin + round(length * HZ) + 40 : following - 20])  # to a ms or so
    assert f"{count} of {count} cues spoken" in out
    assert len(out.splitlines()) == count + 2
    assert ("subtitles: " in err) == (name != "dense.srt")
    if name == "dense.srt":
        assert any(float(row["speed"]) > 0.65 for row in rows)
        assert len({row["voice"] for row in rows}) == 3


@pytest.mark.parametrize("policy", ["shift", "overlap", "drop", "duck"])
async def test_the_policy_decides_where_haste_is_not_enough(desk: Desk, policy: str) -> None:
    long = "A very long sentence that cannot be said in half a second, whoever says it."
    (desk.folder / "x.srt").write_text(srt((0, 0.5, f"ANNA: {long}"), (0.6, 4, "BEN: And then?")))
    async with running(ToneEngine()) as server:
        arguments = ("x.srt", "--out", "x.wav", "--url", server.ws(), "--policy", policy)
        status, out, err = await desk.run(*arguments)
    assert (status, err) == (0, "")
    _, ben = table(desk.folder / "x.csv")
    word = {"shift": "shifted", "overlap": "overlaps", "drop": "dropped", "duck": "ducks"}[policy]
    assert ben["outcome"].startswith(word)
    assert (ben["late_s"] == "") == (policy == "drop")
    assert word in out


async def test_voices_are_cast_as_asked(desk: Desk) -> None:
    (desk.folder / "x.srt").write_text(srt((0, 2, "ANNA: Yes."), (2, 4, "BEN: No."), (4, 6, "So.")))
    async with running(ToneEngine()) as server:
        arguments = ("x.srt", "--out", "x.wav", "--url", server.ws(), "--voice", "en-Sarah_woman")
        cast = ("--voices", "Anna=en-Mike_man", "--voices", "ben=en-Carter_man")
        status, _, err = await desk.run(*arguments, *cast)
        assert (status, err) == (0, "")
        voices = [row["voice"] for row in table(desk.folder / "x.csv")]
        assert voices == ["en-Eric_man", "en-Michael_man", "en-Sarah_woman"]
        status, _, err = await desk.run(*arguments, "--voices", "ANNA=en-Nobody")
    assert status == 1
    assert err.startswith("subtitles: unknown voice 'en-Nobody'; one is en-")
    assert err.count("\n") == 1


async def test_the_card_plays_the_cues(desk: Desk) -> None:
    cues = [(0.8, 1.6, "One."), (1.7, 2.2, "Two."), (2.4, 3.0, "Three.")]
    (desk.folder / "x.srt").write_text(srt(*cues))
    async with running(ToneEngine()) as server:
        status, out, err = await desk.run("x.srt", "--url", server.ws())
        assert (status, err) == (0, "")
        assert "3 of 3 cues spoken" in out
        arguments = ("x.srt", "--url", server.ws(), "--out", "x.wav")
        assert (await desk.run(*arguments))[0] == 0
    # What was heard is what is in the file, but for silence: that gives way to the wall clock.
    heard, written = samples_of(desk.sound()), samples(desk.folder / "x.wav")
    assert [one for one in heard if one] == [one for one in written if one]


async def test_lines_are_spoken_as_they_come(desk: Desk) -> None:
    first = "ANNA: This is the first of two lines, and it takes quite a while to say it."
    async with running(ToneEngine()) as server:
        client = await desk.start("--url", server.ws())
        assert client.stdin
        assert client.stdout
        client.stdin.write(f"{first}\nBEN: The second waits.\n\n".encode())
        rows = [(await client.stdout.readline()).decode() for _ in range(3)][1:]
        client.stdin.write(b"ANNA: The last has no end of line.")
        client.stdin.close()
        out = (await client.stdout.read()).decode()
        assert await client.wait() == 0
    assert ["ANNA" in rows[0], "BEN" in rows[1], "shifted" in rows[1]] == [True] * 3
    assert "3 of 3 cues spoken" in out
    assert any(desk.sound())


@asynccontextmanager
async def feed(*connections: list[str]) -> AsyncIterator[str]:
    """A feed that sends these messages, a list a connection; all but the last break off."""
    left = list(connections)

    async def send(socket: ServerConnection) -> None:
        for message in left.pop(0):
            await socket.send(message)
        if left:
            socket.transport.abort()

    async with serve(send, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def test_a_feed_is_spoken_and_found_again(desk: Desk) -> None:
    json_cue = json.dumps({"start": 3600.5, "end": 3602, "text": "Hello.", "speaker": "ANNA"})
    vtt = "01:00:02.000 --> 01:00:03.000\n<v Ben>Good evening.\n\nNOTE x\n"
    at_once = json.dumps([{"text": "BEN: At once."}, {"nothing": 1}])
    async with running(ToneEngine()) as server, feed([json_cue, vtt], [at_once]) as url:
        client = await desk.start("--feed", url, "--url", server.ws(), "--delay", "0.5")
        out, err = await client.communicate()
    assert client.returncode == 0
    speakers = [line[20:32].strip() for line in out.decode().splitlines()[1:4]]
    assert speakers == ["ANNA", "Ben", "BEN"]
    assert err.decode() == (
        'subtitles: line 3: expected {"text": "…", "start": …, "end": …} (skipped)\n'
    )
    assert "3 of 3 cues spoken" in out.decode()


async def test_ctrl_c_leaves_no_half_a_file(desk: Desk) -> None:
    cues = [(number, number + 1, f"This is number {number}.") for number in range(2_000)]
    (desk.folder / "x.srt").write_text(srt(*cues))
    async with running(ToneEngine()) as server:
        client = await desk.start("x.srt", "--out", "x.wav", "--url", server.ws())
        assert client.stdout
        await client.stdout.readline()
        await client.stdout.readline()
        client.send_signal(signal.SIGINT)
        _, err = await client.communicate()
        live = await desk.start("x.srt", "--url", server.ws())
        assert live.stdout
        await live.stdout.readline()
        await live.stdout.readline()
        live.send_signal(signal.SIGINT)
        _, said = await live.communicate()
    assert (client.returncode, err) == (130, b"")
    assert (live.returncode, said) == (130, b"")
    assert sorted(path.name for path in desk.folder.glob("x.*")) == ["x.srt"]


async def test_progress_is_shown_in_a_terminal(desk: Desk) -> None:
    arguments = (str(CUES / "broken.srt"), "--out", "x.wav")
    async with (
        running(ToneEngine()) as server,
        desk.at_terminal(*arguments, "--url", server.ws(), piped=False) as terminal,
    ):
        assert await terminal.end() == 0
        await terminal.until("6 of 6 cues spoken")
        assert terminal.settings() == terminal.before
    assert "[##" in terminal.shown


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["x.srt", "--url", NOWHERE], "cannot reach http://127.0.0.1:9/api/voices: "),
        (["x.srt", "--url", "ftp://x"], "ftp://x is not a WebSocket address"),
        (["x.srt", "--out", "no/x.wav"], "--out: no such folder: no"),
        (["none.srt"], "none.srt: No such file or directory"),
    ],
)
async def test_what_is_wrong_is_one_line(desk: Desk, arguments: list[str], complaint: str) -> None:
    (desk.folder / "x.srt").write_text(srt((0, 1, "Hi.")))
    result, out, err = await desk.run(*arguments)
    assert (result, out) == (1, "")
    assert err.startswith(f"subtitles: {complaint}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("x.srt --mux x.mp4", "--out needs FILE, and --mux needs --out"),
        ("--out x.wav", "--out needs FILE, and --mux needs --out"),
        ("x.srt --out x.mp3", "--out: expected a name that ends in .wav, got x.mp3"),
        ("x.srt --feed ws://x", "FILE or --feed, not both"),
        ("x.srt --max-speed 9", "--max-speed: expected 0.5 to 2, got 9"),
        ("x.srt --from soon", "--from: expected a time such as 1:02:03, got 'soon'"),
        ("x.srt --policy hope", "argument --policy: invalid Policy value: 'hope'"),
        ("x.srt --latency 0", "--latency: expected 1 to 2000 ms, got 0"),
        ("x.srt --volume -1", "--volume: expected 0 or more, got -1.0"),
    ],
)
def test_options_that_cannot_be(
    options: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        subtitles.main(options.split())
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"subtitles: error: {complaint}"


async def test_a_feed_that_is_not_there_and_a_file_without_cues(desk: Desk) -> None:
    (desk.folder / "x.srt").write_text("Nothing.")
    async with running(ToneEngine()) as server:
        status, _, err = await desk.run("--feed", "ws://127.0.0.1:9/", "--url", server.ws())
        assert (status, err.count("\n")) == (1, 1)
        assert err.startswith("subtitles: --feed: cannot reach ws://127.0.0.1:9/")
        status, _, err = await desk.run("x.srt", "--out", "x.wav", "--url", server.ws())
        assert (status, err.splitlines()[-1]) == (1, "subtitles: x.srt: no cue that can be spoken")


async def test_a_key_that_is_missing_is_one_line_and_a_key_opens(desk: Desk) -> None:
    (desk.folder / "x.srt").write_text(srt((0, 2, "Hi there.")))
    key, sha256 = new_key()
    config = server_config(access={"keys": [{"name": "us", "sha256": sha256}]})
    async with running(ToneEngine(), config) as server:
        arguments = ("x.srt", "--out", "x.wav", "--url", server.ws())
        status, _, err = await desk.run(*arguments)
        assert status == 1
        assert err.endswith(" - pass --key KEY, or set VVSTREAM_KEY\n")
        assert err.count("\n") == 1
        status, _, err = await desk.run(*arguments, "--key", key)
        assert (status, err) == (0, "")


async def test_help_is_enough(desk: Desk) -> None:
    _, out, _ = await desk.run("--help")
    for told in ("--out", "--mux", "--policy", "--max-speed", "--voices", "--feed", "duck"):
        assert told in out


async def run(folder: Path, command: str) -> str:
    """A command that must succeed; returns what it printed."""
    process = await asyncio.create_subprocess_exec(
        *command.split(), cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
async def test_voices_are_mixed_into_a_film(desk: Desk) -> None:
    picture, hum = "-f lavfi -i testsrc=d=3:r=10:s=64x64", "-f lavfi -i sine=440:d=3"
    await run(desk.folder, f"ffmpeg -loglevel error {picture} {hum} film.mkv")
    (desk.folder / "x.srt").write_text(srt((1, 2, "Hello there.")))
    async with running(ToneEngine()) as server:
        arguments = ("x.srt", "--out", "x.wav", "--url", server.ws(), "--mux", "film.mkv")
        status, out, err = await desk.run(*arguments, "--background", "0.1")
        assert (status, err) == (0, "")
        assert "wrote x.wav, x.csv, x.mkv" in out
        status, _, err = await desk.run(*arguments[:2], "film.wav", *arguments[3:])
        assert status == 1
        assert "film.mkv would be overwritten" in err
        os.rename(desk.folder / "x.wav", desk.folder / "dry.wav")
        status, _, err = await desk.run(*arguments[:-1], "x.srt")
        assert status == 1
        assert err.startswith("subtitles: --mux: x.srt would be overwritten")
        os.rename(desk.folder / "x.csv", desk.folder / "text.mkv")
        status, out, err = await desk.run(*arguments[:-1], "text.mkv")
        assert (status, out) == (1, "")  # before anything was spoken
        assert err.startswith("subtitles: --mux: ffprobe: text.mkv: Invalid data")
    sound = "-ac 1 -ar 16000 -c:a pcm_s16le"
    await run(desk.folder, f"ffmpeg -loglevel error -i x.mkv {sound} mixed.wav")
    mixed, dry = samples(desk.folder / "mixed.wav"), samples(desk.folder / "dry.wav")
    loud = [max(map(abs, mixed[at : at + HZ // 4])) for at in (HZ // 2, HZ + HZ // 8)]
    assert loud[0] < loud[1] / 3  # the film softly, then the voice
    assert max(map(abs, dry[: HZ - 1])) == 0
    show = "-show_entries stream=codec_type -of csv=p=0"
    streams = await run(desk.folder, f"ffprobe -loglevel error {show} x.mkv")
    assert streams.split() == ["video", "audio"]


async def test_without_ffmpeg_it_says_so_before_it_speaks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(desk.folder))
    (desk.folder / "x.srt").write_text(srt((0, 1, "Hi.")))
    status, _, err = await desk.run("x.srt", "--out", "x.wav", "--mux", "x.mp4", "--url", NOWHERE)
    assert (status, err) == (1, "subtitles: --mux needs ffmpeg (on Debian: apt install ffmpeg)\n")
