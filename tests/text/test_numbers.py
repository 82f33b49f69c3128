import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.text import dates, figures, money_units, numbers, web
from vvstream.text.items import Items, spoken_form

_VALUES = {
    name: value
    for value, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {n: 10 * (i + 2) for i, n in enumerate(
    "twenty thirty forty fifty sixty seventy eighty ninety".split()
)}  # fmt: skip
_SCALES = {n: 1000 ** (i + 1) for i, n in enumerate(
    "thousand million billion trillion quadrillion quintillion sextillion septillion octillion "
    "nonillion decillion".split()
)}  # fmt: skip


def value(items: Items) -> int:
    """The number that its words mean."""
    total = group = 0
    for word in (i.text for i in items):
        if word == "hundred":
            group *= 100
        elif word in _SCALES:
            total, group = total + group * _SCALES[word], 0
        else:
            group += _VALUES[word]
    return total + group


@given(st.one_of(st.integers(0, 10**36 - 1), st.integers(0, 99_999)))
def test_names_of_numbers_mean_them(number: int) -> None:
    assert value(numbers.cardinal(number)) == number


@pytest.mark.parametrize("number", [-1, 10**36])
def test_numbers_without_a_name(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        numbers.cardinal(number)


@given(st.integers(0, 10**12))
def test_ordinals_are_cardinals_but_for_the_last_word(number: int) -> None:
    *head, last = numbers.ordinal(number)
    *same, stem = numbers.cardinal(number)
    assert head == same
    assert last.text.endswith(("st", "nd", "rd", "th"))
    assert last.text[:2] == stem.text[:2] or stem.text in ("one", "two")


@given(st.from_regex(r"[0-9]{1,40}", fullmatch=True))
def test_any_figures_can_be_read(text: str) -> None:
    assert numbers.whole(text)
    assert len(numbers.digits(text)) == len(text)
    assert web.number(text)


@given(st.integers(1, 399))
def test_roman_numerals(number: int) -> None:
    digits = [("C", 100), ("XC", 90), ("L", 50), ("XL", 40), ("X", 10), ("IX", 9), ("V", 5),
              ("IV", 4), ("I", 1)]  # fmt: skip
    text, rest = "", number
    for name, worth in digits:
        text += name * (rest // worth)
        rest %= worth
    assert numbers.roman(text) == number


@pytest.mark.parametrize("text", ["", "ABC", "IIII", "VX", "iv"])
def test_no_roman_numerals(text: str) -> None:
    assert numbers.roman(text) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "said"),
    [
        (1, 2, "one half"),
        (3, 2, "three halves"),
        (1, 4, "one quarter"),
        (3, 8, "three eighths"),
        (5, 0, "five over zero"),
        (1, 101, "one over one hundred one"),
        (22, 7, "twenty two over seven"),
        (2, 5, "two fifths"),
    ],
)
def test_fractions(numerator: int, denominator: int, said: str) -> None:
    assert spoken_form(numbers.fraction(numerator, denominator)) == said


def test_mixed_numbers() -> None:
    assert spoken_form(numbers.vulgar("2¾")) == "two and three quarters"
    assert spoken_form(numbers.vulgar("2¼")) == "two and a quarter"


def test_figures_of_the_wrong_kind() -> None:
    with pytest.raises(ValueError, match="not an amount of money"):
        money_units.money("five")
    with pytest.raises(ValueError, match="not a time of day"):
        dates.time("noon")
    with pytest.raises(ValueError, match="not in scientific notation"):
        figures.scientific("12")
