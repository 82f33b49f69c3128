r"""What "&amp;", "\*" and "\times" stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.spoken import spoken
from vvstream.text.characters import fold
from vvstream.text.escapes import escapes


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("AT&amp;T", "AT&T"),
        ("&quot;hi&quot;&#33;", '"hi"!'),
        ("&hellip;", "…"),
        ("5&nbsp;kg", "5 kg"),
        ("&notathing; &; R&D; a&b", "&notathing; &; R&D; a&b"),
        (r"\*\_\#", "*_#"),
        (r"\(x\,y\)", "xy"),
        (r"5\times3\leq\pi", "5×3≤π"),
        (r"\begin{align}\text{a}\end{align}", "{a}"),
        (r"x^{2}_{i}", "x^2}_i}"),
        (r"90^\circ 90^{\circ}", "90° 90°"),
        (r"\frac{1}{2}", "{1 over 2}"),
        (r"\frac{x^{2}}{y}", "{x^2} over y}"),
        (r"b}{c}", "b over c}"),
        (r"{a}{b}", "{a}{b}"),
        (r"\sum_{i=1}^{n}x_i", " sum  from i=1} to n}x_i"),
        (r"\int\sqrt2", "∫√2"),
        (r"C:\text\in\a.txt", r"C:\text\in\a.txt"),
        (r"\\server\in", r"\\server\in"),
        (r"\timesheet foo\times", r"\timesheet foo\times"),
        (r"\d+\w \n", r"\d+\w \n"),
        ("}}", "}}"),
    ],
)
def test_folded(text: str, plain: str) -> None:
    assert fold(text).text == plain


_PIECES = st.sampled_from(
    ["&amp;", "\\", "times", "{", "}", "frac", "^", "_", "sum", "a", "é", "∑", "&", ";", "\\*", "$",
     " ", "ⁿᵈ"]
)  # fmt: skip


@given(st.lists(_PIECES).map("".join))
def test_they_lie_in_order_inside_the_text(text: str) -> None:
    end = 0
    for start, stop, _ in escapes(text):
        assert end <= start < stop <= len(text)
        end = stop
    folded = fold(text)
    assert len(folded.places) == len(folded.text) + 1
    assert list(folded.places) == sorted(folded.places)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$x = 5$ costs $5, $y", "x equals five costs five dollars, y."),
        ("$x = 5\n\nIt is $5.", "x equals five. It is five dollars."),
        ("We paid $AAPL and $5 + $6.", "We paid AAPL and five dollars plus six dollars."),
        ("the 5$ bill", "the five dollar bill."),
        (r"($3 \times 4$) and $5", "(three times four) and five dollars."),
    ],
)
def test_dollars_of_formulas_are_not_money(text: str, said: str) -> None:
    assert spoken(text) == said
