"""The words in the terminal, read back from a screen."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playing.words import BRIGHT, PLAIN, Captions, Display, width

WORDS = st.lists(
    st.tuples(
        st.sampled_from([" ", "  ", ", ", ".\n", "\n\n", " \t", " \x1b[31m", "，", ""]),
        st.text("abzé世界", min_size=1, max_size=14),
    ),
    max_size=20,
)


def screen(written: str, columns: int) -> list[str]:
    """What a terminal shows; fails where a line is wider than it is."""
    lines: list[list[str]] = [[]]
    at = 0  # cells; a wide character takes two, of which the second is empty
    for part in re.findall(r"\x1b\[\d*[a-zA-Z;]\d*m?|\n|.", re.sub(r"\x1b\[[\d;]*m", "", written)):
        if part == "\n":
            lines.append([])
            at = 0
        elif part.endswith("D") and part.startswith("\x1b"):
            at -= int(part[2:-1])
            assert at >= 0
        else:
            cells = [part, ""] if width(part) == 2 else [part]
            lines[-1][at : at + len(cells)] = cells
            at += len(cells)
            assert at <= columns
    return ["".join(line) for line in lines]


@given(WORDS, st.integers(8, 30))
def test_the_screen_shows_the_text_and_no_line_is_too_long(
    words: list[tuple[str, str]], columns: int
) -> None:
    out = io.StringIO()
    display = Display(out, columns)
    for before, word in words:
        display.show(before, word)
    display.close(".  \n")
    shown = "".join("".join(screen(out.getvalue(), columns)).split())
    text = "".join(before + word for before, word in words) + "."
    printable = "".join(character for character in text if character.isprintable())
    assert shown == "".join(printable.split())


def test_one_word_stands_out_at_a_time_and_is_the_one_that_is_heard() -> None:
    out = io.StringIO()
    captions = Captions(Display(out, 40))
    for start, before, word in ((0.0, "", "One"), (0.5, " ", "two"), (1.0, ", ", "three")):
        event = {"type": "word", "start": start}
        captions.take(event, (before, word))
    captions.take({"type": "flushed"}, None)
    captions.show(0.6)
    assert out.getvalue().endswith(f"{BRIGHT}two{PLAIN}")
    assert "three" not in out.getvalue()
    captions.drop("silence")
    captions.show(9.0)
    captions.close(None)
    assert screen(out.getvalue(), 40) == ["One two", "[silence]", ""]


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("世界", 4), ("e\u0301", 1), ("", 0)])
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns
