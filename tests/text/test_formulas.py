"""Powers, angles, formulas and addresses in hexadecimal."""

import pytest

from tests.support.spoken import spoken
from vvstream.text import formulas
from vvstream.text.items import spoken_form


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10⁴", "ten to the power of four."),
        ("x⁻³", "x to the minus three."),
        ("e^-2 + x^3", "e to the minus two plus x cubed."),
        ("Ca²⁺ and Cl⁻", "Ca two plus and Cl minus."),
        ("word¹ and (this)²", "word and (this) squared."),
        ("40°26'46.5\"N 3°5'", "forty degrees twenty six minutes forty six point five seconds "
                             "north three degrees five minutes."),
        ("40° N, 5° X", "forty degrees north, five degrees X."),
        ("FY2023 and Xx2O3", "F Y twenty twenty three and X X two O three."),
        ("Fe2O3 and H2O", "F E two O three and H two O."),
        ("00:1a:2b", "zero zero colon one A colon two B."),
        ("2001:db8::1", "two zero zero one colon D B eight colon colon one."),
        ("A ∩ B, ∀ x", "A intersection B, for all x."),
        ("n! grows; n! = 6 and n! Yes", "n factorial grows; n factorial equals six and n! Yes."),
        ("f(x) and apple(s)", "F of X and apple (s)."),
        ("June 3-32", "June three to thirty two."),
        ("June 3.5-4", "June three point five to four."),
        ("#. # #5", "number. number number five."),
        ("item #: x", "item number: x."),
        ("A's, the V's and King George VI's", "A's, the V's and King George the sixth's."),
        ("post-9/11 and a.m./p.m.", "post nine eleven and A M P M."),
        ("24/7/365", "twenty four seven three sixty five."),
        ("May–June 5 and B–5", "May to June fifth and B to five."),
        ("x - y", "x — y."),
        ("x + a, x^y", "x plus A, x to the power of y."),
    ],
)  # fmt: skip
def test_formulas_in_a_text(text: str, said: str) -> None:
    assert spoken(text) == said


def test_what_is_no_power() -> None:
    assert formulas.power("⁻⁻") == ()


def test_what_is_no_angle() -> None:
    with pytest.raises(ValueError, match="not an angle"):
        formulas.angle("40")


@pytest.mark.parametrize("text", ["NaCl", "Zz2", "B747", "H", "h2o"])
def test_what_is_no_formula(text: str) -> None:
    assert formulas.formula(text) is None


def test_a_formula_of_one_element() -> None:
    assert spoken_form(formulas.formula("O2") or ()) == "O two"
