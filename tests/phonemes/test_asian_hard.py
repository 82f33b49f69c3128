"""Japanese and Mandarin that is read wrong easily: all of the two tables."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.languages import said
from vvstream.markup.giving import from_kana, from_pinyin

_HERE = Path(__file__).parent
_NASALS = str.maketrans("mɲŋɴ", "nnnn")
"""Which of them ん is depends on where words begin, and that is not what is asked here."""


def _cases(name: str) -> list[Any]:
    cases: list[Any] = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return cases


def _bare(phonemes: str) -> str:
    return re.sub(r"[ ,.!?;:…—]", "", phonemes)


@pytest.mark.parametrize(("text", "kana"), _cases("japanese_hard.yaml"))
def test_japanese(text: str, kana: str) -> None:
    right = {_bare(from_kana(choice)).translate(_NASALS) for choice in kana.split("|")}
    assert _bare(said("ja", text)).translate(_NASALS) in right


@pytest.mark.parametrize(("text", "pinyin"), _cases("mandarin_hard.yaml"))
def test_mandarin(text: str, pinyin: str) -> None:
    choices = [_choices(syllable) for syllable in pinyin.split()]
    assert _bare(said("zh", text)) in {"".join(c) for c in itertools.product(*choices)}


def _choices(syllable: str) -> list[str]:
    if syllable.startswith("["):
        return [_bare(said("zh", syllable[1:-1]))]
    may_miss = [""] if syllable.endswith("?") else []
    return [from_pinyin(choice) for choice in syllable.rstrip("?").split("|")] + may_miss
