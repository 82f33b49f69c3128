"""The accents of English that can be spoken, each with its dictionary, suffixes and rules."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vvstream.options import Accent
from vvstream.phonemes.english.british import british, british_entry
from vvstream.phonemes.english.dictionary import DATA, Dictionary, Entry
from vvstream.phonemes.english.letter_to_sound import LetterToSound
from vvstream.phonemes.english.lexicon import Lexicon
from vvstream.phonemes.english.names import NAMES
from vvstream.phonemes.english.speaker import Pronouncer
from vvstream.phonemes.english.suffixes import BRITISH

_AMERICAN_FOR: Final = str.maketrans({"ː": None, "ɒ": "ɑ", "Q": "O", "a": "æ"})


def american(spelling: str, phonemes: str) -> str:
    """The American phonemes of a word: only what someone wrote down can have British ones."""
    return re.sub("ɜ(?!ɹ)", "ɜɹ", phonemes.translate(_AMERICAN_FOR))


def load_accents() -> Mapping[Accent, Pronouncer]:
    """Pronouncers for all of them; what they have in common they share."""
    us_words = Dictionary(DATA / "english_us.tsv")
    letter_to_sound = LetterToSound(DATA / "letter_to_sound.safetensors")
    us_names = Dictionary(DATA / "english_names.tsv")

    def beyond(word: str) -> Entry | None:
        entry = us_words.exact(word)
        return None if entry is None else british_entry(word, entry)

    gb_words = Dictionary(DATA / "english_gb.tsv", beyond)
    us, gb = Lexicon(us_words), Lexicon(gb_words, BRITISH)
    # Its names of people and places are right already.
    lacking = [name for name in NAMES if not gb_words.has(name.capitalize())]
    gb_names = {name: british(name, NAMES[name]) for name in lacking}

    def named(word: str) -> str:
        entry = us_names.exact(word.lower())
        return "" if entry is None else entry.default

    def named_british(word: str) -> str:
        return british(word, named(word))

    def guess(word: str, tag: str) -> str:
        return letter_to_sound.say(word)

    def guess_british(word: str, tag: str) -> str:
        return british(word, us.say(word, tag) or letter_to_sound.say(word))

    return MappingProxyType(
        {
            "en-US": Pronouncer(us, guess, american, NAMES, named),
            "en-GB": Pronouncer(gb, guess_british, british, gb_names, named_british),
        }
    )
