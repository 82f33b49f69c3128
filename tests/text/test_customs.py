"""Figures as they are read in America and in Britain."""

import pytest

from tests.support.spoken import spoken
from vvstream.text.customs import BRITISH


@pytest.mark.parametrize(
    ("text", "american", "british"),
    [
        ("105 men", "one hundred five men.", "one hundred and five men."),
        ("120,019", "one hundred twenty thousand nineteen.",
         "one hundred and twenty thousand and nineteen."),
        ("1,200", "one thousand two hundred.", "one thousand two hundred."),
        ("1,003,000", "one million three thousand.", "one million three thousand."),
        ("3,000,001", "three million one.", "three million and one."),
        ("1,100th", "one thousand one hundredth.", "one thousand one hundredth."),
        ("the 105th", "the one hundred fifth.", "the one hundred and fifth."),
        ("the 1,020th", "the one thousand twentieth.", "the one thousand and twentieth."),
        ("in 2005", "in two thousand five.", "in two thousand and five."),
        ("in 1905", "in nineteen oh five.", "in nineteen oh five."),
        ("$250.05", "two hundred fifty dollars and five cents.",
         "two hundred and fifty dollars and five cents."),
        ("101.5 kg", "one hundred one point five kilograms.",
         "one hundred and one point five kilograms."),
        ("100-110 kg", "one hundred to one hundred ten kilograms.",
         "one hundred to one hundred and ten kilograms."),
        ("one hundred five", "one hundred five.", "one hundred five."),  # as it is written
        ("on 3/4/2023", "on March fourth twenty twenty three.",
         "on the third of April twenty twenty three."),
        ("on 13/5/2023", "on May thirteenth twenty twenty three.",
         "on the thirteenth of May twenty twenty three."),
        ("on 5/13/2023", "on May thirteenth twenty twenty three.",
         "on the thirteenth of May twenty twenty three."),
        ("by 2023-01-05", "by January fifth twenty twenty three.",
         "by the fifth of January twenty twenty three."),
        ("on 3/4 at noon", "on March fourth at noon.", "on the third of April at noon."),
        ("on 25/12", "on December twenty fifth.", "on the twenty fifth of December."),
        ("by 3/40", "by three fortieths.", "by three fortieths."),
        ("1/2 of it", "one half of it.", "one half of it."),
        ("May 5, 2023", "May fifth, twenty twenty three.", "May the fifth, twenty twenty three."),
        ("March 14th", "March fourteenth.", "March the fourteenth."),
        ("on 14 March 2023", "on fourteen March twenty twenty three.",
         "on the fourteenth of March twenty twenty three."),
        ("Sat 5 June", "Saturday five June.", "Saturday the fifth of June."),
        ("5 Jan. 1999", "five January nineteen ninety nine.",
         "the fifth of January nineteen ninety nine."),
        ("5th May", "fifth May.", "the fifth of May."),
        ("the 5th May", "the fifth May.", "the fifth of May."),
        ("the 5th of May", "the fifth of May.", "the fifth of May."),
        ("5. May I?", "five. May I?", "five. May I?"),
        ("32 March days", "thirty two March days.", "thirty two March days."),
        ("5 may come", "five may come.", "five may come."),
        ("flight 105", "flight one oh five.", "flight one oh five."),
    ],
)  # fmt: skip
def test_what_is_read_differently(text: str, american: str, british: str) -> None:
    assert spoken(text) == american
    assert spoken(text, customs=BRITISH) == british
