"""Which event belongs to which frame: words, sounds with their marks, shapes, pauses."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.audio import UnitSpan
from vvstream.captions import AT_FIRST, FOLLOWING, LAST, LONGEST_LAST, Captions
from vvstream.phonemes.inventory import SYMBOLS
from vvstream.protocol.messages import ALL_EVENTS, EventKind, Phoneme, Timed, Viseme, Word
from vvstream.text.spoken import SpokenWord
from vvstream.visemes import LEADING, MUTE, PAUSES, SILENCE, TRAILING, VISEMES

OCULUS = {
    *("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR"),
    *("aa", "E", "ih", "oh", "ou"),
}


def test_every_symbol_has_its_place() -> None:
    groups = [set(VISEMES), LEADING, TRAILING, PAUSES, MUTE]
    assert set().union(*groups) == set(SYMBOLS)
    assert sum(map(len, groups)) == len(SYMBOLS)
    assert {shape for shapes in VISEMES.values() for shape in shapes} | {SILENCE} == OCULUS


def spans(lengths: list[int]) -> list[UnitSpan]:
    at, found = 0, []
    for unit, length in enumerate(lengths):
        found.append(UnitSpan(unit, at, at + length))
        at += length
    return found


HELLO = SpokenWord("Hello", 0, 5, "", "həlˈO", ",")
YOU = SpokenWord("you", 7, 10, " “", "jˌuː", "!”")


def test_words_sounds_and_shapes() -> None:
    captions = Captions(10, ALL_EVENTS)
    captions.add(HELLO, HELLO.before, 100)
    captions.add(YOU, YOU.before, 107)
    captions.complete()
    assert captions.words_waiting == 2
    # 14 units of 10 ms each: h ə l ˈ O ,  space “ j ˌ u ː ! ”
    captions.learn(spans([160] * 14))
    events = [event for seq in range(10, 17) for event in captions.due(seq, force=False) or ()]
    assert captions.words_waiting == 0

    def at(unit: int) -> float:
        return round(0.2 + unit / 100, 4)

    assert [e for e in events if isinstance(e, Word)] == [
        Word("Hello", at(0), at(5), 100, 10),
        Word("you", at(8), at(12), 107, 14),
    ]
    assert [e for e in events if isinstance(e, Phoneme)] == [
        Phoneme("h", at(0), at(1), 10),
        Phoneme("ə", at(1), at(2), 10),
        Phoneme("l", at(2), at(3), 11),
        Phoneme("O", at(3), at(5), 11),
        Phoneme("j", at(8), at(9), 14),
        Phoneme("u", at(9), at(12), 14),
    ]
    assert [e for e in events if isinstance(e, Viseme)] == [
        Viseme("kk", at(0), at(1), 10),
        Viseme("E", at(1), at(2), 10),
        Viseme("nn", at(2), at(3), 11),
        Viseme("oh", at(3), at(4), 11),
        Viseme("ou", at(4), at(5), 12),
        Viseme("sil", at(5), at(6), 12),
        Viseme("ih", at(8), at(9), 14),
        Viseme("ou", at(9), at(12), 14),
        Viseme("sil", at(12), at(13), 16),
    ]


def test_in_running_speech_a_word_begins_where_the_last_one_ends() -> None:
    captions = Captions(0, frozenset({EventKind.WORD}))
    one = SpokenWord("one", 0, 3, "", "wˈʌn", "")
    two = SpokenWord("two", 4, 7, " ", "tˈuː", ",")
    three = SpokenWord("three", 9, 14, " ", "θɹˈiː", "")
    four = SpokenWord("four", 15, 19, " ", "fˈɔːɹ", "")
    for word in (one, two, three):
        captions.add(word, word.before, word.start)
    captions.add(four, four.before, four.start, clause=(1, 2))
    captions.complete()
    # 22 units of 20 ms each.
    captions.learn(spans([320] * 22))
    words = [event for seq in range(22) for event in captions.due(seq, force=True) or ()]
    assert [(w.text, w.seq, round(w.end * 50)) for w in words if isinstance(w, Word)] == [
        ("one", 0, 4),
        ("two", 4, 9),
        ("three", 11, 16),
        ("four", 17, 22),
    ]


@pytest.mark.parametrize("speed", [1.0, 2.0])
def test_before_a_pause_the_mouth_closes_when_the_sound_is_over(speed: float) -> None:
    captions = Captions(0, ALL_EVENTS, speed=speed)
    captions.add(SpokenWord("ago", 0, 3, "", "əɡˈO", ",”"), "", 0)
    captions.add(SpokenWord("go", 4, 6, " ", "ɡˈO", "."), " ", 4)
    captions.complete()
    # ə ɡ ˈ O , ” space ɡ ˈ O .
    long, short = LONGEST_LAST * 2, round(LONGEST_LAST / speed) - 1_000
    lengths = [800, 800, 200, long, 3200, 0, 800, 800, 200, short, 3200]
    captions.learn(spans(lengths))
    events = [event for seq in range(90) for event in captions.due(seq, force=False) or ()]
    start, last = 1_800 / 16_000, LAST / speed / 16_000
    ago, go = [event for event in events if isinstance(event, Word)]
    assert ago.end == pytest.approx(start + last, abs=1e-4)
    closed = [event for event in events if isinstance(event, Viseme) and event.viseme == SILENCE]
    assert closed[0].start == ago.end
    assert closed[0].end == pytest.approx((1_800 + long + 3_200) / 16_000, abs=1e-4)
    # One that is not so long is believed.
    assert go.end == pytest.approx((sum(lengths) - 3_200) / 16_000, abs=1e-4)
    assert closed[1].start == go.end
    for one, two in pairwise(event for event in events if isinstance(event, Viseme)):
        assert one.end <= two.start + 1e-4 or "ou" in (one.viseme, two.viseme)


def test_a_word_waits_for_its_end_unless_forced() -> None:
    captions = Captions(0, frozenset({EventKind.WORD}))
    captions.add(HELLO, HELLO.before, 0)
    captions.complete()
    assert captions.due(0, force=False) == ()
    captions.learn([UnitSpan(0, 330, 490), UnitSpan(1, 490, 650)])
    assert captions.due(1, force=False) is None
    assert captions.due(1, force=True) == (Word("Hello", 0.0206, 0.0406, 0, 1),)


def test_a_word_waits_until_enough_follows_it() -> None:
    captions = Captions(0, frozenset({EventKind.WORD}))
    captions.learn(spans([320] * 400))
    words = 0

    def more() -> None:
        nonlocal words
        captions.add(SpokenWord("I", 0, 1, " ", "ˈI", ""), " ", 0, clause=())
        words += 1

    more()
    followed = []
    for seq in range(60):
        while captions.due(seq, force=True) is None:
            more()
        followed.append(3 * words - 3 * (seq // 3 + 1))
    # More at first, since words come unevenly; then just so much.
    assert FOLLOWING <= max(followed) - 3 * (AT_FIRST - 1) < FOLLOWING + 3
    assert FOLLOWING <= followed[-1] < FOLLOWING + 3
    captions.complete()
    assert captions.due(61, force=True) is not None


def test_sounds_within_a_word_that_has_spaces() -> None:
    captions = Captions(0, frozenset({EventKind.PHONEME}))
    captions.add(SpokenWord("$5", 0, 2, "", "fI dˈɑ", "."), "", 0)
    captions.complete()
    captions.learn(spans([160] * 7))
    events = [event for seq in range(4) for event in captions.due(seq, force=True) or ()]
    labels = [event.phoneme for event in events if isinstance(event, Phoneme)]
    assert labels == ["f", "I", "d", "ɑ"]
    assert not any(isinstance(event, Viseme) for event in events)


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["", " ", " “"]),
        st.sampled_from(["a", "həlˈO", "tˈuː", "ˈ"]),
        st.sampled_from(["", "", ",", "!”", "”."]),
    ),
    min_size=1,
    max_size=6,
)


@given(WORDS, st.lists(st.integers(1, 5_000), min_size=60, max_size=60), st.data())
def test_each_event_comes_once_and_in_its_frame(
    words: list[tuple[str, str, str]], lengths: list[int], data: st.DataObject
) -> None:
    captions = Captions(0, ALL_EVENTS)
    units = 0
    for before, phonemes, after in words:
        captions.add(SpokenWord("w", 0, 1, before, phonemes, after), before, 0)
        units += len(before + phonemes + after)
    captions.complete()
    known = spans(lengths[:units])
    seen: list[Timed] = []
    given_out = 0
    for seq in range(known[-1].end // 320 + 1):
        while given_out < units and (
            known[given_out].start < (seq + 1) * 320 or data.draw(st.booleans())
        ):
            captions.learn([known[given_out]])
            given_out += 1
        events = captions.due(seq, force=True) or ()
        assert all(event.seq == seq == int(event.start * 50 + 1e-3) for event in events)
        seen += events
    assert len([e for e in seen if isinstance(e, Word)]) == len(words)
    sounds = sum(symbol in VISEMES for _, phonemes, _ in words for symbol in phonemes)
    assert len([e for e in seen if isinstance(e, Phoneme)]) == sounds
    assert not captions._spans, "what is no longer needed is forgotten"
