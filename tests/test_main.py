"""The command line, in this process over the tone engine."""

import io
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.support.house import sound
from tests.support.tone import Faults, ToneEngine
from tests.support.tone_server import load_config
from vvstream import __main__ as command
from vvstream import engine, serve
from vvstream.config import Config
from vvstream.wire.gate import digest


@pytest.fixture
def tone(monkeypatch: pytest.MonkeyPatch) -> ToneEngine:
    tone = ToneEngine()
    monkeypatch.setattr(engine, "load", lambda config, device: tone)
    monkeypatch.setattr(command, "load", load_config)
    return tone


def audio(data: bytes) -> bytes:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        return bytes(file.readframes(file.getnframes()))


def test_say_writes_a_wav(tone: ToneEngine, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    options = ["--voice", "en-Mike_man", "--cfg", "3", "--steps", "7", "--speed", "1.5"]
    assert command.main(["say", "Hello there.", "-o", str(out), *options, "--seed", "9"]) == 0
    spoken = tone.opened[0].options
    assert (spoken.voice, spoken.cfg, spoken.steps) == ("en-Eric_man", 3.0, 7)
    assert (spoken.speed, spoken.seed) == (1.5, 9)
    assert len(audio(out.read_bytes())) == len(sound("Hello there.", speed=1.5))
    assert tone.closed


def test_say_reads_standard_input_and_writes_standard_output(
    tone: ToneEngine, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Hello\nthere.\n"))
    assert command.main(["say", "-o", "-"]) == 0
    assert audio(capfdbinary.readouterr().out) == sound("Hello\nthere.\n")


def test_say_reads_a_file(tone: ToneEngine, tmp_path: Path) -> None:
    text, out = tmp_path / "text.txt", tmp_path / "out.wav"
    text.write_bytes(b"Hello \xffthere.")
    options = ["--language", "en", "-f", str(text), "-o", str(out)]
    assert command.main(["say", *options]) == 0
    assert tone.opened[0].options.voice == "en-Heart_woman"
    assert audio(out.read_bytes()) == sound("Hello there.")


def test_say_reads_what_is_no_utf8(
    tone: ToneEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"Hello \xffthere."), encoding="ascii")
    monkeypatch.setattr("sys.stdin", stdin)
    out = tmp_path / "out.wav"
    assert command.main(["say", "-o", str(out)]) == 0
    assert audio(out.read_bytes()) == sound("Hello there.")


def test_say_reads_markup_from_the_command_line_and_a_file(
    tone: ToneEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ssml = '<speak>Hello <sub alias="there">T</sub>.<odd/></speak>'
    file, out = tmp_path / "a.ssml", tmp_path / "out.wav"
    file.write_text(ssml)
    for source in ([ssml], ["-f", str(file)]):
        assert command.main(["say", "--markup", "-o", str(out), *source]) == 0
        assert audio(out.read_bytes()) == sound("Hello there.")
        assert "ssml: <odd> is not known" in capsys.readouterr().err


def test_say_refuses_markup_that_is_broken(
    tone: ToneEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.wav"
    assert command.main(["say", "--markup", "<speak>Hello</b>", "-o", str(out)]) == 2
    assert capsys.readouterr().err.count("ssml: not well-formed at character 14") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (".", "--output: . is a folder"),
        ("nowhere/out.wav", "--output: there is no folder nowhere"),
        ("/dev/full", "--output: /dev/full: No space left on device"),
    ],
)
def test_say_tells_what_cannot_be_written(
    tone: ToneEngine, capsys: pytest.CaptureFixture[str], output: str, words: str
) -> None:
    assert command.main(["say", "Hello.", "-o", output]) == 2
    assert words in capsys.readouterr().err


def test_say_does_not_begin_what_it_may_not_write(
    tone: ToneEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert command.main(["say", "Hello.", "-o", str(tmp_path / "out.wav")]) == 2
    assert "may not be written" in capsys.readouterr().err
    assert not tone.opened


def test_say_is_interrupted(monkeypatch: pytest.MonkeyPatch, tone: ToneEngine) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vvstream.say.say", interrupted)
    assert command.main(["say", "Hello.", "-o", "-"]) == command.INTERRUPTED


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["say", "Hi."], "vvstream say: the following arguments are required: -o/--output"),
        (["say", "Hi.", "-f", "x", "-o", "-"], "vvstream say: argument -f/--file: not allowed"),
        (["serve", "--port", "many"], "vvstream serve: argument --port: invalid int value"),
        (["sing"], "vvstream: argument command: invalid choice: 'sing'"),
    ],
)
def test_bad_arguments_are_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(arguments)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(line)
    assert said.endswith("--help\n")
    assert said.count("\n") == 1


def test_say_has_no_limit(tone: ToneEngine, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    assert command.main(["say", "Hello. " * 3_000, "-o", str(out)]) == 0
    assert audio(out.read_bytes()) == sound("Hello. " * 3_000)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Hi.", "--voice", "nobody"], "unknown voice 'nobody'"),
        (["Hi.", "--cfg", "much"], "cfg: expected a number from 0 to 10, got 'much'"),
        (["..."], "text: nothing in it can be spoken"),
        ([""], "text: nothing in it can be spoken"),
        (["Hi.", "--config", "/nothing.yaml"], "/nothing.yaml: cannot be read"),
        (["Hi.", "--language", "xx"], "unknown language 'xx'"),
        (["-f", "/nothing.txt"], "--file: /nothing.txt: No such file or directory"),
    ],
)
def test_say_tells_what_is_wrong(
    tone: ToneEngine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    out = tmp_path / "out.wav"
    assert command.main(["say", "-o", str(out), *arguments]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_say_when_the_engine_breaks(
    tone: ToneEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tone.faults = Faults(fail_at=3)
    assert command.main(["say", "Hello there.", "-o", str(tmp_path / "out.wav")]) == 2
    assert "the tone is out of tune" in capsys.readouterr().err


def test_serve_takes_the_address_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Config, str]] = []
    monkeypatch.setattr(serve, "serve", lambda config, device: seen.append((config, device)))
    assert command.main(["serve"]) == 0
    monkeypatch.setattr("sys.argv", ["server.py", "--host", "::", "--port", "1", "--device", "cpu"])
    with pytest.raises(SystemExit) as caught:
        command.serve_command()
    assert caught.value.code == 0
    (first, device), (second, other) = seen
    assert (first.server.host, first.server.port, device) == ("127.0.0.1", 7860, "auto")
    assert (second.server.host, second.server.port, other) == ("::", 1, "cpu")


@pytest.mark.parametrize("count", ["-1", "1000"])
def test_a_number_of_gateways_that_makes_no_sense(
    capsys: pytest.CaptureFixture[str], count: str
) -> None:
    assert command.main(["serve", "--gateways", count]) == 2
    assert f"--gateways: expected 0 to 256, got {count}" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_that_makes_no_sense(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert command.main(["serve", "--port", port]) == 2
    assert f"--port: expected 0 to 65535, got {port}" in capsys.readouterr().err


def test_a_lexicon_that_is_not_there(tone: ToneEngine, tmp_path: Path) -> None:
    config = Path(__file__).parents[1] / "config/model.yaml"
    path = tmp_path / "model.yaml"
    path.write_text(config.read_text())
    assert command.main(["say", "Hi.", "-o", str(tmp_path / "x"), "--config", str(path)]) == 2


def test_serve_tells_that_the_engine_did_not_warm_up(
    tone: ToneEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    tone.faults = Faults(never_warm=True)
    assert command.main(["serve", "--port", "0"]) == 2
    assert "the engine cannot warm up" in capsys.readouterr().err


def test_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["key", "ann"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == f"  - {{name: ann, sha256: {digest(lines[1].strip())}}}"


def test_a_server_has_a_file_for_each_socket() -> None:
    """However few its shell allows."""
    script = (
        "import resource; from vvstream.__main__ import _allow_files; "
        "_, hard = resource.getrlimit(resource.RLIMIT_NOFILE); "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard)); _allow_files(500); "
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)); _allow_files(100); "
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)); print((500, hard))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert len(set(run.stdout.splitlines())) == 1
