"""Names for the front end: `python -m training.names cmudict.dict vvstream/phonemes/data`.

Writes english_names.tsv from the CMU Pronouncing Dictionary (BSD licence,
https://github.com/cmusphinx/cmudict): what the American front end neither knows nor guesses
alike from the letters, mostly names of people, places and makers. What it spells ("fbi") is written
as the front end spells.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from vvstream.phonemes.english.dictionary import DATA, Dictionary
from vvstream.phonemes.english.letter_to_sound import LetterToSound, american
from vvstream.phonemes.english.lexicon import Lexicon
from vvstream.phonemes.english.names import NAMES
from vvstream.phonemes.english.rules import unstress
from vvstream.phonemes.english.speaker import Pronouncer
from vvstream.text.items import Item

_ENTRY = re.compile(r"([a-z]+(?:'[a-z]+)?)(?:\(\d+\))? ([A-Z0-2 ]+)")


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Words and phonemes of cmudict.dict; what is said in several ways comes several times."""
    for line in text.splitlines():
        found = _ENTRY.fullmatch(line.split(" #")[0])
        if found is not None:
            yield found[1], american(found[2].split())


def lacking(text: str) -> dict[str, str]:
    """The first way of each word, where nothing that the front end has says it in any of them."""
    lexicon = Lexicon(Dictionary(DATA / "english_us.tsv"))
    letters = LetterToSound(DATA / "letter_to_sound.safetensors")
    guesser = Pronouncer(lexicon, lambda word, tag: letters.say(word), lambda word, said: said, {})
    ways: dict[str, list[str]] = {}
    for word, phonemes in entries(text):
        ways.setdefault(word, []).append(phonemes)
    found: dict[str, str] = {}
    for word, said in ways.items():
        if word.endswith("'s") or word in NAMES or lexicon.say(word.capitalize()):
            continue
        if guesser.say(Item(word)) in said:
            continue
        spelled = lexicon.spell(word)
        alike = unstress(spelled) == unstress(said[0])
        found[word] = spelled if alike else said[0]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    found = lacking(options.dictionary.read_text("utf-8"))
    lines = sorted(f"{word}\t{phonemes}".encode() for word, phonemes in found.items())
    (options.folder / "english_names.tsv").write_bytes(b"\n".join(lines) + b"\n")


if __name__ == "__main__":
    main()
