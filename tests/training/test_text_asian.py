"""The Japanese and Mandarin texts: patterns fill, sentences are whole, judged ones stay out."""

import json
import random
from pathlib import Path

import pytest

from training.phonemize import served
from training.text_asian import SHARES, choose, load_patterns, normal
from training.text_asian_sources import SOURCES, Language, sentences, speakable
from training.text_asian_words import passages
from vvstream.phonemes.inventory import encode

_JUDGED = Path(__file__).parents[2] / "bench/sentences"
_LANGUAGES: tuple[Language, ...] = ("ja", "zh")


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_pattern_fills_and_is_sayable(language: Language) -> None:
    patterns = load_patterns(language)
    phonemes = served(language)
    for pattern in (*patterns.sentences, *patterns.short, *patterns.stories):
        for seed in range(2):
            text = patterns.fill(pattern, random.Random(seed)).replace("|", "")
            assert not set(text) & set("{}")
            assert encode(phonemes(text)), text


def test_an_unknown_slot_names_itself() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        load_patterns("zh").fill("{nonsense}。", random.Random(0))


def test_what_the_front_end_leaves_out_is_marked() -> None:
    assert served("zh")("你好 مر").endswith("❓")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("今天好。明天呢？“好！”", ["今天好。", "明天呢？", "“好！”"]),
        ("はい。「そう。」と言った", ["はい。", "「そう。」", "と言った"]),
        ("", []),
    ],
)
def test_sentences_are_found(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@pytest.mark.parametrize(
    ("sentence", "language", "is_one"),
    [
        ("今天天气很好。", "zh", True),
        ("使用 'await' 关键字。", "zh", True),
        ("{0} 不存在。", "zh", False),
        ("The file does not exist。", "zh", False),
        ("“他说好。", "zh", False),
        ("今日は雨です。", "ja", True),
        ("今天天气很好。", "ja", False),
        ("短い。", "ja", False),
        ("設定はfoo/bar/baz/quux.json。", "ja", False),
    ],
)
def test_what_can_be_read_aloud(sentence: str, language: Language, is_one: bool) -> None:
    assert speakable(sentence, language) is is_one


def test_sentences_around_words(tmp_path: Path) -> None:
    folder = tmp_path / "jieba-1" / "jieba"
    folder.mkdir(parents=True)
    words = "山野 200 n|五县 200 ns|发展 200 v|贴切 200 a|不绝如发 3 i|少见 2 n|B超 300 n"
    (folder / "dict.txt").write_text(words.replace("|", "\n"), encoding="utf-8")
    found = [sentence for passage in passages(tmp_path) for sentence in passage]
    assert "发展山野。" in found
    assert not any("少见" in sentence or "{" in sentence for sentence in found)
    assert all(speakable(sentence, "zh") for sentence in found if len(sentence) > 5)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_judged_sentences_stay_out(language: Language) -> None:
    judged = json.loads((_JUDGED / f"{language}.json").read_text("utf-8"))[language]
    assert len(judged) == 40
    text = {"ja": "この本はとても面白いと思います。", "zh": "我觉得这本书非常有意思。"}[language]
    library = {
        source.name: [[judged[0], text, text + text], [judged[1]]] for source in SOURCES[language]
    }
    chosen = choose(language, library, judged, random.Random(1), 0.02)
    texts = [normal(text) for text, _, _ in chosen]
    assert len(set(texts)) == len(texts) > 100
    assert {kind for _, kind, _ in chosen} == set(SHARES)
    assert not any(normal(sentence) in text for sentence in judged for text in texts)
    again = choose(language, library, judged, random.Random(1), 0.02)
    assert again == chosen
