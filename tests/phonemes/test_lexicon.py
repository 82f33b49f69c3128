"""Words against the transcriptions that misaki 0.9.4 gives them."""

import pytest

from vvstream.phonemes.english.dictionary import DATA, Dictionary
from vvstream.phonemes.english.lexicon import Following, Lexicon, parent

_LEXICON = Lexicon(Dictionary(DATA / "english_us.tsv"))
_VOWEL, _CONSONANT, _PAUSE = Following(vowel=True), Following(vowel=False), Following()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("hello", "həlˈO"),
        ("London", "lˈʌndən"),
        ("And", "ˌænd"),
        ("AND", "ˈænd"),
        ("walked", "wˈɔkt"),
        ("churches", "ʧˈɜɹʧᵻz"),
        ("stories", "stˈɔɹiz"),
        ("James'", "ʤˈAmz"),
        ("dogs'", "dˈɔɡz"),
        ("Smiths'", "smˈɪθs"),
        ("agreed", "əɡɹˈid"),
        ("odd", "ˈɑd"),
        ("petted", "pˈɛɾᵻd"),
        ("getting", "ɡˈɛɾɪŋ"),
        ("making", "mˈAkɪŋ"),
        ("running", "ɹˈʌnɪŋ"),
        ("blogging", "blˈɑɡɪŋ"),
        ("FBI", "ˌɛfbˌiˈI"),
        ("U.S.", "jˌuˈɛs"),
        ("B", "bˈi"),
        ("As'", "ˈAz"),
        ("zombies", "zˈɑmbiz"),
        ("barbaries", "bˈɑɹbəɹiz"),
        ("glss", None),
        ("fodd", None),
        ("blogged", "blˈɑɡd"),
        ("grr", None),
        ("Kubernetes", None),
        ("kubernetesed", None),
        ("", None),
    ],
)
def test_words_alone(word: str, said: str | None) -> None:
    assert _LEXICON.say(word) == said


@pytest.mark.parametrize(
    ("word", "tag", "following", "said"),
    [
        ("a", "DT", _CONSONANT, "ɐ"),
        ("A", "NN", _PAUSE, "ˈA"),
        ("am", "VBP", _CONSONANT, "ɐm"),
        ("am", "VBP", _PAUSE, "æm"),
        ("AM", "NN", _PAUSE, "ˌAˈɛm"),
        ("an", "DT", _VOWEL, "ɐn"),
        ("AN", "NNP", _VOWEL, "ˌAˈɛn"),
        ("I", "PRP", _CONSONANT, "ˌI"),
        ("I", "NN", _CONSONANT, "ˈI"),
        ("by", "RB", _CONSONANT, "bˈI"),
        ("by", "IN", _CONSONANT, "bI"),
        ("to", "TO", _CONSONANT, "tə"),
        ("to", "TO", _VOWEL, "tʊ"),
        ("to", "TO", _PAUSE, "tu"),
        ("TO", "TO", _VOWEL, "tʊ"),
        ("in", "IN", _CONSONANT, "ɪn"),
        ("in", "RP", _CONSONANT, "ˈɪn"),
        ("IN", "IN", _PAUSE, "ˈɪn"),
        ("the", "DT", _VOWEL, "ði"),
        ("THE", "DT", _CONSONANT, "ðə"),
        ("used", "VBD", Following(vowel=False, to=True), "jˈust"),
        ("used", "VBD", _CONSONANT, "jˈuzd"),
        ("read", "VBD", _CONSONANT, "ɹˈɛd"),
        ("read", "VB", _CONSONANT, "ɹˈid"),
        ("record", "NN", _CONSONANT, "ɹˈɛkəɹd"),
        ("records", "VBZ", _CONSONANT, "ɹəkˈɔɹdz"),
        ("close", "JJ", _CONSONANT, "klˈOs"),
        ("can", "MD", _PAUSE, "kˈæn"),
        ("can", "MD", _CONSONANT, "kæn"),
        ("US", "NNP", _CONSONANT, "jˌuˈɛs"),
        ("WINTER", "NNP", _CONSONANT, "wˈɪntəɹ"),
        ("OF", "NNP", _CONSONANT, "ˌOˈɛf"),
        ("Walked", "VBD", _CONSONANT, "wˈɔkt"),
        ("BLOGGED", "VBD", _CONSONANT, "blˈɑɡd"),
    ],
)
def test_words_in_company(word: str, tag: str, following: Following, said: str) -> None:
    assert _LEXICON.say(word, tag, following) == said


@pytest.mark.parametrize(
    ("tag", "coarse"),
    [("VBD", "VERB"), ("NNS", "NOUN"), ("RBR", "ADV"), ("JJS", "ADJ"), ("IN", "IN"), ("", "")],
)
def test_coarse_tags(tag: str, coarse: str) -> None:
    assert parent(tag) == coarse


def test_which_words_need_their_neighbours() -> None:
    for word in ("read", "records", "recorded", "recording", "abuses", "a", "I", "US", "Record"):
        assert _LEXICON.depends_on_tag(word), word
    for word in ("hello", "Hello", "London", "cats", "walked", "xyzzy", "B"):
        assert not _LEXICON.depends_on_tag(word), word
    for word in ("the", "To", "can", "her", "used"):
        assert _LEXICON.depends_on_following(word), word
    assert not _LEXICON.depends_on_following("hello")
    assert _LEXICON.lists("HELLO")
    assert not _LEXICON.lists("vvstream")


def test_spelling() -> None:
    assert _LEXICON.spell("fbi") == "ˌɛfbˌiˈI"
    assert _LEXICON.spell("x") == "ˈɛks"
    assert _LEXICON.spell("7") == ""
    assert _LEXICON.spell("é") == ""
