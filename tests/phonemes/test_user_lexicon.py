from pathlib import Path

import pytest

from vvstream.phonemes.user_lexicon import LexiconError, UserLexicon, load_user_lexicon
from vvstream.text.items import Item


def load(tmp_path: Path, text: str) -> UserLexicon:
    path = tmp_path / "lexicon.yaml"
    path.write_text(text, "utf-8")
    return load_user_lexicon(path)


def test_three_ways_to_say_a_word(tmp_path: Path) -> None:
    lexicon = load(
        tmp_path,
        "gif: jiff\nSQL: {letters: sql}\nNginx: {phonemes: ˈɛnʤənɛks}\nk8s: {say: kubernetes}\n",
    )
    assert lexicon.find("GIF") == (Item("jiff"),)
    assert lexicon.find("SQL") == (Item("SQL", "letters"),)
    assert lexicon.find("sql") is None
    assert lexicon.find("Nginx") == (Item("ˈɛnʤənɛks", "phonemes"),)
    assert lexicon.find("k8s") == (Item("kubernetes"),)
    assert UserLexicon({}).find("gif") is None


def test_an_empty_lexicon_is_in_order(tmp_path: Path) -> None:
    assert load(tmp_path, "# nothing yet\n") == UserLexicon({})


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("- gif\n", 1, "expected a mapping"),
        ("a: b\na: c\n", 2, "'a' is there twice"),
        ("a: b\n'two words': c\n", 2, "not a single word"),
        ("'': c\n", 1, "not a single word"),
        ("a: b\nc: {sounds: x}\n", 2, "unknown key 'sounds'"),
        ("a: {}\n", 1, "expected words"),
        ("a: [b]\n", 1, "expected words"),
        ("a: {say: b, letters: b}\n", 1, "expected words"),
        ("a: {phonemes: 'dˈɔg'}\n", 1, "U\\+0067"),
        ("a: {phonemes: '.'}\n", 1, "no phonemes"),
        ("a: {letters: R2}\n", 1, "letters are A to Z"),
        ("a: {say: '5'}\n", 1, "not made of words"),
        ("a:\n", 1, "not made of words"),
        ("a: é\n", 1, "not made of words"),
        ("a: {say: {b: c}}\n", 1, "expected text"),
        ("? [a]\n: b\n", 1, "expected text"),
    ],
)
def test_mistakes_are_named_with_their_line(
    tmp_path: Path, text: str, line: int, complaint: str
) -> None:
    with pytest.raises(LexiconError, match=rf"lexicon\.yaml:{line}: .*{complaint}"):
        load(tmp_path, text)


@pytest.mark.parametrize("text", ["a: {b\n", "a: *x\n"])
def test_what_is_not_yaml(tmp_path: Path, text: str) -> None:
    with pytest.raises(LexiconError, match=r"lexicon\.yaml: "):
        load(tmp_path, text)


def test_what_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_bytes(b"a: \xff\n")
    with pytest.raises(LexiconError, match="utf-8"):
        load_user_lexicon(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_user_lexicon(tmp_path / "none.yaml")
