"""Japanese and Mandarin texts of the training corpus, out of public packages whose licence allows it.

As `text_sources`: every source is a function from the folder of its unpacked package to passages,
lists of sentences that follow each other. Only sentences that can be read aloud as they stand.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from training.text_asian_words import passages as words
from training.text_sources import Passage, Source

Language = Literal["ja", "zh"]
Registry = Literal["pip", "npm", "apt"]
Reading = Callable[[Path, Language], Iterator[Passage]]

_SENTENCE: Final = re.compile(r"[^。！？!?\n]*[。！？!?]+[」』”）]*|[^。！？!?\n]+$")
_ALLOWED: Final = {
    "ja": re.compile(r"[ぁ-ゖァ-ヺー一-鿿々A-Za-z0-9、。！？「」『』・…―〜％%.,:' +/@\-]+"),
    "zh": re.compile(r"[一-鿿A-Za-z0-9，。、！？；：“”‘’《》…—％%.,:' +/@\-]+"),
}
_OWN: Final = {"ja": re.compile("[ぁ-ゖ]"), "zh": re.compile("[一-鿿]")}
_UNSPEAKABLE: Final = re.compile(
    r"[A-Za-z0-9_./\\-]{18,}|(?:[A-Z]{2,}[ ,]){3}|[-/.:]{3,}|--|\w\.\w+\.\w|/\w+/|\d{8,}|^[,.:;、。，]"
)
SHORTEST, LONGEST = 6, 120


def sentences(text: str) -> Passage:
    """Split running text at the ends of its sentences."""
    return [s.strip() for s in _SENTENCE.findall(text) if s.strip()]


def speakable(sentence: str, language: Language) -> bool:
    """True for a whole sentence of the language without code or markup."""
    own = len(_OWN[language].findall(sentence))
    latin = len(re.findall("[A-Za-z]", sentence))
    return (
        SHORTEST <= len(sentence) <= LONGEST
        and _ALLOWED[language].fullmatch(sentence) is not None
        and _UNSPEAKABLE.search(sentence) is None
        and own >= max(2, latin // 3)
        and sentence.count("「") == sentence.count("」")
        and sentence.count("“") == sentence.count("”")
    )


def _clean(text: str, language: Language) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ")
    text = re.sub(r"\s*[（(][^（）()]*[）)]|\[[^\]]*\]", "", text)
    # a line break between two wide characters is the editor's
    text = re.sub(r"(?<=[^\x00-\xff])\s+(?=[^\x00-\xff])", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    if language == "zh":
        wide = {",": "，", "?": "？", "!": "！", ";": "；", ":": "："}
        text = re.sub(r"(?<=[一-鿿])[,?!;:] ?", lambda m: wide[m[0][0]], text)
        text = re.sub(r"(?<=[一-鿿])\.(?=\s|$)", "。", text)
    return text


def _passages(paragraphs: Iterable[str], language: Language) -> Iterator[Passage]:
    for paragraph in paragraphs:
        run: Passage = []
        for sentence in sentences(_clean(paragraph, language)):
            if speakable(sentence, language):
                run.append(sentence)
            elif run:  # what follows an unspeakable sentence does not follow what precedes it
                yield run
                run = []
        if run:
            yield run


def _manual(root: Path, language: Language) -> Iterator[Passage]:
    paragraphs: list[str] = []
    for page in sorted(root.glob(f"**/kicad/help/{language}/*.html")):
        text = page.read_text(encoding="utf-8", errors="replace")
        paragraphs += (
            re.sub(r"<code>.*?</code>", "\x00", p, flags=re.S)
            for p in re.findall(r"<p>(.*?)</p>", text, flags=re.S)
        )
    yield from _passages(paragraphs, language)


def _compiler(root: Path, language: Language) -> Iterator[Passage]:
    folder = {"ja": "ja", "zh": "zh-cn"}[language]
    (file,) = root.glob(f"**/lib/{folder}/diagnosticMessages.generated.json")
    yield from _passages(json.loads(file.read_text(encoding="utf-8")).values(), language)


def _editor(root: Path, language: Language) -> Iterator[Passage]:
    name = {"ja": "ja", "zh": "zh-cn"}[language]
    (file,) = root.glob(f"**/esm/nls.messages.{name}.js")
    found = re.search(r"_MESSAGES\s*=\s*(\[.*?\]);", file.read_text(encoding="utf-8"), flags=re.S)
    if found is None:
        raise RuntimeError(f"{file}: no messages")
    yield from _passages((m for m in json.loads(found[1]) if m), language)


def _dialogues(root: Path, language: Language) -> Iterator[Passage]:
    folder = {"ja": "japanese", "zh": "chinese"}[language]
    left_out = {"ai", "politics", "botprofile", "psychology"}
    for file in sorted(root.glob(f"**/chatterbot_corpus/data/{folder}/*.yml")):
        if file.stem in left_out:
            continue
        for turn in re.findall(r"(?m)^(?:- -|  -) (.+)$", file.read_text(encoding="utf-8")):
            text = _clean(turn.strip(" '\""), language)
            ends = "" if text[-1:] in "。！？" and text else "。"
            yield from _passages([text + ends], language)


_SHARED: Final[dict[str, tuple[Registry, str, str, str, Reading, str]]] = {
    # name: registry, package, its SHA-256, the licence, what reads it, the archive
    "dialogues": (
        "pip",
        "chatterbot-corpus==1.3.3",
        "86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154",
        "BSD-3-Clause",
        _dialogues,
        "chatterbot_corpus-1.3.3-py2.py3-none-any.whl",
    ),
    "compiler": (
        "npm",
        "typescript@5.9.3",
        "10e108c9cf7d5f2879053dff18515fb405abf2ccef63eaaf017d9c571687a1d3",
        "Apache-2.0",
        _compiler,
        "typescript-5.9.3.tgz",
    ),
    "editor": (
        "npm",
        "monaco-editor@0.54.0",
        "ba863707316b0b91bb6c7d0ad96b436fcbe5a161847bf1e837b3f72597624da6",
        "MIT",
        _editor,
        "monaco-editor-0.54.0.tgz",
    ),
}
_MANUALS: Final = {
    "ja": ("65fd19996d8d22bb443c0f9b3514466a528337711be20bfe147a64d1a9d94d8c", "kicad-doc-ja_6.0.11+dfsg-1_all.deb"),
    "zh": ("c904386f9152d1acb79aec9a85bdaec1e9901ade73a296b44b5e84763eedf245", "kicad-doc-zh_6.0.11+dfsg-1_all.deb"),
}


def _in(read: Reading, language: Language) -> Callable[[Path], Iterator[Passage]]:
    return lambda root: read(root, language)


def _sources(language: Language) -> tuple[Source, ...]:
    sha256, archive = _MANUALS[language]
    manual = Source(
        "manual",
        "apt",
        f"kicad-doc-{language}",
        sha256,
        "CC-BY-3.0 (KiCad's documentation, by its authors)",
        _in(_manual, language),
        archive,
    )
    shared = (
        Source(name, registry, package, sha, licence, _in(read, language), file)
        for name, (registry, package, sha, licence, read, file) in _SHARED.items()
    )
    return (manual, *shared)


_WORDS: Final = Source(
    "words",
    "pip",
    "jieba==0.42.1",
    "055ca12f62674fafed09427f176506079bc135638a14e23e25be909131928db2",
    "MIT",
    words,
    "jieba-0.42.1.tar.gz",
)

SOURCES: Final[Mapping[Language, tuple[Source, ...]]] = {
    "ja": _sources("ja"),
    "zh": (*_sources("zh"), _WORDS),
}
