"""American pronunciations made British, against what British dictionaries have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.english.british import british, british_entry
from vvstream.phonemes.english.dictionary import DATA, Dictionary, Entry
from vvstream.phonemes.inventory import encode

_LINES = [
    line.split("\t")[:2] for line in (DATA / "english_us.tsv").read_text("utf-8").splitlines()
]
_AMERICAN_ALONE = frozenset("æOɾTᵻʔ")


@pytest.mark.parametrize(
    ("word", "american", "said"),
    [
        ("lot", "lˈɑt", "lˈɒt"),
        ("father", "fˈɑðəɹ", "fˈɑːðə"),
        ("start", "stˈɑɹt", "stˈɑːt"),
        ("swan", "swˈɑn", "swˈɒn"),
        ("sonorants", "sˈɑnəɹənts", "sˈɒnəɹənts"),
        ("thought", "θˈɔt", "θˈɔːt"),
        ("cloth", "klˈɔθ", "klˈɒθ"),
        ("north", "nˈɔɹθ", "nˈɔːθ"),
        ("orange", "ˈɔɹɪnʤ", "ˈɒɹɪnʤ"),
        ("glorious", "ɡlˈɔɹiəs", "ɡlˈɔːɹɪəs"),
        ("goat", "ɡˈOt", "ɡˈQt"),
        ("door", "dˈOɹ", "dˈɔː"),
        ("goose", "ɡˈus", "ɡˈuːs"),
        ("tune", "tˈun", "tjˈuːn"),
        ("newt", "nˈut", "njˈuːt"),
        ("blue", "blˈu", "blˈuː"),
        ("fleece", "flˈis", "flˈiːs"),
        ("happy", "hˈæpi", "hˈapi"),
        ("radios", "ɹˈAdiOz", "ɹˈAdɪQz"),
        ("coffee", "kˈɔfi", "kˈɒfiː"),
        ("readjusted", "ɹiəʤˈʌstᵻd", "ɹiːəʤˈʌstɪd"),
        ("jollyish", "ʤˈɑliɪʃ", "ʤˈɒlɪɪʃ"),
        ("shandied", "ʃˈændid", "ʃˈandid"),
        ("sardine", "sˈɑɹdin", "sˈɑːdiːn"),
        ("dress", "dɹˈɛs", "dɹˈɛs"),
        ("square", "skwˈɛɹ", "skwˈɛː"),
        ("marry", "mˈɛɹi", "mˈaɹi"),
        ("merry", "mˈɛɹi", "mˈɛɹi"),
        ("various", "vˈɛɹiəs", "vˈɛːɹɪəs"),
        ("fairy", "fˈɛɹi", "fˈɛːɹi"),
        ("near", "nˈɪɹ", "nˈɪə"),
        ("mirror", "mˈɪɹəɹ", "mˈɪɹə"),
        ("weary", "wˈɪɹi", "wˈɪəɹi"),
        ("erect", "ɪɹˈɛkt", "ɪɹˈɛkt"),
        ("cure", "kjˈʊɹ", "kjˈʊə"),
        ("foot", "fˈʊt", "fˈʊt"),
        ("nurse", "nˈɜɹs", "nˈɜːs"),
        ("evidence", "ˈɛvədᵊns", "ˈɛvɪdᵊns"),
        ("kindness", "kˈIndnəs", "kˈIndnəs"),
        ("nation", "nˈAʃən", "nˈAʃᵊn"),
        ("national", "nˈæʃᵊnəl", "nˈaʃənᵊl"),
        ("taxis", "tˈæksiz", "tˈaksiz"),
        ("petals", "pˈɛɾəlz", "pˈɛtᵊlz"),
        ("regular", "ɹˈɛɡjələɹ", "ɹˈɛɡjʊlə"),
        ("water", "wˈɔɾəɹ", "wˈɔːtə"),
        ("Katherine's", "kˈæθɹənz", "kˈaθɹənz"),
        ("hobbit", "hˈɑbɪt", "hˈɒbɪt"),
        ("mobile", "mˈObᵊl", "mˈQbIl"),
        ("Ra", "ɹˈɑ", "ɹˈɑː"),
        ("brr", "bɹ", "b"),
        ("", "wˈɑtəɹ", "wˈɑːtə"),
        ("", "", ""),
    ],
)
def test_words(word: str, american: str, said: str) -> None:
    assert british(word, american) == said


def test_what_people_checked_has_fewer_marks() -> None:
    assert british("graphene", "ɡɹˈæfˌin") == "ɡɹˈafˌiːn"
    assert british("graphene", "ɡɹˈæfˌin", checked=True) == "ɡɹˈafiːn"
    assert british("unsafe", "ˌʌnsˈAf", checked=True) == "ʌnsˈAf"
    assert british("basically", "bˈAsɪkᵊli", checked=True) == "bˈAsɪkli"
    assert british("faithful", "fˈAθfəl", checked=True) == "fˈAθfʊl"
    entry = Entry("ˈɑftˌO", {"VERB": "ˈɔtˌO"}, sure=True)
    assert british_entry("ofto", entry) == Entry("ˈɒftQ", {"VERB": "ˈɒtQ"}, sure=True)
    assert british_entry("ofto", Entry("ˈɑftˌO", {}, sure=False)).default == "ˈɒftˌQ"


@given(st.sampled_from(_LINES), st.booleans())
def test_every_american_word_becomes_british(line: list[str], checked: bool) -> None:
    word, american = line[0], line[1].removeprefix("~")
    said = british(word, american, checked=checked)
    assert encode(said)
    assert _AMERICAN_ALONE.isdisjoint(said)
    assert "ːː" not in said
    # an r only before a vowel, or at the beginning
    assert all(c != "ɹ" or i == 0 or said[i + 1 :].strip("ˈˌ") for i, c in enumerate(said))
    if not frozenset("ːɒQa").isdisjoint(said):
        assert british(word, said) == said


@given(st.text(max_size=12), st.text(st.sampled_from("ˈˌAIOWYæɑɔəɛɜɪiuʊɹtdksnmlfʃjp"), max_size=16))
def test_any_spelling_and_any_sounds(word: str, american: str) -> None:
    said = british(word, american)
    assert _AMERICAN_ALONE.isdisjoint(said)
    assert said.count("ˈ") == american.count("ˈ")


def test_the_dictionary_goes_on_where_the_british_one_ends() -> None:
    american = Dictionary(DATA / "english_us.tsv")
    gb = Dictionary(DATA / "english_gb.tsv")
    for word, said in (("schedule", "ʃˈɛdjuːl"), ("tomato", "təmˈɑːtQ"), ("Z", "zˈɛd")):
        entry = gb.find(word)
        assert entry is not None
        assert entry.default == said
    assert gb.find("hat") is None  # as the rules make it of the American one
    assert american.find("hat") is not None
