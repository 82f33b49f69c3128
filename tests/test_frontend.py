"""The front end as its callers see it: whole or in pieces, quick, and unbreakable."""

import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.frontend import FrontEnd, Language, load_language
from vvstream.options import Accent
from vvstream.phonemes.inventory import encode
from vvstream.text.spoken import Skipped, SpokenWord

_LANGUAGE = load_language("en")
_ACCENTS: tuple[Accent, ...] = ("en-US", "en-GB")
_HARD = (
    "Dr. Smith paid $5 million (approx. £3.9m) on March 14th, 2023 at 6:45 p.m. He said \"No!\" — "
    "then left... See https://example.com/a?b=c, e.g. J. R. Smith's U.S. office.\n\n- one\n- two\n"
    "# Title\nwrapped text that goes\non here. The FBI used to read it; they use 10-15 kg "
    "/ week! "
    "👩‍💻 世界 ok\x00k 3½ cups 50% * bold * (555) 123-4567 :) 10 - 3 = 7, 555 123 4567. "
    "World War I ended; the record we record, a lead pipe. Elizabeth I reigned to the end of "
    "the US to it. 5' 6'2\" 'tis CHF 20 St. Paul's St. The A B C of a 5 lb. bag and $9 !"
)
_PIECES = st.sampled_from(
    [*_HARD.split(), " ", "\n", "\n\n", "  ", "-", "—", "...", "'", '"', "St.", "5", "p.m.", "I",
     "to", "the", "used", "read", "\u200d", "\ufe0f", "🎉", "(", ")", "$", "#", "é", "\ud800", "x",
     " a", " — a", "10", ":30", "1/2", "1st", "-2nd", ".5", "€", "10.", "x86", "A", "am", "US",
     "May", "5th", "Jan.", "105", "1/2/2003"]
)  # fmt: skip
_FIGURES = "0123456789.,:/-–%$€'\"snrdthkmIVXaApPM ()+#@_\n—²½°μΩ×^"


def whole(
    text: str, *, language: Language = _LANGUAGE, accent: Accent = "en-US"
) -> list[SpokenWord]:
    front_end = FrontEnd(language, accent=accent)
    return front_end.push(text) + front_end.finish()


def said(text: str) -> str:
    return "".join(w.before + w.phonemes + w.after for w in whole(text))


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({p % (len(text) + 1) for p in places} | {len(text)})
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


@given(
    st.one_of(
        st.lists(_PIECES, max_size=12).map(" ".join),
        st.lists(_PIECES).map("".join),
        st.text(),
        st.text(_FIGURES),
    ),
    st.lists(st.integers(0, 10_000), max_size=30),
    st.sampled_from(_ACCENTS),
)
def test_the_same_words_however_the_text_is_cut(
    text: str, places: list[int], accent: Accent
) -> None:
    front_end = FrontEnd(_LANGUAGE, accent=accent)
    words = [word for piece in cut(text, places) for word in front_end.push(piece)]
    assert words + front_end.finish() == whole(text, accent=accent)


@pytest.mark.parametrize("accent", _ACCENTS)
def test_the_same_words_character_by_character(accent: Accent) -> None:
    front_end = FrontEnd(_LANGUAGE, accent=accent, emoji="name")
    words = [word for character in _HARD for word in front_end.push(character)]
    words += front_end.finish()
    other = FrontEnd(_LANGUAGE, accent=accent, emoji="name")
    assert words == other.push(_HARD) + other.finish()
    assert "wˈʊmən" in words[[w.text for w in words].index("👩\u200d💻")].phonemes


@given(
    st.one_of(st.lists(_PIECES).map(" ".join), st.text(), st.text(_FIGURES)),
    st.sampled_from(_ACCENTS),
)
def test_words_are_in_order_inside_the_text_and_speakable(text: str, accent: Accent) -> None:
    words = whole(text, accent=accent)
    end = 0
    for i, word in enumerate(words):
        assert end <= word.start < word.end <= len(text)
        end = word.end
        assert word.phonemes.strip()
        assert encode(word.before + word.phonemes + word.after)
        assert word.before or i == 0 or words[i - 1].after[-1:] in ("—", "…"), word


def test_a_character_that_stands_for_several_has_one_place() -> None:
    several = [
        c for c in map(chr, range(0x80, 0x3400)) if len(unicodedata.normalize("NFKD", c)) > 1
    ]
    for character in several:
        for word in whole(f"5 {character} x"):
            assert word.start < word.end, character
    said = [(w.text, w.phonemes) for w in whole("5 ℃ in 3 ㎲ ⑴")]
    assert said[1] == ("℃", "dəɡɹˈiz sˈɛlsiəs")
    assert said[4] == ("㎲", "mˈIkɹOsˌɛkəndz")
    assert said[5][0] == "⑴"


def test_offsets_cover_what_was_written() -> None:
    text = "It’s $5 million—no,\n\n“café” 👍 at 3½% of (555) 123-4567!"
    assert [text[w.start : w.end] for w in whole(text)] == [
        "It’s", "$5 million", "no", "café", "at", "3½", "%", "of", "555", "123-4567",
    ]  # fmt: skip
    assert [w.text for w in whole("$5\nmillion")] == ["$5 million"]


def test_utterances_follow_one_another_with_running_offsets() -> None:
    front_end = FrontEnd(_LANGUAGE)
    first = front_end.push("Hello there") + front_end.finish()
    second = front_end.push("Hello there") + front_end.finish()
    assert [(w.start, w.end) for w in first + second] == [(0, 5), (6, 11), (11, 16), (17, 22)]
    assert [w.before for w in second] == ["", " "]
    assert [w.phonemes for w in first] == [w.phonemes for w in second]
    assert front_end.finish() == []


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Hello", 0),  # the rest of the word may follow
        ("Hello ", 0),  # a full stop of its own may follow
        ("Hello w", 1),
        ("Hello, w", 1),
        ("Hello.\n\nW", 1),
        ("to w", 0),  # "to" sounds different before a vowel
        ("to walk ", 0),
        ("to walk a", 2),
        ("good morning every", 2),
        ("$5 m", 0),  # million?
        ("$5 men w", 2),
    ],
)
def test_a_word_is_released_as_soon_as_it_is_settled(text: str, settled: int) -> None:
    assert len(FrontEnd(_LANGUAGE).push(text)) == settled


@given(st.lists(st.sampled_from(_HARD.split()), min_size=12, max_size=40))
def test_the_look_ahead_is_bounded(words: list[str]) -> None:
    front_end = FrontEnd(_LANGUAGE)
    pushed = 0
    for word in words:
        front_end_words = front_end.push(word + " ")
        pushed += len(word) + 1
        for spoken in front_end_words:
            assert spoken.end <= pushed
    held = front_end.finish()
    # At most five stretches between white space are ever held back.
    assert all(word.start >= pushed - sum(len(w) + 1 for w in words[-5:]) for word in held)


def test_the_first_word_of_a_long_text_is_ready_at_once() -> None:
    def work(length: int) -> int:
        """Calls of functions until the first word of a text so long comes out."""
        front_end, text, place, calls = FrontEnd(_LANGUAGE), (_HARD * 12)[:length], 0, 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event == "call"

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            while not front_end.push(text[place : place + 64]):
                place += 64
        finally:
            sys.setprofile(before)
        assert place < 64
        return calls

    whole(_HARD)  # what is looked up once and kept
    assert work(5000) == work(100) < 5000


@pytest.mark.parametrize(
    "unit",
    ["a", "1", "a.", "-", "http://a", "a'", "世", "'", '"', "a/", "1,", "$", "\n", "😀", "x@", "A&",
     "to ", "1 ", "- ", "! ", "St. ", "\u200d", "é", "\ud800", "(", "_", "a\n"],
)  # fmt: skip
def test_time_grows_with_the_text_no_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        best = float("inf")
        for _ in range(3):
            front_end = FrontEnd(_LANGUAGE)
            begin = time.thread_time()
            front_end.push(text)
            front_end.finish()
            best = min(best, time.thread_time() - begin)
        return best

    seconds(1000)
    # Eight times the text in well under 64 times the time.
    assert seconds(16_000) < 24 * seconds(2_000) + 0.05


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "...", "?!", "-", "😀", "世界", "مرحبا", "\x00", "\ud800", "\u200b", "🇫🇷",
     "\u202e", "'", "*", "---", "（）", "\x1b\x07"],
)  # fmt: skip
def test_nothing_speakable_gives_no_words(text: str) -> None:
    assert whole(text) == []


def test_five_thousand_a_without_a_space() -> None:
    words = whole("a" * 5000)
    assert words[0].start == 0
    assert words[-1].end == 5000


def test_what_cannot_be_spoken_is_reported_once() -> None:
    skipped: list[Skipped] = []
    front_end = FrontEnd(_LANGUAGE, on_skipped=skipped.append)
    front_end.push("Say 世界 to مر and \ud800! ")
    front_end.finish()
    assert skipped == [
        Skipped(4, 6, "CJK"),
        Skipped(10, 12, "ARABIC"),
        Skipped(17, 18, "SURROGATE"),
    ]


def test_the_users_lexicon_overrides(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text("gif: jiff\nNginx: {phonemes: ˈɛnʤənɛks}\nSQL: {letters: SQL}\n", "utf-8")
    language = load_language("en", path)
    words = whole("A GIF, nginx, Nginx and SQL. Nginx's GIF’s", language=language)
    assert [w.phonemes for w in words if w.text not in ("A", "nginx", "and")] == [
        "ʤˈɪf",
        "ˈɛnʤənɛks",
        "ˌɛskjˌuˈɛl",
        "ˈɛnʤənɛksᵻz",
        "ʤˈɪfs",
    ]


def test_what_has_no_sound_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text("dash: a --\nnothing: {letters: x}\n", "utf-8")
    language = load_language("en", path)
    assert [w.phonemes for w in whole("A dash.", language=language)] == ["ɐ", "ˈA"]
    front_end = FrontEnd(language, emoji="name")
    words = front_end.push("So \u23d0 be it \u2744.") + front_end.finish()
    assert [w.text for w in words] == ["So", "be", "it", "\u2744"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'xx'"):
        load_language("xx")


def test_the_shipped_lexicon_is_in_order() -> None:
    path = Path(__file__).parent.parent / "config" / "lexicon.yaml"
    assert load_language("en", path).user.find("vvstream") is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello there.", "həlˈO ðˈɛɹ."),
        (
            "My flight number is B A 2 4 7.",
            "mˌI flˈIt nˈʌmbəɹ ɪz bˈi ˈA tˈu fˈɔɹ sˈɛvən.",
        ),
        ("It costs $39.99!", "ˌɪt kˈɔsts θˈɜɹTi nˈIn dˈɑləɹz ænd nˈIndi nˈIn sˈɛnts!"),
        ("“Yes,” she said—twice.", "“jˈɛs,” ʃi sˈɛd—twˈIs."),
        ("Call 555-1234", "kˈɔl fˈIv fˈIv fˈIv, wˈʌn tˈu θɹˈi fˈɔɹ."),
        ("Title\nText", "tˈITᵊl. tˈɛkst."),
        ("or so…", "ɔɹ sˌO…"),
    ],
)
def test_whole_sentences(text: str, expected: str) -> None:
    assert said(text) == expected


def test_a_british_voice_says_it_the_british_way() -> None:
    text = "The schedule can't change, Mother: get better tomatoes after dark."
    said = "".join(w.before + w.phonemes + w.after for w in whole(text, accent="en-GB"))
    assert said == "ðə ʃˈɛdjuːl kˈɑːnt ʧˈAnʤ, mˈʌðə: ɡɛt bˈɛtə təmˈɑːtQz ˈɑːftə dˈɑːk."


def test_the_full_stop_of_a_sentence_is_not_the_words() -> None:
    text = "The rain came in. He said no. It is 5 in."
    shown = [(word.text, text[word.start : word.end]) for word in whole(text)]
    assert [word for word, _ in shown] == "The rain came in He said no It is 5 in.".split()
    assert all(word == place for word, place in shown)
