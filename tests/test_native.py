"""The front end of Japanese and Mandarin as its callers see it: whole or in pieces, unbreakable."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.languages import language, said, whole
from tests.test_frontend import cut
from vvstream.frontend import FrontEnd
from vvstream.languages import load_languages
from vvstream.native import NativeFrontEnd
from vvstream.phonemes.inventory import encode
from vvstream.text.ahead import Ahead
from vvstream.text.spoken import Skipped, SpokenWord

_HARD = {
    "zh": "你好，世界！今天是2024年3月15日，我用Python 3写程序。GPT-4和iPhone 15 Pro很好用。“真的吗？”他说：价格是$5.5万……"
    "好吧——行！花儿在公园儿里，一天不见。臺灣 https://example.com/a 或 a@b.com。カラオケ\n\n- ㌔㈱ 5℃ 1+1=2 👍 مر 😀",
    "ja": "こんにちは、世界！今日は2024年3月15日です。Pythonでプログラムを書きます。GPT-4とiPhone 15は便利。「本当ですか？」と言った…"
    "ｶﾞｷﾞ１００％。東京～大阪、三本の鉛筆と一つ。月曜日、C++とC#。\n\n・㌔ 5℃ 1+1=2 👍 مر 习语",
}
_PIECES = st.sampled_from(
    [*"，。！？「」“”、：—…～-.,!?() \n\u3000", "\u3099", "ﾞ", "2", "3月", "15", ":30", "$", "%", "℃", "儿", "一", "不",
     "你好", "世界", "東京", "ます", "いて", "ー", "っ", "a", "Hello ", "GPT-4", "C++", "@", "://", "www.", "'", "世",
     "が", "ﾊﾟ", "㌔", "🎉", "\u200d", "\ufe0f", "م", "\ud800", "\x00", "々", "ヽ", "1,000", "+", "#",
     "\n# ", "\n|", "|\n", "](", "[", "```", "\n- ", "1万2,000円", "月の1日"]
)  # fmt: skip


@pytest.mark.parametrize("name", ["zh", "ja"])
@settings(max_examples=60)
@given(
    text=st.one_of(st.lists(_PIECES, max_size=24).map("".join), st.text(max_size=30)),
    places=st.lists(st.integers(0, 10_000), max_size=20),
)
def test_the_same_words_however_the_text_is_cut(name: str, text: str, places: list[int]) -> None:
    skipped: list[Skipped] = []
    again: list[Skipped] = []
    words = whole(name, text, skipped)
    front_end = language(name).front_end(on_skipped=again.append)
    pieces = [word for piece in cut(text, places) for word in front_end.push(piece)]
    assert [*pieces, *front_end.finish()] == words
    assert again == skipped
    _in_order(text, words)


def test_what_is_too_long_is_no_link() -> None:
    assert said("zh", "好](" + "好" * 300 + ")") == "xau↓ (" + said("zh", "好" * 300)[:-1] + ")."


@pytest.mark.parametrize("name", ["zh", "ja"])
def test_the_same_words_character_by_character(name: str) -> None:
    text = _HARD[name]
    front_end = language(name).front_end(emoji="name")
    words = [word for character in text for word in front_end.push(character)]
    words += front_end.finish()
    other = language(name).front_end(emoji="name")
    assert words == [*other.push(text), *other.finish()]
    _in_order(text, words)
    assert len(words) > 40
    assert any(word.text == "👍" for word in words)


def _in_order(text: str, words: list[SpokenWord]) -> None:
    end = 0
    for i, word in enumerate(words):
        assert end <= word.start < word.end <= len(text)
        assert text[word.start : word.end] == word.text
        end = word.end
        assert word.phonemes.strip()
        encode(word.before + word.phonemes + word.after)
        assert word.before or i == 0 or words[i - 1].after[-1:] in ("—", "…"), word


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("zh", "你好，世界。", "ni↗xau↓, ʂɨ↘ʨje↘."),
        ("zh", "你好", "ni↗xau↓."),
        ("zh", "“好！”他说……", "“xau↓!” tʰa→ ʂwo→…"),
        ("zh", "我说OK，你说Hello world。", "wo↓ ʂwo→ ˌOkˈA, ni↓ ʂwo→ həlˈO wˈɜɹld."),
        ("zh", "GPT-4很好", "ʤˌipˌitˈi sɨ↘ xə↗n xau↓."),
        ("zh", "标题\n正文", "pjau→tʰi↗. ꭧə↘ŋwə↗n."),
        ("zh", "1+1=2", "i→ ʨja→ i→ tə↓ŋy↗ ɚ↘."),
        ("zh", "==好==", "xau↓."),
        ("zh", "好--坏", "xau↓—xwai↘."),
        ("zh", "5℃。5.2%", "u↓ ʂɤ↘ʂɨ↘tu↘. pai↓fə→nꭧɨ→u↗tjɛ↓n ɚ↘."),
        ("ja", "「はい、そうです。」と言った", "“hai, soː desɨ.” to iʔta."),
        ("ja", "スムーズキャレットアニメーションが", "sɨmɯːzɨkʲaɾeʔtoaɲi meː ɕoɴ ɡa."),
        ("ja", "Pythonで書く", "paisoɴ de kakɯ."),
        ("ja", "GPT-4です", "ʥiːpʲiːtʲiːɸoː desɨ."),
        ("ja", "東京～大阪", "toːkʲoː kaɾa oːsaka."),
        ("ja", "ABC（エービーシー）", "eːbʲiːɕiː (eːbʲiːɕiː)."),
        ("ja", "3月1日", "saŋɡaʦɨ ʦɨitaʨi."),
        ("ja", "₹5です", "ɡo desɨ."),
        ("ja", "[公式](https://a.com/b)を", "koːɕikʲi o."),
        ("zh", "看[GitHub](https://github.com/x)吧", "kʰa↘n ɡˈɪthˌʌb pa."),
        ("zh", "看[这](x y)", "kʰa↘n ꭧɤ↘ (ˈɛks wˈI)."),
        ("zh", "看](好", "kʰa↘n (xau↓."),
        ("zh", "看[1]好", "kʰa↘n i→ xau↓."),
        ("ja", "# 題\n- 犬\n> 猫\n-5℃", "dai. inɯ. neko. mainasɨ ɡo do."),
        ("zh", "| 项 | 值 |\n|---|:-:|\n| 一 | 二 |\n好", "ɕja↘ŋ, ꭧɨ↗. i→, ɚ↘. xau↓."),
        ("zh", "```python\n好\n```\n`好`", "xau↓. xau↓."),
        ("ja", "12万4,800円と3億2,000人", "ʥɨːɲimaɴjoɴseɴhaʔpʲakɯeɴ to saɴokɯɲiseɲɲiɴ."),
        ("ja", "来月の1日、千代田1-1", "ɾaiɡeʦɨ no ʦɨitaʨi, ʨijoda iʨi no iʨi."),
        ("ja", "巨人3-2阪神、日本1-1中国", "kʲoʥiɴ saɴ tai ɲi haɴɕiɴ, ɲihoɴ iʨi tai iʨi ʨɨːɡokɯ."),
        ("zh", "CO2和E=mc²", "sˌiˈO ɚ↘ xɤ↗ ˈi ˈikwᵊlz ˌɛmsˈi pʰi↗ŋfa→ŋ."),
        ("zh", "好Ͱ好", "xau↓ xau↓."),
        ("zh", "abc!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "ˌAbˌisˈi!"),
        ("zh", "见www.example.com/2024/05，好", "ʨjɛ↘n ɪɡzˈæmpəl dˈɑt kˈɑm slˈæʃ twˈɛnti twˈɛnti fˈɔɹ slˈæʃ ˈO fˈIv, xau↓."),
    ],
)  # fmt: skip
def test_sentences(name: str, text: str, expected: str) -> None:
    assert said(name, text) == expected


def test_words_keep_their_place() -> None:
    text = "2024年３月，ＡＢＣ　“你好”，花儿！"
    words = whole("zh", text)
    assert [text[w.start : w.end] for w in words] == [
        "2024年", "３月", "ＡＢＣ", "你好", "花儿",
    ]  # fmt: skip
    assert [w.text for w in words] == [text[w.start : w.end] for w in words]
    assert [w.text for w in whole("zh", "C++和C#")] == ["C++", "和", "C#"]


def test_one_character_that_stands_for_several_is_one_word() -> None:
    assert [w.text for w in whole("ja", "５㌔を㈱へ")] == ["５㌔", "を", "㈱", "へ"]
    assert [w.phonemes for w in whole("ja", "㍿へ")] == ["kabɯɕikʲi kaiɕa", "e"]


def test_utterances_follow_one_another_with_running_offsets() -> None:
    front_end = language("zh").front_end()
    first = [*front_end.push("你好 abc"), *front_end.finish()]
    second = [*front_end.push("你好 abc"), *front_end.finish()]
    assert [(w.start, w.end) for w in [*first, *second]] == [(0, 2), (3, 6), (6, 8), (9, 12)]
    assert [w.phonemes for w in first] == [w.phonemes for w in second]
    assert second[0].before == ""
    assert front_end.finish() == []


@pytest.mark.parametrize(
    ("name", "text", "settled"),
    [
        ("zh", "今天天气", 0),  # the word may be longer
        ("zh", "今天天气很好我们去公园", 1),  # ten characters are enough
        ("zh", "今天，", 0),  # another mark may follow
        ("zh", "今天，我", 1),
        ("ja", "こんにちは、せ", 1),
        ("ja", "こんにちは", 0),
        ("zh", "Hello w", 1),
        ("zh", "3月", 0),  # 3月份?
        ("zh", "3月15日的时候 我", 4),
    ],
)
def test_a_word_is_released_as_soon_as_it_is_settled(name: str, text: str, settled: int) -> None:
    # The last character may still be one with a mark that follows it.
    assert len(language(name).front_end().push(text + "的")) == settled


@pytest.mark.parametrize("name", ["zh", "ja"])
@given(st.lists(st.sampled_from("你好世界今天は行くます，。3年"), min_size=60, max_size=120))
@settings(max_examples=20)
def test_the_look_ahead_is_bounded(name: str, characters: list[str]) -> None:
    front_end = language(name).front_end()
    front_end.push("".join(characters))
    held = front_end.finish()
    assert all(word.start >= len(characters) - 64 for word in held)


@pytest.mark.parametrize("name", ["zh", "ja"])
@pytest.mark.parametrize("unit", ["好", "あ", "1", "a", "，", "한", "a1", "a ", "😀", "a-", "1,", "ﾞ", "://"])
def test_work_grows_with_the_text_no_faster(
    name: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    peek = Ahead.peek

    def counted(ahead: Ahead[Any], place: int = 0) -> Any:
        nonlocal looks
        looks += 1
        return peek(ahead, place)

    monkeypatch.setattr(Ahead, "peek", counted)
    whole(name, unit * (100 // len(unit)))
    short, looks = looks, 0
    whole(name, unit * (1600 // len(unit)))
    assert looks < 20 * short


@pytest.mark.parametrize("name", ["zh", "ja"])
@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "……", "？！", "😀", "مرحبا", "\x00", "\ud800", "（）", "*", "・"]
)
def test_nothing_speakable_gives_no_words(name: str, text: str) -> None:
    assert whole(name, text) == []


def test_what_cannot_be_spoken_is_reported_once() -> None:
    skipped: list[Skipped] = []
    whole("zh", "你好 مرح 世界 한글", skipped)
    assert skipped == [Skipped(3, 6, "ARABIC"), Skipped(10, 12, "HANGUL")]


def test_kana_in_a_chinese_text_and_simplified_characters_in_a_japanese_one() -> None:
    skipped: list[Skipped] = []
    assert [w.text for w in whole("zh", "去カラオケ玩儿", skipped)] == ["去", "カラオケ", "玩儿"]
    assert [w.text for w in whole("ja", "国际です", skipped)] == ["国", "际", "です"]
    assert skipped == []


def test_without_guests_other_characters_are_skipped() -> None:
    skipped: list[Skipped] = []
    mandarin = language("zh")
    assert mandarin.reader is not None
    front_end = NativeFrontEnd(
        mandarin.reader, lambda: FrontEnd(mandarin.english), on_skipped=skipped.append
    )
    words = [*front_end.push("去カラオケ。々"), *front_end.finish()]
    assert [w.text for w in words] == ["去"]
    assert [s.script for s in skipped] == ["KATAKANA", "IDEOGRAPHIC"]


def test_the_users_lexicon_overrides(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text('行长: {phonemes: "xa↗ŋ ꭧa↓ŋ"}\n小米: Xiaomi phone\nGIF: jiff\n', "utf-8")
    for name in ("zh", "ja"):
        loaded = load_languages({name: path})[name]
        front_end = loaded.front_end()
        words = [*front_end.push("我找行长买小米，GIF也行"), *front_end.finish()]
        by_text = {w.text: w.phonemes for w in words}
        assert by_text["行长"] == "xa↗ŋ ꭧa↓ŋ"
        assert "小米" in by_text
        assert " " in by_text["小米"]
        assert "GIF" in by_text
