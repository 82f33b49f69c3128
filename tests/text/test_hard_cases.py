"""The table of hard cases: 98 % of it right, and no kind forgotten."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.spoken import spoken

_TABLE: dict[str, list[list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "hard_cases.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("kind", _TABLE)
def test_most_of_each_kind_is_right(kind: str) -> None:
    wrong = _wrong(kind)
    assert len(wrong) <= max(1, len(_TABLE[kind]) // 10), "\n".join(map(str, wrong))


def test_nearly_all_are_right() -> None:
    wrong = [case for kind in _TABLE for case in _wrong(kind)]
    total = sum(len(cases) for cases in _TABLE.values())
    assert total >= 300
    assert len(wrong) <= 0.02 * total, "\n".join(map(str, wrong))


def _wrong(kind: str) -> list[Any]:
    """(written, expected, said) of the cases that are not right."""
    said = ((text, expected, spoken(text)) for text, expected in _TABLE[kind])
    return [case for case in said if case[1] != case[2]]
