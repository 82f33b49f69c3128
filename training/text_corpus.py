"""Choose the texts that the teacher reads: `python -m training.text_corpus OUT.jsonl.gz`.

Whole sentences, running text of a few sentences (so that pauses between sentences are the teacher's
own) and very short utterances, in fixed shares of sources and deterministic by seed. One JSON
object a line: `{"text": str, "kind": "sentence" | "running" | "short", "source": str}`. Sentences
that the voice is judged on never enter: they are given with `--exclude`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from training.text_asian import choose as choose_asian
from training.text_asian_sources import SOURCES as ASIAN_SOURCES
from training.text_sources import SOURCES, Passage, fetch, sentences
from training.text_templates import everyday, short, talks

Kind = Literal["sentence", "running", "short"]

# utterances wanted from each source; the sums are 55 %, 35 % and 10 %
SHARES: Final[dict[Kind, dict[str, int]]] = {
    "sentence": {
        "everyday": 5600, "wordnet": 2200, "austen": 1700, "union": 1800, "web": 900, "moby": 800,
        "factbook": 600, "rust": 600, "dialogues": 300, "python": 200,
    },
    "running": {
        "everyday": 2900, "union": 1900, "austen": 1500, "moby": 700, "web": 800, "factbook": 500,
        "rust": 700, "python": 300,
    },
    "short": {"everyday": 1900, "austen": 300, "moby": 150, "dialogues": 300, "wordnet": 200},
}  # fmt: skip
SHORT_CHARACTERS: Final = 24
SENTENCE_CHARACTERS: Final = (20, 260)
RUNNING_CHARACTERS: Final = (160, 380)
_ARCHAIC: Final = re.compile(
    r"(?i)\b(?:thou|thee|thy|thine|ye|hath|doth|shalt|wilt|begat|Yahweh)\b"
)


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    kind: Kind
    source: str


def normal(sentence: str) -> str:
    """What two spellings of the same spoken sentence have in common."""
    return " ".join(re.findall(r"[a-z0-9]+", sentence.lower().replace("'", "")))


def _running(passages: Sequence[Passage], r: random.Random) -> Iterator[str]:
    """Consecutive sentences joined up to a length drawn for each; passages in random order,
    endlessly.
    """
    low, high = RUNNING_CHARACTERS
    while True:
        passage = r.choice(passages)
        at = r.randrange(len(passage))
        target, run = r.randint(low, high), ""
        for sentence in passage[at:]:
            if len(run) + len(sentence) > target:
                break
            run = f"{run} {sentence}".strip()
        if len(run) >= low and len(sentences(run)) > 1:
            yield run


def _single(passages: Sequence[Passage], low: int, high: int, r: random.Random) -> Iterator[str]:
    fitting = [s for passage in passages for s in passage if low <= len(s) <= high]
    while fitting:
        yield r.choice(fitting)


def choose(
    library: dict[str, list[Passage]], excluded: Sequence[str], r: random.Random, scale: float = 1.0
) -> list[Text]:
    """Draw `SHARES` (times `scale`) from the passages of `library`, plus the patterns; no text
    twice.
    """
    forbidden = {normal(s) for s in excluded}
    seen: set[str] = set()
    out: list[Text] = []

    def take(candidates: Iterator[str], kind: Kind, source: str, wanted: int) -> None:
        taken = 0
        for _ in range(wanted * 30):
            text = next(candidates, None)
            if text is None or taken >= wanted:
                return
            key = normal(text)
            if (
                key in seen
                or _ARCHAIC.search(text)
                or any(normal(s) in forbidden for s in [text, *sentences(text)])
            ):
                continue
            seen.add(key)
            out.append(Text(text, kind, source))
            taken += 1

    for kind, shares in SHARES.items():
        for source, share in shares.items():
            wanted = round(share * scale)
            if source != "everyday":
                passages = library[source]
                candidates = {
                    "sentence": lambda p=passages: _single(p, *SENTENCE_CHARACTERS, r),
                    "running": lambda p=passages: _running([x for x in p if len(x) > 1], r),
                    "short": lambda p=passages: _single(p, 2, SHORT_CHARACTERS, r),
                }[kind]()
            elif kind == "sentence":
                candidates = iter(everyday(2 * wanted, r))
            elif kind == "running":
                candidates = (
                    next(_running([run], r))
                    for run in talks(3 * wanted, r)
                    if len(" ".join(run[:2])) >= RUNNING_CHARACTERS[0] or len(run) > 4
                )
            else:
                candidates = iter(short(2 * wanted, r))
            take(candidates, kind, source, wanted)
    r.shuffle(out)
    return out


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--packages", type=Path, default=Path("build/texts"), help="where packages are kept"
    )
    parser.add_argument(
        "--exclude",
        type=Path,
        nargs="*",
        default=[],
        help="files of JSON {language: [sentence]} that must not enter",
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 is about 25,000 utterances")
    parser.add_argument("--language", choices=("en", "ja", "zh"), default="en")
    options = parser.parse_args(arguments)
    excluded = [
        sentence
        for path in options.exclude
        for group in json.loads(path.read_text(encoding="utf-8")).values()
        for sentence in group
    ]
    sources = SOURCES if options.language == "en" else ASIAN_SOURCES[options.language]
    library = {
        source.name: list(source.read(fetch(source, options.packages))) for source in sources
    }
    r = random.Random(options.seed)
    if options.language == "en":
        texts = choose(library, excluded, r, options.scale)
    else:
        chosen = choose_asian(options.language, library, excluded, r, options.scale)
        texts = [Text(*text) for text in chosen]
    with gzip.open(options.out, "wt", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps(asdict(text), ensure_ascii=False) + "\n")
    print(f"{len(texts)} texts to {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
