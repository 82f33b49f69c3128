"""What `say-as` says, by kind."""

import pytest

from vvstream.markup.say_as import say_as
from vvstream.text.aside import LONGEST, read
from vvstream.text.items import spoken_form


@pytest.mark.parametrize(
    ("way", "text", "said"),
    [
        ("characters", "WHO", "W H O"),
        ("characters", "a-1é", "A dash one E"),
        ("characters", "Hi!?", "H I exclamation mark question mark"),
        ("spell-out", "vv.io", "V V dot I O"),
        ("verbatim", "x=5%", "X equals five percent"),
        ("characters", "…", ""),
        ("cardinal", "2048", "two thousand forty eight"),
        ("cardinal", "-1,250.5", "minus one thousand two hundred fifty point five"),
        ("cardinal", "XIV", "fourteen"),
        ("number", "12 apples", "twelve apples"),
        ("ordinal", "3", "third"),
        ("ordinal", "1,021st", "one thousand twenty first"),
        ("ordinal", "IV", "fourth"),
        ("ordinal", "last", "last"),
        ("ordinal", "1" * 16, " ".join(["one"] * 16)),
        ("digits", "2047", "two zero four seven"),
        ("digits", "none", "none"),
        ("telephone", "+1 (555) 010-99", "plus one five five five oh one oh nine nine"),
        ("telephone", "555-12 x 34", "five five five one two extension three four"),
        ("telephone", "555 x", "five five five"),
        ("telephone", "none", "none"),
        ("time", "6:45 pm", "six forty five P M"),
        ("time", "7am", "seven A M"),
        ("time", "noon", "noon"),
        ("currency", "$5.20", "five dollars and twenty cents"),
        ("currency", "USD 5", "five dollars"),
        ("currency", "5 EUR", "five euros"),
        ("currency", "20 SEK", "twenty S E K"),
        ("currency", "1.2.3 SEK", "one point two point three SEK"),
        ("fraction", "3/4", "three quarters"),
        ("fraction", "2 1/2", "two and one half"),
        ("fraction", "some", "some"),
        ("unit", "5 km/h", "five kilometers per hour"),
        ("address", "12 Elm St.", "twelve Elm Street"),
    ],
)
def test_ways(way: str, text: str, said: str) -> None:
    assert spoken_form(say_as(text, way, "")) == said


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("", "1/5/2023", "January fifth twenty twenty three"),
        ("dmy", "1/5/2023", "May first twenty twenty three"),
        ("ymd", "2023-05-01", "May first twenty twenty three"),
        ("ymd", "20230501", "May first twenty twenty three"),
        ("ym", "202305", "May twenty twenty three"),
        ("mdy", "05012023", "May first twenty twenty three"),
        ("", "20230501", "May first twenty twenty three"),
        ("dm", "5.10.", "October fifth"),
        ("", "2023-05-01", "May first twenty twenty three"),
        ("md", "12.25", "December twenty fifth"),
        ("y", "1984", "nineteen eighty four"),
        ("my", "5/2023", "May twenty twenty three"),
        ("mdy", "13/40/2023", "thirteen forty twenty twenty three"),
        ("mdy", "soon", "soon"),
        ("xyz", "1-2-3", "one two three"),
    ],
)
def test_dates(form: str, text: str, said: str) -> None:
    assert spoken_form(say_as(text, "date", form)) == said


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match="interpret-as: expected characters, .*got 'song'"):
        say_as("x", "song", "")


def test_words_by_themselves() -> None:
    items = read("Dr. Who, $5 and   more.")
    assert spoken_form(items) == "Doctor Who five dollars and more"
    assert [item.text for item in items if item.tag == ","] == ["Who"]
    assert read(", ;") == ()
    assert len(read("a " * LONGEST)) == LONGEST // 2
