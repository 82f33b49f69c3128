"""Which languages can be loaded, and what is said where one cannot."""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from vvstream.errors import ConfigError
from vvstream.languages import load_languages


def _without(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    find = importlib.util.find_spec

    def find_spec(name: str) -> ModuleSpec | None:
        return None if name in packages else find(name)

    monkeypatch.setattr("vvstream.languages.find_spec", find_spec)


@pytest.mark.parametrize(
    ("name", "package"), [("ja", "fugashi"), ("ja", "unidic_lite"), ("zh", "rjieba")]
)
def test_a_language_that_is_not_installed_names_its_extra(
    name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without(monkeypatch, package)
    with pytest.raises(ConfigError, match=rf"languages\.{name}: .*'vvstream\[{name}\]'"):
        load_languages({name: None})


def test_english_alone_skips_other_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "fugashi", "rjieba")
    (english,) = load_languages({"en": None}).values()
    front_end = english.front_end()
    assert [w.text for w in [*front_end.push("Say 你好."), *front_end.finish()]] == ["Say"]


def test_an_unknown_language_names_the_known() -> None:
    with pytest.raises(ConfigError, match=r"languages\.fr: no such language; known: en, ja, zh"):
        load_languages({"fr": None})


def test_a_faulty_lexicon_names_its_language(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text("- 1\n", "utf-8")
    with pytest.raises(ConfigError, match=r"languages\.zh: .*lexicon\.yaml:1"):
        load_languages({"zh": path})
    with pytest.raises(ConfigError, match=r"languages\.en: "):
        load_languages({"en": tmp_path / "missing.yaml"})
