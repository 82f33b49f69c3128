"""Japanese: kana, readings, what goes together, English words inside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.english.dictionary import DATA, Dictionary
from vvstream.phonemes.inventory import encode
from vvstream.phonemes.japanese.kana import katakana, symbols
from vvstream.phonemes.japanese.latin import by_sound, katakana_of
from vvstream.phonemes.japanese.words import JapaneseReader

_LOANS = Dictionary(DATA / "english_loans.tsv")
_READER = JapaneseReader(_LOANS)
_NATIVE = "今日は良い天気三本の一つ四月日曜人々お金持ちっーン食べられませんでしたて行っを何ですか々ヽ语龘ぁゃアヴィー"


@pytest.mark.parametrize(
    ("kana", "said"),
    [
        ("キョー", "kʲoː"),
        ("サンボン", "samboɴ"),
        ("コンニチワ", "koɲɲiʨiβa"),
        ("ニホンゴ", "ɲihoŋɡo"),
        ("カンナ", "kanna"),
        ("マッテ", "maʔte"),
        ("ファイル", "ɸaiɾɯ"),
        ("ヴァ", "va"),
        ("キィ", "kʲi"),
        ("ッァ", "a"),
        ("ハハヽ", "hahaha"),
        ("ー", ""),
        ("アーー", "aːː"),
        ("", ""),
        ("、", ""),
    ],
)
def test_kana(kana: str, said: str) -> None:
    assert symbols(kana) == said


@given(st.text([chr(c) for c in range(0x3041, 0x30FF)], max_size=12))
def test_any_kana_is_speakable(kana: str) -> None:
    encode(symbols(katakana(kana)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("私は東京に住んでいます", "βataɕi βa toːkʲoː ɲi sɨnde imasɨ"),
        ("見せてくれませんでした", "mʲisete kɯɾemasendeɕita"),
        ("お金持ちだった", "okanemoʨi daʔta"),
        ("学生たちは静かな", "ɡakɯseːtaʨi βa ɕizɨkana"),
        ("三本の鉛筆", "samboɴ no empʲiʦɨ"),
        ("一人で", "çitoɾʲi de"),
        ("四月一日", "ɕiɡaʦɨ ʦɨitaʨi"),
        ("一番", "iʨibaɴ"),
        ("千代田", "ʨijoda"),
        ("月曜日", "ɡeʦɨjoːbʲi"),
        ("日本語", "ɲihoŋɡo"),
        ("何ですか", "naɴ desɨ ka"),
        ("何が", "naɲi ɡa"),
        ("何人", "naɲɲiɴ"),
        ("駅へ行った", "ekʲi e iʔta"),
        ("会議を行った", "kaiɡʲi o okonaʔta"),
        ("あの方", "ano kata"),
        ("その家族", "sono kaʣokɯ"),
        ("ぴゃあ", "pʲa a"),
        ("上り坂", "noboɾʲiʣaka"),
    ],
)
def test_words(text: str, said: str) -> None:
    assert _READER.phrase(text) == said


@given(st.text(_NATIVE, min_size=1, max_size=12), st.text(_NATIVE, max_size=4), st.booleans())
def test_words_cover_the_window_and_are_speakable(text: str, before: str, ended: bool) -> None:
    sounds = _READER.words(before, text, ended=ended)
    covered = sum(sound.length for sound in sounds)
    assert covered == len(text) if ended else 0 < covered <= len(text)
    for sound in sounds:
        assert sound.length > 0
        encode(sound.phonemes)


@pytest.mark.parametrize(
    ("text", "phonemes", "kana"),
    [
        ("computer", "kəmpjˈuTəɹ", "コンピューター"),
        ("Computer", "kəmpjˈuTəɹ", "コンピューター"),
        ("GPT", "ʤˌipˌitˈi", "ジーピーティー"),
        ("x", "ˈɛks", "エックス"),
        ("X", "ˈɛks", "エックス"),
        ("kubectl two", "kˈub tˈu", "クーブツー"),
    ],
)
def test_english_words(text: str, phonemes: str, kana: str) -> None:
    assert katakana_of(text, phonemes, _LOANS) == kana


@pytest.mark.parametrize(
    ("phonemes", "kana"),
    [
        ("kˈæt", "キャット"),
        ("hˈæpi", "ハピー"),
        ("mjˈuzɪk", "ミュージック"),
        ("kəmpˈæɹ", "カンパー"),
        ("sˈɪŋ", "シング"),
        ("bˈæŋk", "バンク"),
        ("stˈɑɹ", "スター"),
        ("ɹˈɛd", "レド"),
        ("fˈIɹ", "ファイア"),
        ("hˈɪɹ", "ヒア"),
        ("ʧˈɜɹʧ", "チャーチ"),
        ("tjˈun", "チューン"),
        ("kjˈʊɹ", "キュア"),
        ("ˈju", "ユー"),
        ("vˌɛɹi", "ヴェリー"),
        ("ˈ", ""),
    ],
)
def test_english_by_sound(phonemes: str, kana: str) -> None:
    assert by_sound(phonemes) == kana


@given(st.text("ˈˌæʌɑɐəɔɒɛɪᵻʊɜᵊɡʃʒʧʤɹɾθðŋAIOWQYTbdfhijklmnpstuvwz ", max_size=12))
def test_any_english_sound_has_kana(phonemes: str) -> None:
    assert all("ァ" <= c <= "ー" for c in katakana_of("?", phonemes, _LOANS))


def test_figures_and_signs() -> None:
    assert _READER.figure("", "3本の") == (2, "samboɴ")
    assert _READER.symbol("%") == "paːsento"
    assert _READER.symbol("*") == ""
    assert _READER.english("OK", "ˌOkˈA") == "oːkeː"
    assert _READER.speaks("あ")
    assert _READER.speaks("世")
    assert not _READER.speaks("a")
    _READER.load()
