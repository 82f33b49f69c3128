"""Japanese and Mandarin from a WebSocket to sound: the real engine with small random weights."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.support.client import Heard, call, listen, opened, query, send, until
from tests.support.server import Running, running
from tests.support.server import test_config as make_config
from tests.support.small import SMALL, small_acoustic, small_vocoder
from training.export import voice_info
from vvstream import engine
from vvstream.config import Config
from vvstream.errors import ConfigError
from vvstream.phonemes.inventory import SYMBOLS
from vvstream.streaming.weights import save_weights
from vvstream.visemes import SILENCE, VISEMES

_VOICES = {"ja": ("jf_alpha", "jm_kumo"), "zh": ("zf_xiaobei", "zm_yunjian")}
_TEXTS = {
    "ja": "今日は3月15日です。Pythonで「こんにちは」と書きます！",
    "zh": "今天是3月15日，我用Python写了“你好”，花了$5。",
}
_WORDS = {
    "ja": ["今日", "は", "3月", "15日", "です", "Python", "で", "こんにちは", "と", "書きます"],
    "zh": ["今天", "是", "3月", "15日", "我用", "Python", "写", "了", "你好", "花", "了", "$5"],
}


def _weights(folder: Path) -> Path:
    vocoder = small_vocoder()
    header = {"sizes": asdict(vocoder.sizes)}
    save_weights(folder / "vocoder.safetensors", vocoder.state_dict(), header)
    for language, teachers in _VOICES.items():
        voices = [asdict(voice_info(teacher)) for teacher in teachers]
        spoken = {"sizes": asdict(SMALL), "voices": voices}
        path = folder / f"{language}.safetensors"
        save_weights(path, small_acoustic().state_dict(), spoken)
    return folder


def _config() -> Config:
    block = {"lexicon": None, "emoji": "skip"}
    config = make_config()
    languages = {
        "ja": {**block, "voice": "jp-Alpha_woman", "aliases": {"jp-Spk0_man": "jp-Kumo_man"}},
        "zh": {**block, "voice": "zh-Xiaobei_woman", "aliases": {}},
    }
    return Config.model_validate({**config.model_dump(), "languages": languages})


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture
async def server(weights: Path) -> AsyncIterator[Running]:
    """A server of both languages, with their front ends."""
    config = _config()
    async with running(engine.load(config, "cpu", weights), config) as running_server:
        yield running_server


@pytest.mark.parametrize(
    ("language", "voice"), [("ja", "jp-Spk0_man"), ("zh", "zh-Yunjian_man"), ("ja", ""), ("zh", "")]
)
async def test_a_plain_call(server: Running, language: str, voice: str) -> None:
    who = {"voice": voice} if voice else {"language": language}
    heard = await call(server.ws(query(text=_TEXTS[language], pace="fast", **who)))
    assert heard.code == 1000
    assert {len(frame) for frame in heard.frames} == {640}
    assert any(max(frame) > 0 for frame in heard.frames)


_MARKED = {
    "ja": '<speak>今日は<sub alias="ワールド">W</sub>、<phoneme alphabet="yomigana" ph="とうきょう">'
    "東京</phoneme>。</speak>",
    "zh": '<speak>今天<say-as interpret-as="digits">2024</say-as>，<phoneme alphabet="x-pinyin" '
    'ph="hang2">行</phoneme>。</speak>',
}
_GIVEN = {"ja": ["βaːɾɯdo", "toːkʲoː"], "zh": ["ɚ↘li↗ŋɚ↘sɨ↘", "xa↗ŋ"]}
_MODIFIERS = str.maketrans("", "", " ːʲ→↗↓↘")
"""Which have no event of their own."""


@pytest.mark.parametrize("language", ["ja", "zh"])
async def test_tags_give_readings(server: Running, language: str) -> None:
    heard = await _session(server, language, [_MARKED[language]], markup="ssml")
    assert heard.of("warning") == heard.of("error") == []
    sounds = "".join(event["phoneme"] for event in heard.of("phoneme")).translate(_MODIFIERS)
    for given in _GIVEN[language]:
        assert given.translate(_MODIFIERS) in sounds


@pytest.mark.parametrize("language", ["ja", "zh"])
async def test_words_sounds_and_shapes_have_their_places(server: Running, language: str) -> None:
    text = _TEXTS[language]
    whole = await _session(server, language, [text])
    words = whole.of("word")
    assert [word["text"] for word in words] == _WORDS[language]
    assert [text[w["offset"] :].startswith(w["text"]) for w in words] == [True] * len(words)
    assert all(word["start"] < word["end"] for word in words)
    (done,) = whole.of("done")
    assert done["characters"] == len(text)
    assert {p["phoneme"] for p in whole.of("phoneme")} <= set(VISEMES)
    shapes = {shape for shapes in VISEMES.values() for shape in shapes} | {SILENCE}
    assert {v["viseme"] for v in whole.of("viseme")} <= shapes
    # Cut anywhere, the sound is the same.
    cut = await _session(server, language, [text[i : i + 3] for i in range(0, len(text), 3)])
    assert cut.audio == whole.audio
    # Of a word longer than what may be held back for it, an end is told before it is sure.
    assert [_begun(word) for word in cut.of("word")] == [_begun(word) for word in words]


def _begun(word: dict[str, Any]) -> dict[str, Any]:
    """What is told of a word but where it ends."""
    return {key: value for key, value in word.items() if key != "end"}


async def _session(
    server: Running, language: str, pieces: list[str], **options: str
) -> Heard:
    events = "word,phoneme,viseme"
    async with opened(
        server.ws(query(language=language, pace="fast", events=events, **options))
    ) as websocket:
        await send(websocket, *({"type": "text", "text": piece} for piece in pieces))
        await send(websocket, {"type": "end"})
        return await listen(websocket)


async def test_a_start_may_choose_another_language_and_an_update_may_not(server: Running) -> None:
    async with opened(server.ws()) as websocket:
        assert (await until(websocket, "ready"))["voice"] == "jp-Alpha_woman"
        await send(websocket, {"type": "start", "voice": "zh-Xiaobei_woman", "pace": "fast"})
        assert (await until(websocket, "ready"))["voice"] == "zh-Xiaobei_woman"
        await send(websocket, {"type": "text", "text": "今天"})
        await send(websocket, {"type": "update", "voice": "jp-Alpha_woman"}, {"type": "end"})
        heard = await listen(websocket)
        assert [event["text"] for event in heard.of("word")] == ["今天"]
        assert "one that speaks zh" in heard.of("error")[0]["message"]


async def test_nothing_to_say_is_refused_in_words(server: Running) -> None:
    heard = await call(server.ws(query(text="مرحبا", language="zh")))
    assert (heard.code, heard.reason) == (4400, "text: nothing in it can be spoken by this voice")


def test_weights_that_are_not_there_name_what_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"languages: expected some of"):
        engine.load(_config(), "cpu", tmp_path)


def test_every_sound_has_a_shape() -> None:
    marks = set("ˈˌːʰʲᵝ\u0303↓→↗↘;:,.!?—…\"()“” ")
    assert set(SYMBOLS) - marks <= set(VISEMES)
