"""The configuration: each fault names its line and its key."""

from pathlib import Path

import pytest

from vvstream import config
from vvstream.config import Config, default_path, load
from vvstream.errors import ConfigError

SHIPPED = Path(__file__).parents[1] / "config/model.yaml"


def written(folder: Path, old: str, new: str) -> Path:
    """The shipped file with one change."""
    text = SHIPPED.read_text()
    assert text.count(old) == 1, old
    path = folder / "model.yaml"
    path.write_text(text.replace(old, new))
    return path


def line_of(path: Path, text: str) -> int:
    return path.read_text()[: path.read_text().index(text)].count("\n") + 1


def test_the_shipped_file_is_in_order() -> None:
    loaded = load(SHIPPED, {})
    assert loaded.server.port == 7860
    assert loaded.languages["en"].aliases["en-Grace_woman"] == "en-Heart_woman"
    assert loaded.folder == SHIPPED.parent
    assert (loaded.log_level, loaded.cpu_offload) == ("info", False)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("  port: 7860", "  prot: 7860", "  prot", "server.prot: unknown key"),
        ("  port: 7860\n", "", "server:", "server.port: missing"),
        (
            "  port: 7860",
            '  port: "7860"',
            "  port",
            "server.port: Input should be a valid int",
        ),
        ("  port: 7860", "  port: 99999", "  port", "less than or equal to 65535, got 99999"),
        ("  cfg: 2.0", "  cfg: yes", "  cfg", "speech.cfg: Input should be a valid number"),
        ("  cfg: 2.0", "  cfg: .nan", "  cfg", "speech.cfg: "),
        ("  steps: 5", "  steps: 51", "  steps", "less than or equal to 50, got 51"),
        ("  lead_seconds: 0.5", "  lead_seconds: .inf", "  lead_seconds", "finite number"),
        ("  device: auto", "  device: tpu", "  device", "engine.device: Input should be 'auto'"),
        ("  origins: []", "  origins: [1]", "  origins", "server.origins.0: "),
        ("  keys: []", "  keys: [{name: a}]", "  keys", "access.keys.0.sha256: missing"),
        ("    emoji: skip  ", "    emoji: sing  ", "    emoji: sing", "languages.en.emoji: "),
        ("engine:\n", "engine: 5\nmachine:\n", "engine: 5", "engine: "),
        ("  port: 7860", "  port: 7860\n  port: 1", "  port: 1\n", "port: given twice"),
        ("speech: ", "folder: x\nspeech: ", "folder", "folder: unknown key"),
        ("  port: 7860", "  ? [a, b]\n  : 1", "  ? [a", "a key must be a word"),
    ],
)
def test_a_fault_names_its_line_and_its_key(
    tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    path = written(tmp_path, old, new)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert f"{path}:{line_of(path, place)}: " in caught.value.message
    assert words in caught.value.message


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "  port: 7860", "  port: a\n  colour: red")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert len(caught.value.message.splitlines()) == 2


def test_a_text_must_fit_into_a_url_and_into_a_message(tmp_path: Path) -> None:
    path = written(tmp_path, "message_bytes: 262144", "message_bytes: 200000")
    with pytest.raises(ConfigError, match="server.message_bytes: 240000 or more are needed"):
        load(path, {})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: [", "expected"),
        (b"\xff", "cannot be read"),
        (b"a: \x00", "not allowed"),
        (b"", "expected blocks such as `server:`, got NoneType"),
        (b"- 1", "expected blocks such as `server:`, got list"),
        (b"just words", "got str"),
    ],
)
def test_what_is_no_configuration(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "model.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="model.yaml") as caught:
        load(path, {})
    assert words in caught.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "nothing.yaml", {})


def environment(folder: Path, dotenv: str, **variables: str) -> Config:
    (folder / "model.yaml").write_text(SHIPPED.read_text())
    (folder / ".env").write_text(dotenv)
    return load(folder / "model.yaml", variables)


def test_the_environment_wins_over_its_file(tmp_path: Path) -> None:
    dotenv = "LOG_LEVEL=DEBUG\nVIBE_CPU_OFFLOAD=1\n"
    loaded = environment(tmp_path, dotenv)
    assert (loaded.log_level, loaded.cpu_offload) == ("debug", True)
    loaded = environment(tmp_path, dotenv, LOG_LEVEL="error", VIBE_CPU_OFFLOAD="0")
    assert (loaded.log_level, loaded.cpu_offload) == ("error", False)


@pytest.mark.parametrize(
    ("dotenv", "words"),
    [
        ("LOGLEVEL=debug", "LOGLEVEL: unknown key, known are LOG_LEVEL, VIBE_CPU_OFFLOAD"),
        ("LOG_LEVEL=loud", "LOG_LEVEL: expected debug, info, warning, error, got 'loud'"),
        ("VIBE_CPU_OFFLOAD=true", "VIBE_CPU_OFFLOAD: expected 0 or 1, got 'true'"),
    ],
)
def test_a_wrong_environment(tmp_path: Path, dotenv: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        environment(tmp_path, dotenv)
    assert words in caught.value.message


def test_where_the_file_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_path() == SHIPPED
    package = tmp_path / "site/vvstream"
    (package / "default").mkdir(parents=True)
    monkeypatch.setattr(config, "__file__", str(package / "config.py"))
    assert default_path() == Path("config/model.yaml")
    (package / "default/model.yaml").touch()
    assert default_path() == package / "default/model.yaml"
