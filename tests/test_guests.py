"""Chinese and Japanese in the text of an English voice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.languages import language, said, whole
from tests.test_frontend import cut
from tests.test_frontend import whole as whole_english
from vvstream.frontend import FrontEnd
from vvstream.guests import FrontEndWithGuests
from vvstream.phonemes.foreign import as_spoken_in
from vvstream.phonemes.inventory import encode
from vvstream.text.spoken import Skipped

_PIECES = st.sampled_from(
    ["你好", "世界", "こんにちは", "カラオケ", "東京", "，", "。", " ", ", ", ". ", "\n", "Say ", "the ", "$5",
     "apple", "(", "“", "!", "—", "\ud800", "الله", "😀", "龘", "々", "田中", "们", "気", "_(ツ)_/",
     "Japanese ", "China's ", "Mr. "]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(_PIECES, max_size=16).map("".join), st.lists(st.integers(0, 1000), max_size=12))
def test_the_same_words_however_the_text_is_cut(text: str, places: list[int]) -> None:
    skipped: list[Skipped] = []
    again: list[Skipped] = []
    words = whole("en", text, skipped)
    front_end = language("en").front_end(on_skipped=again.append)
    pieces = [word for piece in cut(text, places) for word in front_end.push(piece)]
    assert [*pieces, *front_end.finish()] == words
    assert again == skipped
    end = 0
    for i, word in enumerate(words):
        assert end <= word.start < word.end <= len(text)
        end = word.end
        assert word.phonemes.strip()
        encode(word.before + word.phonemes + word.after)
        assert word.before or i == 0 or words[i - 1].after[-1:] in ("—", "…")


@pytest.mark.parametrize("text", ["Dr. Smith paid $5 — “No!” he\n\nsaid… :)", "", "مر hello"])
def test_english_is_as_it_was(text: str) -> None:
    assert whole("en", text) == whole_english(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好", "nˈihW."),
        ("Say 你好, please.", "sˈA nˈihW, plˈiz."),
        ("Say 你好，世界. Go.", "sˈA nˈihW, ʃˈəʤjɛ. ɡˌO."),
        ("こんにちは world", "kˈOnniʧiwɑ wˈɜɹld."),
        ("世界のニュース", "sˈɛkI nˈO nˈusu."),
        ("Yes. 你好 there", "jˈɛs. nˈihW ðˈɛɹ."),
        ("你好、世界こんにちは", "nˈihW, sˈɛkI kˈOnniʧiwɑ."),
        ("I met 田中太郎.", "ˌI mˈɛt tˈɑnɑkɑ tˈɑɹO."),  # by the surname
        ("Mr. 高橋 (Ken) and 中国", "mˈɪstəɹ tˈɑkɑhɑʃi (kˈɛn) ænd ʤˈʊŋɡwɔ."),
        ("At 駅 and 出口", "ˌæt ˈɛki ænd dˈɛɡuʧi."),  # a character of Japan's alone, and what goes on
        ("我们 and 出口", "wˈɔmən ænd ʧˈukO."),
        ("A Japanese 先生, a Chinese 先生", "ɐ ʤˌæpənˈiz sˈɛnsA, ɐ ʧˌInˈiz ʃjˈɛnʃəŋ."),
        ("In Tokyo “出口” was", "ɪn tˈOkiˌO “dˈɛɡuʧi” wʌz."),
        ("习近平, 出口", "ʃˈiʤinpiŋ, ʧˈukO."),
        ("so ¯\\_(ツ)_/¯ it is", "sˌO ɪt ɪz."),
        ("the kana (ツ) is", "ðə kˈɑnə (tsˈu) ɪz."),
    ],
)
def test_sentences(text: str, expected: str) -> None:
    assert said("en", text) == expected


@pytest.mark.parametrize(
    "text", ["我们今天去公园散步然后回家吃饭", "我们今天去公园散步吃饭カラオケ", "语です"]
)
def test_what_one_guest_does_not_know_another_may(text: str) -> None:
    assert "".join(w.text for w in whole("en", text)) == text


def test_places_are_the_clients() -> None:
    text = "Say 你好, then “東京” twice."
    words = whole("en", text)
    assert [text[w.start : w.end] for w in words] == ["Say", "你好", "then", "東京", "twice"]
    front_end = language("en").front_end()
    first = [*front_end.push("你好"), *front_end.finish()]
    second = [*front_end.push("hi"), *front_end.finish()]
    assert [(w.start, w.end, w.before) for w in [*first, *second]] == [(0, 2, ""), (2, 4, "")]


def test_what_no_guest_reads_is_reported() -> None:
    skipped: list[Skipped] = []
    chinese = [guest for guest in language("en").guests if guest.language == "zh"]
    english = language("en")

    front_end = FrontEndWithGuests(
        lambda tell: FrontEnd(english.english, on_skipped=tell), chinese, skipped.append
    )
    words = [*front_end.push("Say かな and 你好かな々 مر"), *front_end.finish()]
    assert [w.text for w in words] == ["Say", "and", "你好"]
    assert [s.script for s in skipped] == ["HIRAGANA", "HIRAGANA", "HIRAGANA", "HIRAGANA",
                                           "IDEOGRAPHIC", "ARABIC"]  # fmt: skip
    alone = FrontEndWithGuests(lambda tell: FrontEnd(english.english, on_skipped=tell), ())
    assert [*alone.push("你好"), *alone.finish()] == []


@pytest.mark.parametrize(
    ("to", "phonemes", "source", "expected"),
    [
        ("zh", "toːkʲoː βa", "ja", "tʰokʰjo wa"),
        ("ja", "ni↗xau↓ ʂɨ↘", "zh", "nihaɯ ɕɨ"),
        ("en", "ʔ toː", "ja", "tˈO"),
    ],
)
def test_sounds_of_another_language(to: str, phonemes: str, source: str, expected: str) -> None:
    spoken = as_spoken_in(to, phonemes, source)  # type: ignore[arg-type]
    assert spoken == expected
    encode(spoken)
