"""A text whose voice changes in the middle."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.support.server import ENGLISH
from vvstream.frontend import FrontEnd
from vvstream.recital import Recital, Tell
from vvstream.text.spoken import Spoken, SpokenWord

_TEXT = 'The water, here. "Better not," he said: £5 million... (Or 105) at last! Start\n\nnow? '


def front_end(voice: str, tell: Tell = lambda skipped: None) -> FrontEnd:
    return FrontEnd(ENGLISH, accent="en-GB" if voice == "him" else "en-US", on_skipped=tell)


def words(said: Sequence[Spoken]) -> list[SpokenWord]:
    return [word for word in said if isinstance(word, SpokenWord)]


def whole(text: str, voice: str) -> list[SpokenWord]:
    front = front_end(voice)
    return front.push(text) + front.finish()


def recite(pieces: list[str], turn: int, base: int = 0) -> tuple[list[tuple[str, int, str]], int]:
    """What is spoken, with places in the text, if the voice changes after `turn` words (at a
    clause's end); and how many words the first voice spoke."""
    recital = Recital(front_end, None, lambda skipped: None, "her", base)
    said: list[tuple[str, int, str]] = []
    first = 0

    def speak(waiting: list[SpokenWord]) -> None:
        nonlocal first
        while waiting:
            word = waiting.pop(0)
            recital.spoken(word)
            said.append((word.text, recital.base + word.start, word.phonemes))
            if len(said) >= turn and word.after and not recital.is_for("him"):
                first = len(said)
                waiting = words(recital.again("him"))

    for piece in pieces:
        speak(words(recital.push(piece)))
    speak(words(recital.finish()))
    return said, first or len(said)


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(1, 18), st.integers(0, 99))
def test_the_rest_is_read_by_the_voice_that_speaks_it(
    cuts: list[int], turn: int, base: int
) -> None:
    pieces, rest = [], _TEXT
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    said, first = recite([*pieces, rest], turn, base)
    her, him = whole(_TEXT, "her"), whole(_TEXT, "him")
    assert [(text, place) for text, place, _ in said] == [(w.text, base + w.start) for w in her]
    assert [p for _, _, p in said[:first]] == [w.phonemes for w in her[:first]]
    assert [p for _, _, p in said[first:]] == [w.phonemes for w in him[first:]]


def test_a_voice_that_changes_between_words_reads_what_was_held_back() -> None:
    recital = Recital(front_end, None, lambda skipped: None, "her", 0)
    said = words(recital.push("Hot wat"))
    assert [w.phonemes for w in said] == ["hˈɑt"]
    recital.spoken(said[0])
    assert recital.is_for("her")
    assert not recital.is_for("him")
    assert list(recital.again("him")) == []
    assert recital.is_for("him")
    said = words([*recital.push("er "), *recital.finish()])
    assert [(w.phonemes, recital.base + w.start) for w in said] == [("wˈɔːtə", 4)]


def test_what_was_finished_is_not_read_again() -> None:
    recital = Recital(front_end, None, lambda skipped: None, "her", 0)
    for word in words([*recital.push("Hot!? "), *recital.finish()]):
        recital.spoken(word)
    assert list(recital.again("him")) == []
    said = words(recital.push("Hot w"))
    assert [(w.phonemes, recital.base + w.start) for w in said] == [("hˈɒt", 6)]


def test_what_never_becomes_a_word_is_not_kept() -> None:
    recital = Recital(front_end, None, lambda skipped: None, "her", 0)
    for _ in range(100):
        recital.push("\u200b" * 100)
    said = words([*recital.again("him"), *recital.push(" hot "), *recital.finish()])
    assert [(w.phonemes, recital.base + w.start) for w in said] == [("hˈɒt", 10_001)]
