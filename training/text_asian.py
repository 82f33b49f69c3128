"""Choose the Japanese or Mandarin texts that the teacher reads (`training.text_corpus --language`).

Everyday sentences come from the patterns of `everyday_ja.toml` and `everyday_zh.toml`, where figures
stand as people write them: the front end that serves reads them for the corpus too. The rest comes
from the packages of `text_asian_sources`.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from training.text_asian_sources import Language, sentences
from training.text_sources import Passage

Kind = Literal["sentence", "running", "short"]
SHARES: Final[Mapping[Kind, Mapping[str, int]]] = {
    "sentence": {
        "everyday": 4200, "manual": 500, "dialogues": 350, "compiler": 450, "editor": 600,
        "words": 6000,
    },
    "running": {"everyday": 2200, "manual": 260, "dialogues": 120},
    "short": {"everyday": 700, "dialogues": 120, "words": 700},
}  # fmt: skip
"""How many texts of each source; "words" is Mandarin's alone."""
SHORT_CHARACTERS: Final = 10
RUNNING_CHARACTERS: Final = (40, 140)

_SLOT: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Patterns:
    """The words and sentence patterns of one language, and what fills its figures."""

    language: Language
    words: Mapping[str, Sequence[str]]
    sentences: Sequence[str]
    short: Sequence[str]
    stories: Sequence[str]

    def fill(self, pattern: str, r: random.Random) -> str:
        """The pattern with its slots filled, the innermost first.

        Raises:
            KeyError: a slot is neither a list of words nor a figure; names it.
        """
        while (slot := _SLOT.search(pattern)) is not None:
            pattern = pattern[: slot.start()] + self._filled(slot[1], r) + pattern[slot.end() :]
        return pattern

    def _filled(self, name: str, r: random.Random) -> str:
        if "|" in name:
            return r.choice(name.split("|"))
        if name in self.words:
            return r.choice(self.words[name])
        if name in _FIGURES:
            return _FIGURES[name](r, self.language)
        raise KeyError(name)


def load_patterns(language: Language) -> Patterns:
    """Read `everyday_ja.toml` or `everyday_zh.toml`."""
    path = Path(__file__).with_name(f"everyday_{language}.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = [p for group in data["patterns"].values() for p in group]
    return Patterns(language, data["words"], kinds, data["short"], data["runs"]["story"])


# What is written differs between the languages: "3月15日" in both, "３時" as "3时" or "3点".


def _time(r: random.Random, language: Language) -> str:
    hour, minute = r.randint(0, 23), r.choice((0, 0, 5, 10, 15, 20, 30, 30, 45, 48, 55))
    if r.random() < 0.3:
        return f"{hour}:{minute:02d}"
    twelve = hour % 12 or 12
    if language == "ja":
        half = r.choice(("", "午前" if hour < 12 else "午後"))
        tail = r.choice(("30分", "半")) if minute == 30 else f"{minute}分" if minute else ""
        return f"{half}{twelve if half else hour}時{tail}"
    half = r.choice(("", "上午" if hour < 12 else "下午", "晚上" if hour > 18 else "早上"))
    tail = r.choice(("30分", "半")) if minute == 30 else f"{minute}分" if minute else r.choice(("", "整"))
    return f"{half}{twelve if half else hour}点{tail}"


def _date(r: random.Random, language: Language) -> str:
    month, day = r.randint(1, 12), r.randint(1, 28)
    match r.randrange(6):
        case 0:
            return f"{r.randint(1900, 2030)}年{month}月{day}日"
        case 1:
            return f"{r.randint(1990, 2030)}-{month:02d}-{day:02d}"
        case 2:
            return f"{r.randint(1990, 2030)}年"
        case _:
            return f"{month}月{day}{'日' if language == 'ja' else r.choice('日号')}"


def _number(r: random.Random, language: Language) -> str:
    return str(r.choice((r.randint(2, 20), r.randint(2, 99), r.randint(100, 999))))


def _big(r: random.Random, language: Language) -> str:
    n = r.choice((r.randint(1000, 99999), r.randint(10**5, 10**8)))
    scale = "億" if language == "ja" else "亿"
    rounded = (f"{r.randint(2, 9000)}万", f"{r.randint(2, 99) / 10}{scale}")
    return r.choice((f"{n:,}", str(n), *rounded))


def _price(r: random.Random, language: Language) -> str:
    n = r.choice((r.randint(1, 99), r.randint(1, 99) * 100, r.randint(1000, 50000)))
    if language == "ja":
        return r.choice((f"{n}円", f"{n:,}円", f"¥{n:,}", f"{n}ドル", f"{r.randint(1, 50)}万円"))
    return r.choice((f"{n}元", f"{n}块", f"¥{n}", f"{n / 10:.1f}元", f"${n}", f"{r.randint(1, 50)}万元"))


def _phone(r: random.Random, language: Language) -> str:
    tail = "".join(str(r.randint(0, 9)) for _ in range(8))
    if language == "ja":
        return f"{r.choice(('03', '06', '090', '080'))}-{tail[:4]}-{tail[4:]}"
    return r.choice((f"1{r.choice('35678')}{r.randint(0, 9)}{tail}", f"010-{tail}"))


def _degrees(r: random.Random, language: Language) -> str:
    n = r.randint(-15, 38)
    return r.choice((f"{n}℃", f"{n}度") if n > 0 else (f"{n}℃",))


_FIGURES: Final[Mapping[str, Callable[[random.Random, Language], str]]] = {
    "time": _time,
    "date": _date,
    "number": _number,
    "big": _big,
    "price": _price,
    "phone": _phone,
    "degrees": _degrees,
    "small": lambda r, _: str(r.randint(1, 12)),
    "ones": lambda r, _: str(r.randint(1, 9)),
    "digit": lambda r, _: str(r.randint(0, 9)),
    "age": lambda r, _: str(r.randint(5, 99)),
    "year": lambda r, _: str(r.randint(1850, 2030)),
    "month": lambda r, _: str(r.randint(1, 12)),
    "monthday": lambda r, _: str(r.randint(1, 31)),
    "percent": lambda r, _: r.choice((f"{r.randint(1, 99)}%", f"{r.randint(1, 999) / 10}%")),
    "decimal": lambda r, _: f"{r.randint(1, 999) / 10}",
    "fraction": lambda r, _: r.choice(("1/2", "1/3", "2/3", "3/4", "1/5")),
    "letters": lambda r, _: "".join(r.choice("ABCDEFGHKLMNPQRSTUVXYZ") for _ in range(2)),
    "version": lambda r, _: f"{r.randint(1, 20)}.{r.randint(0, 9)}",
    "address": lambda r, _: f"{r.choice(('info', 'anna', 'tom', 'hello'))}@example.com",
    "url": lambda r, _: r.choice(("https://example.com", "www.example.org")),
    "measure_a": lambda r, _: r.choice(("个", "种")),
    "measure_number": lambda r, _: r.choice(("一百块钱", "三本书", "两张票", "五个苹果", "一束花儿")),
}


def _talks(patterns: Patterns, r: random.Random) -> Iterator[str]:
    """Running text: a story from some place on, or sentences of one kind in a row, endlessly."""
    low, high = RUNNING_CHARACTERS
    while True:
        if r.random() < 0.6:
            story = patterns.fill(r.choice(patterns.stories), r).split("|")
            at = r.randrange(max(1, len(story) - 2))
            run = story[at : at + r.randint(2, 4)]
        else:
            run = [patterns.fill(r.choice(patterns.sentences), r) for _ in range(r.randint(2, 4))]
        text = "".join(run)
        if low <= len(text) <= high:
            yield text


def _filled(patterns: Patterns, choices: Sequence[str], r: random.Random) -> Iterator[str]:
    while True:
        yield patterns.fill(r.choice(choices), r)


def _of(passages: Sequence[Passage], kind: str, r: random.Random) -> Iterator[str]:
    if kind == "running":
        low, high = RUNNING_CHARACTERS
        longer = [p for p in passages if len(p) > 1]
        while longer:
            passage = r.choice(longer)
            at = r.randrange(len(passage) - 1)
            text = "".join(passage[at : at + r.randint(2, 4)])
            if low <= len(text) <= high:
                yield text
    short = kind == "short"
    fitting = [s for p in passages for s in p if (len(s) <= SHORT_CHARACTERS) is short]
    while fitting:
        yield r.choice(fitting)


def choose(
    language: Language,
    library: Mapping[str, list[Passage]],
    excluded: Sequence[str],
    r: random.Random,
    scale: float = 1.0,
) -> list[tuple[str, Kind, str]]:
    """(text, kind, source): `SHARES` (times `scale`) of the patterns and of the passages of
    `library`; no text twice, and none that is in `excluded`.
    """
    patterns = load_patterns(language)
    forbidden = {normal(s) for s in excluded}
    seen: set[str] = set()
    out: list[tuple[str, Kind, str]] = []
    for kind, shares in SHARES.items():
        for source, share in shares.items():
            if source != "everyday" and source not in library:
                continue
            if source != "everyday":
                candidates = _of(library[source], kind, r)
            elif kind == "running":
                candidates = _talks(patterns, r)
            else:
                choices = patterns.sentences if kind == "sentence" else patterns.short
                candidates = _filled(patterns, choices, r)
            wanted = round(share * scale)
            taken = 0
            for _ in range(30 * wanted):
                text = next(candidates, None)
                if text is None or taken == wanted:
                    break
                key = normal(text)
                parts = [key, *(normal(s) for s in sentences(text))]
                if key in seen or any(part in forbidden for part in parts):
                    continue
                seen.add(key)
                out.append((text, kind, source))
                taken += 1
    r.shuffle(out)
    return out


def normal(sentence: str) -> str:
    """What two spellings of the same spoken sentence have in common."""
    return "".join(c for c in sentence.lower() if c.isalnum())
