"""Words and sentences -> phonemes."""

from typing import cast

import pytest

from vvstream.frontend import FrontEnd, load_language
from vvstream.options import Accent
from vvstream.text.items import Item

_LANGUAGE = load_language("en")
_PRONOUNCER = _LANGUAGE.accents["en-US"]
_BRITISH = _LANGUAGE.accents["en-GB"]


def said(text: str, accent: Accent = "en-US") -> str:
    front_end = FrontEnd(_LANGUAGE, accent=accent)
    words = front_end.push(text) + front_end.finish()
    return "".join(w.before + w.phonemes + w.after for w in words)


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("hello", "həlˈO"),
        ("state-of-the-art", "stˈAtʌvðiˈɑɹt"),
        ("face-to-face", "fˈAstəfˈAs"),
        ("X-ray", "ˈɛksɹˌA"),
        ("iPhone", "ˈIfˌOn"),
        ("McGill", "məkɡˈɪl"),
        ("O'Donovan", "Odˈɑnəvən"),
        ("Miz", "mˈɪz"),
        ("Missus", "mˈɪsɪz"),
        ("AFter", "ˈæftəɹ"),
        ("HELLOWORLD", "həlˈOwˌɜɹld"),
        ("sooooo", "sˌO"),
        ("yesss", "jˈɛs"),
        ("xzq", "ˌɛkszˌikjˈu"),
        ("GitHub's", "ɡˈɪthˌʌbz"),
        ("kubernetes's", "kˌubəɹnˈɛTiz" + "ᵻz"),
        ("zq's", "zˌikjˈu" + "z"),
        ("--", ""),
        ("Michelle", "mɪʃˈɛl"),
        ("MICHELLE", "mɪʃˈɛl"),
        ("LeBron", "ləbɹˈɑn"),
        ("Nicole's", "nɪkˈOlz"),
        ("dna", "dˌiˌɛnˈA"),
        ("llms", "ˌɛlˌɛlˈɛmz"),
        ("JSON", "ʤˈAsən"),
        ("zorgour", "zˈɔɹɡWɹ"),
        ("ChatGPT", "ʧˈætʤˌipˌitˈi"),
        ("launchpad", "lˈɔnʧpˌæd"),
        ("nightcrawlers", "nˈItkɹˌɔləɹz"),
        ("modernisation", "mˌɑdəɹnəzˈAʃən"),
        ("Warwickshire", "wˈɔɹwɪkʃəɹ"),
    ],
)
def test_words(word: str, phonemes: str) -> None:
    assert _PRONOUNCER.say(Item(word)) == phonemes


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("hello", "həlˈQ"),
        ("state-of-the-art", "stˈAtɒvðiˈɑːt"),
        ("churches", "ʧˈɜːʧɪz"),
        ("needed", "nˈiːdɪd"),
        ("scarring", "skˈɑːɹɪŋ"),
        ("water", "wˈɔːtə"),
        ("DMZ", "dˌiːˌɛmzˈɛd"),
        ("kubernetes's", "kˌuːbənˈɛtiːzɪz"),  # in no dictionary
        ("plomater", "plˈQmˌAtə"),
        ("Edinburgh", "ˈɛdɪnbəɹə"),  # in the British dictionary
        ("Zoe", "zˈQi"),
        ("Bach's", "bˈɑːks"),
        ("xzq", "ˌɛkszˌɛdkjˈuː"),
        ("--", ""),
        ("LeBron", "ləbɹˈɒn"),
        ("Nicole's", "nɪkˈQlz"),
        ("dna", "dˌiːˌɛnˈA"),
        ("llms", "ˌɛlˌɛlˈɛmz"),
        ("ChatGPT", "ʧˈatʤˌiːpˌiːtˈiː"),
        ("launchpad", "lˈɔːnʧpad"),
        ("nightcrawlers", "nˈItkɹˌɔːləz"),
        ("modernisation", "mˌɒdənIzˈAʃᵊn"),
        ("Northamptonshire", "nɔːθˈamptənʃɪə"),
        ("MICHELLE", "mɪʃˈɛl"),
    ],
)
def test_words_in_british(word: str, phonemes: str) -> None:
    assert _BRITISH.say(Item(word)) == phonemes


def test_phonemes_of_the_user_in_the_accent_of_the_voice() -> None:
    assert _PRONOUNCER.say(Item("tˈɑmᵊl", "phonemes")) == "tˈɑmᵊl"
    assert _PRONOUNCER.say(Item("hˈɒt", "phonemes")) == "hˈɑt"
    assert _PRONOUNCER.say(Item("nˈɜːsɪz kˈat gQ", "phonemes")) == "nˈɜɹsɪz kˈæt gO"
    assert _BRITISH.say(Item("tˈɑmᵊl", "phonemes"), spelling="TOML") == "tˈɒmᵊl"
    assert _BRITISH.say(Item("fˈɑːðə's", "phonemes")) == "fˈɑːðəz"


def test_ways_of_saying() -> None:
    assert _PRONOUNCER.say(Item("point", "weak")) == "pYnt"
    assert _PRONOUNCER.say(Item("FBI", "letters")) == "ˌɛfbˌiˈI"
    assert _PRONOUNCER.say(Item("M's", "letters")) == "ˈɛmz"
    assert _PRONOUNCER.say(Item("7's", "letters")) == ""
    assert _PRONOUNCER.say(Item("ˈɑ", "phonemes")) == "ˈɑ"
    with pytest.raises(AssertionError):
        _PRONOUNCER.say(Item("x", cast("None", "sung")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "vowel"),
    [
        (Item("apple"), True),
        (Item("hour"), True),
        (Item("use"), False),
        (Item("FBI", "letters"), True),
        (Item("US"), False),
        (Item("a"), False),
        (Item("--"), None),
    ],
)
def test_first_sounds(item: Item, vowel: bool | None) -> None:
    assert _PRONOUNCER.starts_with_vowel(item) is vowel


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("the apple", "ði ˈæpᵊl."),
        ("the pear", "ðə pˈɛɹ."),
        ("to an end, to do", "tə ɐn ˈɛnd, tə dˈu."),
        ("where to?", "wˌɛɹ tu?"),
        ("go to (and from) it", "ɡˌO tu (ænd fɹʌm) ɪt."),
        ("yes I can", "jˈɛs ˌI kˈæn."),
        ("he used to; he used two", "hi jˈust tu; hi jˈuzd tˈu."),
        ("used “to go”", "jˈust “tə ɡˌO”."),
        ("the 8 of us", "ði ˈAt ʌv ˌʌs."),
        ("the ☃ man", "ðə mˈæn."),
        ("plan A. An end", "plˈæn ˈA. ɐn ˈɛnd."),
    ],
)
def test_words_that_listen_to_the_next(text: str, phonemes: str) -> None:
    assert said(text) == phonemes


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        # transcribed by misaki
        ("I read the record we record", "ˌI ɹˈɛd ðə ɹˈɛkɔːd wiː ɹɪkˈɔːd."),
        ("I used to be in", "ˌI jˈuːst tə biː ˈɪn."),
        ("the apple, to a man, am I?", "ði ˈapᵊl, tə ɐ mˈan, ɐm ˌI?"),
        ("where to? I am", "wˌɛː tuː? ˌI am."),
        ("Can you? I can go, they were her friends", "kˌan juː? ˌI kan ɡˌQ, ðA wɜː hɜː fɹˈɛndz."),
        ("Aluminium on the garage.", "ˌaljʊmˈɪnɪəm ˌɒn ðə ɡˈaɹɑːʤ."),
        # by their neighbours
        ("a minute detail", "ɐ mInjˈuːt dˈiːtAl."),
        ("my resume", "mI ɹˈɛzjʊmˌA."),
        ("Mobile phones", "mˈQbIl fˈQnz."),
        ("wear and tear", "wˈɛː and tˈɛː."),
        ("Polish the shoes.", "pˈɒlɪʃ ðə ʃˈuːz."),
    ],
)
def test_british_sentences(text: str, phonemes: str) -> None:
    assert said(text, "en-GB") == phonemes


_HETERONYMS = [
    ("I read the book yesterday.", "read", "ɹˈɛd"),
    ("I will read it.", "read", "ɹˈid"),
    ("She has read it.", "read", "ɹˈɛd"),
    ("Have you read it?", "read", "ɹˈɛd"),
    ("Did you read it?", "read", "ɹˈid"),
    ("We read every day.", "read", "ɹˈid"),
    ("They often read more.", "read", "ɹˈid"),
    ("It was read aloud.", "read", "ɹˈɛd"),
    ("Please read this.", "read", "ɹˈid"),
    ("Lead the way.", "Lead", "lˈid"),
    ("a lead pipe", "lead", "lˈɛd"),
    ("the lead singer", "lead", "lˈid"),
    ("made of lead", "lead", "lˈɛd"),
    ("I live near the sea.", "live", "lˈɪv"),
    ("a live wire", "live", "lˈIv"),
    ("They broadcast live.", "live", "lˈIv"),
    ("the lives of cats", "lives", "lˈIvz"),
    ("He lives here.", "lives", "lˈɪvz"),
    ("a new record", "record", "ɹˈɛkəɹd"),
    ("We record it.", "record", "ɹəkˈɔɹd"),
    ("to record a song", "record", "ɹəkˈɔɹd"),
    ("A tear ran down.", "tear", "tˈɪɹ"),
    ("Do not tear the paper.", "tear", "tˈɛɹ"),
    ("wear and tear", "tear", "tˈɛɹ"),
    ("It tears apart.", "tears", "tˈɛɹz"),
    ("She burst into tears.", "tears", "tˈɪɹz"),
    ("The wind blows.", "wind", "wˈɪnd"),
    ("Wind the clock.", "Wind", "wˈInd"),
    ("You wind up here.", "wind", "wˈInd"),
    ("He wound the rope.", "wound", "wˈWnd"),
    ("The wound bled.", "wound", "wˈund"),
    ("Close the door.", "Close", "klˈOz"),
    ("We are close.", "close", "klˈOs"),
    ("a close friend", "close", "klˈOs"),
    ("the use of it", "use", "jˈus"),
    ("We use it.", "use", "jˈuz"),
    ("I used to go.", "used", "jˈust"),
    ("a used car", "used", "jˈuzd"),
    ("I refuse to go.", "refuse", "ɹəfjˈuz"),
    ("the desert sand", "desert", "dˈɛzəɹt"),
    ("Do not desert me.", "desert", "dəzˈɜɹt"),
    ("I object to it.", "object", "əbʤˈɛkt"),
    ("an odd object", "object", "ˈɑbʤəkt"),
    ("the present day", "present", "pɹˈɛzᵊnt"),
    ("They present the prize.", "present", "pɹizˈɛnt"),
    ("bow and arrow", "bow", "bˈO"),
    ("take a bow", "bow", "bˈW"),
    ("a bow tie", "bow", "bˈO"),
    ("bass guitar", "bass", "bˈAs"),
    ("sea bass", "bass", "bˈæs"),
    ("He dove into the pool.", "dove", "dˈOv"),
    ("a white dove", "dove", "dˈʌv"),
    ("a minute detail", "minute", "mInˈut"),
    ("in a minute", "minute", "mˈɪnət"),
    ("Polish the shoes.", "Polish", "pˈɑlɪʃ"),
    ("a Polish man", "Polish", "pˈOlɪʃ"),
    ("They had a row.", "row", "ɹˈW"),
    ("Row the boat.", "Row", "ɹˈO"),
    ("my resume", "resume", "ɹˈɛzəmˌA"),
    ("a résumé", "résumé", "ɹˈɛzəmˌA"),
    ("We resume work.", "resume", "ɹəzˈum"),
    ("content with life", "content", "kəntˈɛnt"),
    ("the content", "content", "kˈɑntɛnt"),
    ("I attribute it to him.", "attribute", "ətɹˈɪbjˌut"),
    ("The house is old.", "house", "hˈWs"),
    ("to house ten", "house", "hˈWz"),
    ("an increase in pay", "increase", "ˈɪnkɹˌis"),
    ("Prices increase.", "increase", "ɪnkɹˈis"),
    ("Mobile phones", "Mobile", "mˈObᵊl"),
    ("Mobile, Alabama", "Mobile", "mˈObᵊl"),
    ("Mobile Bay", "Mobile", "mObˈil"),
    ("two does", "does", "dˈOz"),
    ("She does it.", "does", "dˈʌz"),
    ("excuse me", "excuse", "ɪkskjˈuz"),
    ("no excuse", "excuse", "ɪkskjˈus"),
    ("a separate room", "separate", "sˈɛpəɹət"),
    ("Separate the parts.", "Separate", "sˈɛpəɹˌAt"),
]


def test_heteronyms() -> None:
    wrong = []
    for text, word, expected in _HETERONYMS:
        front_end = FrontEnd(_LANGUAGE)
        words = front_end.push(text) + front_end.finish()
        found = next(w.phonemes for w in words if w.text == word)
        if found != expected:
            wrong.append((text, expected, found))
    assert len(wrong) <= 0.02 * len(_HETERONYMS), "\n".join(map(str, wrong))
