"""Recordings are asked for over a real socket, and found again by their names."""

import json
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection

from bench import recordings
from bench.sound import read
from tests.clients.speech_server import frame, serving


async def speaker(socket: ServerConnection, query: dict[str, str]) -> None:
    """A frame a character, whose samples tell the speed that was asked for."""
    for _ in query["text"]:
        await socket.send(frame(int(10 * float(query.get("speed", 1)))))


async def test_every_sentence_in_every_voice(tmp_path: Path) -> None:
    voices = ("en-Heart_woman", "jp-Kumo_man")
    async with serving(speaker) as url:
        await recordings.read_out(url, ["One.", "Two!?"], voices, tmp_path, {"speed": 1.5})
    for voice in voices:
        one, two = recordings.recorded(tmp_path, voice)
        assert [recordings.voice_of(path) for path in (one, two)] == [(voice, "00"), (voice, "01")]
        assert json.loads(two.with_suffix(".json").read_text())["text"] == "Two!?"
        assert read(two).size == 5 * 320
        assert read(one)[0] == pytest.approx(16 / 32767)


def test_voices_whose_names_begin_alike_are_two(tmp_path: Path) -> None:
    for voice in ("en-Al_man", "en-Al_man_2"):
        recordings.write(tmp_path, voice, 3, "", b"")
    assert len(recordings.recorded(tmp_path, "en-Al_man")) == 1


def test_sentences_are_a_list_or_of_a_language(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps({"ja": ["はい。"]}), encoding="utf-8")
    assert recordings.sentences_of(path, "ja") == ["はい。"]
    path.write_text(json.dumps(["Yes."]))
    assert recordings.sentences_of(path, "en") == ["Yes."]
    assert recordings.language_of("jp-Kumo_man") == "ja"
    assert recordings.language_of("zh-Yunxi_man") == "zh"


@pytest.mark.parametrize("language", ["en", "ja", "zh"])
def test_our_own_sentences_are_many_and_different(language: str) -> None:
    path = Path(recordings.__file__).parent / f"sentences/{language}.json"
    sentences = recordings.sentences_of(path, language)
    assert len(set(sentences)) == len(sentences) >= 40
