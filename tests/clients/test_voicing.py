"""Subtitle files of every kind, and what is wrong with them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playing.command import Failure
from voicing.cast import Cast, Voice, Voices, assignments
from voicing.cue import Problem, told
from voicing.incoming import blocks_of
from voicing.names import MEN, WOMEN, gender_of
from voicing.reading import Languages, Subtitles, read
from voicing.stamps import clock, seconds

CUES = Path(__file__).parents[2] / "clients/examples"
ENGLISH = Languages(frozenset({"en"}))
BOTH = Languages(frozenset({"en", "ja"}))
SRT = "1\n00:00:01,000 --> 00:00:02,500\n{}\n"


def spoken(found: Subtitles) -> list[tuple[int, str, str]]:
    return [(cue.line, cue.speaker, cue.text) for cue in found.cues]


def srt(text: str, languages: Languages = ENGLISH) -> list[tuple[str, str]]:
    found = read(SRT.format(text).encode(), languages)
    return [(cue.speaker, cue.text) for cue in found.cues]


def test_the_broken_file_is_read_as_far_as_it_can_be() -> None:
    data = (CUES / "broken.srt").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    found = read(data, ENGLISH)
    assert [cue.line for cue in found.cues] == [2, 21, 33, 37, 45, 53]
    assert found.cues[0].text == "The first cue is a good one."
    assert found.cues[4].text == "Tags are not spoken."
    assert found.cues[5].text == "The last cue has no empty line after it."
    assert told(found.problems) == [
        "line 6: it ends before it begins (skipped)",
        "lines 10, 41: nothing in it to say (skipped)",
        "lines 13, 17, 49: expected START --> END with times such as 00:01:02,345 (skipped)",
        "line 25: overlaps the cue of line 21 (skipped)",
        "line 30: not UTF-8; --encoding says what it is (cp1252, gb18030, shift_jis, …) (skipped)",
        "line 37: begins 0.20 s before the cue of line 33 ends",
    ]


def test_an_encoding_that_is_named_is_read() -> None:
    data = (CUES / "broken.srt").read_bytes().removeprefix(b"\xef\xbb\xbf")
    found = read(data, ENGLISH, "cp1252")
    assert (29, "", "The café was written in Latin-1.") in [
        (cue.line, cue.speaker, cue.text) for cue in found.cues
    ]
    with pytest.raises(Failure, match="there is no encoding 'klingon'"):
        read(data, ENGLISH, "klingon")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_unicode_and_every_line_end_is_read(encoding: str, end: str) -> None:
    data = SRT.format("Grüße").replace("\n", end).encode(encoding)
    assert spoken(read(data, ENGLISH)) == [(2, "", "Grüße")]


def test_two_languages() -> None:
    data = (CUES / "two_languages.vtt").read_bytes()
    found = read(data, ENGLISH)
    assert [(cue.line, cue.speaker) for cue in found.cues] == [
        *((line, "Guide") for line in (10, 16, 22)),
        *((25, ""), (29, "Guide"), (35, "Guide"), (41, ""), (41, "second speaker")),
    ]
    texts = {cue.text for cue in found.cues}
    assert "Good morning, and welcome to the old town." in texts
    assert "Careful, the steps are wet here!" in texts
    assert "Shall we take the tram & the ferry?" in texts
    assert told(found.problems) == [
        "lines 13, 19, 32: in ja: the server has no voice for it (skipped)",
        "line 25: spoken in en, not in ja",
        "line 38: nothing in it to say (skipped)",
    ]
    both = read(data, BOTH)
    assert {cue.line for cue in both.cues if cue.language == "ja"} == {13, 19, 32}
    japanese = read(data, Languages(frozenset({"en", "ja"}), only="ja"))
    assert [cue.line for cue in japanese.cues] == [13, 19, 25, 32]
    assert "line 10, " not in told(japanese.problems)[0]
    assert "in en: only ja was asked for (skipped)" in told(japanese.problems)[0]


def test_ass() -> None:
    text = """[Script Info]
Title: x
[V4+ Styles]
Format: Name, Fontname
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not spoken
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Anna,0,0,0,,{\\an8}Well, {\\i1}hello{\\i0}\\Nthere
Dialogue: 0,0:00:03.00,0:00:04.00,Narrator,,0,0,0,,Once upon a time
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}
Dialogue: 0,0:00:0x.00,0:00:06.00,Default,,0,0,0,,Broken
Dialogue: 0,0:00:07.00
"""
    found = read(text.encode(), ENGLISH)
    assert spoken(found) == [
        (8, "Anna", "Well, hello there"),
        (9, "Narrator", "Once upon a time"),
    ]
    assert (found.cues[0].start, found.cues[0].end) == (1.0, 2.5)
    assert [problem.line for problem in found.problems] == [10, 11, 12]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ANNA: Hello.\nHow are you?", [("ANNA", "Hello. How are you?")]),
        ("- ANNA: Hello.\n- BEN: Hi.", [("ANNA", "Hello."), ("BEN", "Hi.")]),
        ("- Anna: Hello.\n- Dr. Ben: Hi.", [("Anna", "Hello."), ("Dr. Ben", "Hi.")]),
        ("- Hello.\n- Hi.", [("", "Hello."), ("second speaker", "Hi.")]),
        ("ANNA:\nHello.", [("ANNA", "Hello.")]),
        ("HTTP://X.ORG is #1, not #2.", [("", "HTTP://X.ORG is #1, not #2.")]),
        ("Note: not a name.", [("", "Note: not a name.")]),
        ("At 10:30: go.", [("", "At 10:30: go.")]),
        ("<i>Hello</i> {\\an8}<b>there</b>", [("", "Hello there")]),
        ("1 < 2 and 3 > 2", [("", "1 < 2 and 3 > 2")]),
        ("[door slams]\nGo!", [("", "Go!")]),
        ("(sighs)\nGo (now)!", [("", "Go (now)!")]),
        ("&lt;3 &amp; more", [("", "<3 & more")]),
        ("♪ la la ♪", []),
        ("- !!", []),
    ],
)
def test_who_says_what(text: str, said: list[tuple[str, str]]) -> None:
    assert srt(text) == said


def test_a_name_in_a_script_without_capitals() -> None:
    chinese = Languages(frozenset({"zh"}))
    assert srt("安娜：你好。", chinese) == [("安娜", "你好。")]


def test_a_cue_may_take_some_of_the_pause_after_it() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:02,100 --> 00:00:03,000\nTwo.\n\n"
        "3\n00:00:09,000 --> 00:00:10,000\nThree.\n"
    )
    assert [cue.room for cue in read(text.encode(), ENGLISH).cues] == [2.1, 3.3, 10.3]


@given(st.integers(0, 360_000_000))
def test_times_are_read_as_they_are_written(ms: int) -> None:
    written = clock(ms / 1000)
    assert seconds(written) == pytest.approx(ms / 1000)
    assert seconds(written.replace(".", ",")) == pytest.approx(ms / 1000)


@given(st.binary(max_size=300))
def test_no_bytes_are_too_broken(data: bytes) -> None:
    for head in (b"", b"WEBVTT\n\n", b"[Script Info]\n", b"1\n00:00:01,000 --> 00:00:02,000\n"):
        for cue in read(head + data, ENGLISH).cues:
            assert cue.end > cue.start
            assert cue.text.strip()


VOICES = Voices(
    (
        Voice("en-A", "en", ("en-Alias",)),
        Voice("en-B", "en"),
        Voice("en-C", "en"),
        Voice("ja-A", "ja"),
    ),
    "en-A",
)


def test_speakers_get_voices_in_turn_and_keep_them() -> None:
    cast = Cast(VOICES, {"Anna": "en-Alias"}, None)
    assert cast.voice("ANNA", "en") == "en-A"
    assert cast.voice("", "en") == "en-A"
    assert [cast.voice(who, "en") for who in ("ben", "clerk", "ben")] == ["en-B", "en-C", "en-B"]
    assert cast.voice("anna", "ja") == "ja-A"
    assert cast.languages() == {"en", "ja"}


MANY = Voices(
    (
        Voice("en-Heart", "en", (), "woman", "en-US"),
        Voice("en-Sarah", "en", (), "woman", "en-US"),
        Voice("en-Sky", "en", (), "woman", "en-US"),
        Voice("en-Eric", "en", (), "man", "en-US"),
        Voice("en-Emma", "en", (), "woman", "en-GB"),
        Voice("en-George", "en", (), "man", "en-GB"),
        Voice("jp-Kumo", "ja", (), "man", "ja-JP"),
        Voice("jp-Alpha", "ja", (), "woman", "ja-JP"),
    ),
    "en-Heart",
    {"en": "en-Heart", "ja": "jp-Alpha"},
)


def test_names_choose_among_women_and_men_and_the_rest_take_turns() -> None:
    cast = Cast(MANY, {}, None)
    assert cast.voice("", "en") == "en-Heart"
    assert cast.voice("DR. ANNA LEE", "en") == "en-Sarah"
    assert cast.voice("Ben", "en") == "en-Eric"
    # Another accent only where one's own is taken.
    assert cast.voice("Mr. Smith", "en") == "en-George"
    assert cast.voice("Clerk", "en") == "en-Sky"
    # All have somebody; of those who have as many, one of the language's usual accent.
    assert cast.voice("Tom", "en") == "en-Eric"
    assert cast.voice("Narrator", "en") == "en-Emma"
    # A language's own voice speaks what nobody is named for.
    assert cast.voice("", "ja") == "jp-Alpha"
    assert cast.voice("お母さん", "ja") == "jp-Alpha"
    assert cast.voice("兄", "ja") == "jp-Kumo"


def test_women_and_men_take_turns() -> None:
    cast = Cast(MANY, {}, "en-Eric")
    assert cast.voice("first", "en") == "en-Heart"
    assert cast.voice("second", "en") == "en-Sarah"
    assert Cast(MANY, {}, None).voice("first", "en") == "en-Eric"


def test_no_name_is_a_womans_and_a_mans() -> None:
    assert not WOMEN & MEN
    told = [gender_of(who, "en") for who in ("Mrs. Brown", "THE KING", "Clerk 2", "")]
    assert told == ["woman", "man", None, None]
    told = [gender_of(who, "ja") for who in ("花子", "王子", "太郎", "お姉さん", "先生")]
    assert told == ["woman", "man", "man", "woman", None]
    assert [gender_of(who, "zh") for who in ("李先生", "妈妈")] == ["man", "woman"]


def test_a_voice_that_is_not_there() -> None:
    with pytest.raises(Failure, match="unknown voice 'en-D'; one is en-"):
        Cast(VOICES, {"Anna": "en-D"}, None)
    with pytest.raises(Failure, match="expected SPEAKER=VOICE, got 'Anna'"):
        assignments(["Anna"])
    assert assignments(["A=x,B=y", "C=z"]) == {"A": "x", "B": "y", "C": "z"}
    assert assignments([]) == {}


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ("{", "not JSON"),
        ('{"txt": "x"}', "expected {"),
        ('{"text": "x", "start": "soon"}', "start, end: expected"),
        ('{"text": "x", "start": true}', "start, end: expected"),
        ('{"text": "x", "start": 2, "end": 1}', "it ends before it begins"),
        ("00:xx --> 00:02.000\nx", "expected START --> END"),
    ],
)
def test_a_broken_message_of_a_feed_is_told(message: str, complaint: str) -> None:
    [problem] = blocks_of(message, 7)
    assert isinstance(problem, Problem)
    assert problem.line == 7
    assert problem.what.startswith(complaint)
