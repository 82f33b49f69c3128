"""The users' lexicon: a YAML file that overrides how words are said.

    GIF: jiff                          # another spelling, in words that are already known
    vvstream: {phonemes: "vˈivistɹˌim"}  # or symbols; British voices adapt American ones
    k8s: {letters: KAS}                # or letters, each by its name

A key in small letters matches any capitals; any other key matches exactly. Keys are single words
as they stand in the text, without the punctuation around them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from vvstream.phonemes.inventory import encode
from vvstream.text.items import Item, Items, letters, words


class LexiconError(ValueError):
    """The lexicon is not in order; the message names file, line and entry."""


@dataclass(frozen=True, slots=True)
class UserLexicon:
    entries: Mapping[str, Items]

    def find(self, word: str) -> Items | None:
        """What to say for a word, None where the users have no opinion."""
        if not self.entries:
            return None
        own = self.entries.get(word)
        return own if own is not None else self.entries.get(word.lower())


def load_user_lexicon(path: Path) -> UserLexicon:
    """Read a lexicon.

    Raises:
        LexiconError: the file is not YAML of the form above, or says a word twice.
        OSError: it cannot be read.
    """
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: {error}") from error
    if root is None:
        return UserLexicon({})
    if not isinstance(root, yaml.MappingNode):
        raise _error(path, root, "expected a mapping of words")
    entries: dict[str, Items] = {}
    for key, value in root.value:
        word = _text(path, key)
        if not word or any(c.isspace() for c in word):
            raise _error(path, key, f"{word!r} is not a single word")
        if word in entries:
            raise _error(path, key, f"{word!r} is there twice")
        entries[word] = _items(path, word, value)
    return UserLexicon(entries)


def _items(path: Path, word: str, node: yaml.Node) -> Items:
    if isinstance(node, yaml.ScalarNode):
        return _words(path, word, node)
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
        raise _error(path, node, f"{word!r}: expected words, or one of phonemes, letters, say")
    key, value = node.value[0]
    match _text(path, key):
        case "say":
            return _words(path, word, value)
        case "letters":
            spelled = _text(path, value)
            if not spelled.isascii() or not spelled.isalpha():
                raise _error(path, value, f"{word!r}: letters are A to Z, not {spelled!r}")
            return letters(spelled.upper())
        case "phonemes":
            phonemes = _text(path, value).strip()
            try:
                encode(phonemes)
            except ValueError as error:
                raise _error(path, value, f"{word!r}: {error}") from error
            if not any(c.isalpha() for c in phonemes):
                raise _error(path, value, f"{word!r}: no phonemes")
            return (Item(phonemes, "phonemes"),)
        case unknown:
            raise _error(path, key, f"{word!r}: unknown key {unknown!r}")


def _words(path: Path, word: str, node: yaml.Node) -> Items:
    said = _text(path, node)
    if not any(c.isalpha() for c in said) or not said.replace(" ", "").isascii():
        raise _error(path, node, f"{word!r}: {said!r} is not made of words")
    return words(said)


def _text(path: Path, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _error(path, node, "expected text")
    return str(node.value)


def _error(path: Path, node: yaml.Node, what: str) -> LexiconError:
    return LexiconError(f"{path}:{node.start_mark.line + 1}: {what}")
