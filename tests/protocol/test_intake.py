"""Text in pieces: halves of characters wait, what cannot be spoken is replaced one for one."""

from hypothesis import given
from hypothesis import strategies as st

from vvstream.protocol.intake import Intake

# What a JavaScript client has: UTF-16, whose surrogates may be cut apart or stand alone.
UNITS = st.text(st.characters(max_codepoint=0xFFFF), max_size=30)


def joined(units: str) -> str:
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@given(UNITS, st.lists(st.integers(0, 30)))
def test_cut_anywhere_it_is_the_same_text(text: str, cuts: list[int]) -> None:
    whole, pieces = Intake(), Intake()
    expected = whole.push(text)[0] + whole.finish()[0]
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    got = "".join(pieces.push(text[a:b])[0] for a, b in zip(bounds, bounds[1:], strict=False))
    assert got + pieces.finish()[0] == expected


@given(UNITS)
def test_every_character_of_the_client_is_one_of_ours(text: str) -> None:
    intake = Intake()
    got = intake.push(text)[0] + intake.finish()[0]
    assert len(got) == len(joined(text))
    got.encode("utf-8")


def test_an_emoji_cut_in_two_is_whole_again() -> None:
    intake = Intake()
    assert intake.push("a\ud83d") == ("a", 0)
    assert intake.push("\ude00b") == ("\U0001f600b", 0)
    assert intake.finish() == ("", 0)


def test_what_cannot_be_spoken_is_counted() -> None:
    intake = Intake()
    assert intake.push("a\x00b\x7f\ude00\t\n") == ("a b \ufffd\t\n", 3)
    assert intake.push("\ud83d") == ("", 0)
    assert intake.finish() == ("\ufffd", 1)
