"""SSML as its callers see it: whole or in pieces, with what each tag changes."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.server import ENGLISH
from vvstream.errors import UnknownVoice
from vvstream.frontend import FrontEnd
from vvstream.markup.front_end import DEEPEST, LONGEST_GIVING, MarkupFrontEnd, Plain, Voices
from vvstream.markup.giving import English
from vvstream.options import PLAIN, Manner
from vvstream.phonemes.inventory import encode
from vvstream.text.items import Items
from vvstream.text.spoken import Complaint, Pause, Spoken, SpokenWord, Turn

MIKE = "en-Mike_man"


def named(name: str) -> str:
    if name != MIKE:
        raise UnknownVoice(f"unknown voice {name!r}")
    return name


def speaking(tag: str, now: str | None) -> str | None:
    if tag == "xx":
        raise UnknownVoice("no voice speaks 'xx'")
    return MIKE if tag == "en-GB" else now


def opened(voice: str | None, given: Callable[[], Items]) -> Plain:
    return FrontEnd(ENGLISH, given=given)


VOICES = Voices(opened, named, speaking, lambda voice: English())
_PIECES = st.sampled_from(
    ["Hello ", "world", ". ", ", ", " ", "read ", "the ", "to ", "I ", "AT&amp;T", "$5 ",
     "million ", "😀 ", "世界 ", "\n", "-", "—", "<break/>",
     '<break time="1s"/>', '<break strength="none"/>',
     "<emphasis>", "</emphasis>", '<prosody rate="slow" pitch="+2st" volume="loud">', "</prosody>",
     '<say-as interpret-as="characters">', "</say-as>", '<sub alias="two words">', "</sub>",
     '<phoneme ph="pɪˈkɑːn"/>', "<s>", "</s>", "<p>", "</p>", "<speak>", "</speak>", "&#65;",
     f'<voice name="{MIKE}">', "</voice>", '<lang xml:lang="en-GB">', "</lang>", "<!-- -->", "<x/>",
     "\ufdd0", "<", "&nbsp;", "<mark name='a'/>"]
)  # fmt: skip


def whole(text: str, prologue: str = "") -> list[Spoken]:
    front_end = MarkupFrontEnd(VOICES, prologue)
    return front_end.push(text) + front_end.finish()


def words(text: str) -> list[SpokenWord]:
    return [item for item in whole(text) if isinstance(item, SpokenWord)]


def complaints(text: str) -> list[str]:
    return [item.message for item in whole(text) if isinstance(item, Complaint)]


def manners(text: str) -> list[tuple[str, Manner]]:
    return [(word.text, word.manner) for word in words(text)]


@given(st.lists(_PIECES, max_size=14).map("".join), st.lists(st.integers(0, 400), max_size=20))
def test_cut_anywhere_it_is_the_same(text: str, cuts: list[int]) -> None:
    ends = sorted({min(c, len(text)) for c in cuts} | {len(text)})
    front_end = MarkupFrontEnd(VOICES)
    said: list[Spoken] = []
    for a, b in zip([0, *ends], ends, strict=False):
        said += front_end.push(text[a:b])
    assert said + front_end.finish() == whole(text)


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_words_stand_where_they_say_and_can_be_spoken(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert text[word.start : word.end] == word.text
        end = word.end
        assert encode(word.before + word.phonemes + word.after)
        assert word.pause is None or set(word.after) & set(";:,.!?—…")


@given(st.text(st.sampled_from("abc ,.!?$12'\"-AI(é—"), max_size=60))
def test_text_without_tags_is_plain_text(text: str) -> None:
    plain = FrontEnd(ENGLISH)
    assert whole(text) == plain.push(text) + plain.finish()


@given(st.lists(_PIECES, max_size=12).map("".join), st.integers(0, 20))
def test_from_each_word_on_the_text_goes_on_alike(text: str, which: int) -> None:
    """What another server would say that begins at this word, with the tags that are open there."""
    before = words(text)
    if not before:
        return
    word = before[which % len(before)]
    after = [w for w in whole(text[word.start :], word.inside) if isinstance(w, SpokenWord)]
    assert [(w.text, w.manner, w.start + word.start) for w in after] == [
        (w.text, w.manner, w.start) for w in before if w.start >= word.start
    ]


def test_emphasis_stresses() -> None:
    moderate, strong = Manner(0.9, 1.08, 1.2), Manner(0.82, 1.15, 1.4)
    text = "I <emphasis>can</emphasis> go <emphasis level='strong'>to</emphasis> it."
    assert manners(text)[1] == ("can", moderate)
    assert manners(text)[3] == ("to", strong)
    assert [word.phonemes for word in words(text)][3] == "tˈʊ"
    (reduced,) = words("<emphasis level='reduced'>fine</emphasis>")
    assert reduced.phonemes == "fˌIn"
    (none,) = words("<emphasis level='none'>fine</emphasis>")
    assert (none.phonemes, none.manner) == ("fˈIn", PLAIN)


def test_prosody_multiplies_inside_itself_up_to_its_limits() -> None:
    text = '<prosody rate="slow"><prosody rate="50%" pitch="+12st">a b</prosody> c</prosody> d'
    assert manners(text) == [
        ("a", Manner(rate=0.5, pitch=2.0)),
        ("b", Manner(rate=0.5, pitch=2.0)),
        ("c", Manner(rate=0.8)),
        ("d", PLAIN),
    ]
    assert manners('<prosody volume="silent" rate="x-fast">a</prosody>') == [
        ("a", Manner(rate=1.6, volume=0.0))
    ]


@pytest.mark.parametrize(
    ("text", "after", "pause"),
    [
        ("Hello <break/> world", ",", 0.4),
        ("Hello.<break time='2s'/> World", ".", 2.0),
        ("Hello, <break strength='none'/>world", ",", 0.0),
        ("Hello <break strength='none'/>world", "", None),
        ("Hello<break time='100ms'/><break time='200ms'/>world", ",", 0.3),
        ("Hello <break time='60s'/> world", ",", 10.0),
        ("Hello<break time='300ms'/>", ".", 0.3),
    ],
)
def test_breaks_are_pauses_of_the_word_before(text: str, after: str, pause: float | None) -> None:
    first = words(text)[0]
    assert (first.text, first.after) == ("Hello", after)
    assert first.pause == (None if pause is None else pytest.approx(pause))


def test_a_break_belongs_to_the_word_that_it_follows_however_far_ahead_is_looked() -> None:
    text = "I read <break time='1s'/> to <break time='2s'/> you <break time='3s'/>"
    assert [(w.text, w.pause) for w in words(text)] == [
        ("I", None), ("read", 1.0), ("to", 2.0), ("you", 3.0),
    ]  # fmt: skip


def test_a_break_before_all_words() -> None:
    assert whole("<break time='1s'/>") == [Pause(1.0)]
    assert whole("<break time='1s'/>Hi")[0] == Pause(1.0)
    assert whole("<break time='8s'/><break time='8s'/>Hi")[0] == Pause(10.0)
    assert isinstance(whole("<break strength='none'/>Hi")[0], SpokenWord)
    # Nothing was said for what stands before it.
    assert whole("Hi 世界<break time='1s'/> there")[1] == Pause(1.0)


def test_what_is_given_takes_the_place_of_what_is_written() -> None:
    text = (
        'The <sub alias="World Wide Web Consortium">W3C</sub>, <say-as interpret-as="characters">'
        'no</say-as> <phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan</phoneme>s <phoneme ph="ˈæ"/>!'
    )
    said = {word.text: word.phonemes for word in words(text)}
    assert said == {
        "The": "ðə",
        "W3C": "wˈɜɹld wˈId wˈɛb kənsˈɔɹTiəm",
        "no": "ˈɛn ˈO",
        "pecan": "pɪkˈɑn",
        "s": "ˈɛs",
        '<phoneme ph="ˈæ"/>': "ˈæ",
    }
    assert next(w for w in words(text) if w.text == "W3C").after == ","
    assert words('<phoneme alphabet="x-vvstream" ph="hˈI">x</phoneme>')[0].phonemes == "hˈI"


def test_tags_inside_a_given_reading_are_passed_over() -> None:
    text = '<sub alias="one">a <sub alias="two">b</sub> <break/> c</sub> d'
    assert [(w.text, w.phonemes) for w in words(text)] == [
        ('a <sub alias="two">b</sub> <break/> c', "wˈʌn"), ("d", "dˈi"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<b>x</b>", "<b> is not known, what it holds is spoken; known: break, emphasis, lang"),
        ("<emphasis level='big'>x</emphasis>", "<emphasis> level: expected strong, moderate"),
        ("<prosody rate='quick'>x</prosody>", "<prosody> rate: expected x-slow"),
        ("<prosody contour='x'>x</prosody>", "<prosody> contour: is not known; known: rate"),
        ("x<break time='soon'/>", "<break> time: expected 500ms"),
        ("x<break time='11s'/>", "<break> is at most 10 s"),
        ("<voice name='Bob'>x</voice>", "<voice> unknown voice 'Bob'"),
        ("<lang xml:lang='xx'>x</lang>", "<lang> no voice speaks 'xx'"),
        ("<say-as interpret-as='song'>x</say-as>", "<say-as> interpret-as: expected characters"),
        ("<phoneme ph='ж'>x</phoneme>", "<phoneme> unknown phoneme symbol"),
        ("<phoneme alphabet='x-sampa' ph='x'>x</phoneme>", "<phoneme> alphabet: expected ipa"),
    ],
)
def test_what_is_not_understood_is_told_once_and_its_text_is_spoken(
    text: str, message: str
) -> None:
    (told,) = complaints(f"{text} {text}")
    assert told.startswith(f"ssml: {message}")
    assert [word.text for word in words(f"{text} {text}")] == ["x", "x"]


def test_an_empty_alias_leaves_its_text() -> None:
    assert [w.phonemes for w in words("<sub alias=''>two</sub>")] == ["tˈu"]


def test_another_voice_has_its_turn() -> None:
    text = (
        f'One <voice name="{MIKE}">two <voice>three</voice></voice> '
        '<lang xml:lang="en-GB">four</lang>'
    )
    kinds = [item.text if isinstance(item, SpokenWord) else item for item in whole(text)]
    assert kinds == ["One", Turn(MIKE), "two", "three", Turn(None), Turn(MIKE), "four", Turn(None)]
    assert [w.before for w in words(text)] == ["", "", " ", ""]


def test_a_speaker_of_the_language_goes_on() -> None:
    assert [type(item) for item in whole('<speak xml:lang="en-US">Hi</speak>')] == [SpokenWord]


def test_sentences_and_paragraphs_end() -> None:
    text = "<speak><p>One</p><s>two</s>three\nfour</speak>"
    assert [(w.text, w.after) for w in words(text)] == [
        ("One", "."), ("two", "."), ("three", ""), ("four", "."),
    ]  # fmt: skip


def test_broken_markup_is_told_and_what_stood_before_it_is_spoken() -> None:
    front_end = MarkupFrontEnd(VOICES)
    said = front_end.push("<prosody rate='slow'>One </b> two") + front_end.push(" three")
    (complaint,) = [item for item in said if isinstance(item, Complaint)]
    assert complaint.broken
    assert "at character 27: mismatched tag inside <prosody>" in complaint.message
    said += front_end.finish()
    assert [w.text for w in said if isinstance(w, SpokenWord)] == ["One"]
    # A flush begins anew, with nothing open.
    again = front_end.push("Four.") + front_end.finish()
    assert [(w.text, w.start, w.manner) for w in again if isinstance(w, SpokenWord)] == [
        ("Four", 39, PLAIN)
    ]


def test_broken_markup_in_another_voice_gives_the_turn_back() -> None:
    items = whole(f'<voice name="{MIKE}">One <sub>two</voice>')
    assert items[0] == Turn(MIKE)
    assert items[-1] == Turn(None)


def test_elements_stay_open_over_a_flush() -> None:
    front_end = MarkupFrontEnd(VOICES)
    front_end.push("<prosody rate='slow'>One.")
    front_end.finish()
    assert front_end.inside == '<prosody rate="slow">'
    (word,) = [w for w in front_end.push("Two.") + front_end.finish() if isinstance(w, SpokenWord)]
    assert word.manner == Manner(rate=0.8)
    assert word.inside == '<prosody rate="slow">'


@pytest.mark.parametrize("text", ["Hi <bre", "Hi <sub alias='x'>y"])
def test_a_flush_inside_a_tag_is_told(text: str) -> None:
    assert complaints(text) == ["ssml: a tag is not complete: what stands in it waits for its end"]


def test_nothing_grows_without_bound() -> None:
    assert "more than 32 elements" in complaints("<s>" * (DEEPEST + 1) + "x")[0]
    assert "<sub> of more than" in complaints("<sub>" + "x " * LONGEST_GIVING)[0]
