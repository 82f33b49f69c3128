"""Have the server read sentences to a folder that `bench.quality` judges.

    python -m bench.recordings SENTENCES.json FOLDER --voices en-Heart_woman en-Eric_man

SENTENCES.json is a list of sentences, or an object with one list a language ("en": [...]). FOLDER
gets LANGUAGE_VOICE_NN.wav and, beside each, LANGUAGE_VOICE_NN.json with its text. Without --voices
all voices of the language read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import urllib.request
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from websockets.asyncio.client import connect

from bench.server import running

LANGUAGE: Final = "en"
VOICES: Final = ("en-Heart_woman", "en-Sarah_woman", "en-Michael_man", "en-Eric_man")
AT_ONCE: Final = 4
"""Sentences: the engine is quicker with a batch, and a sound does not depend on its company."""
PATIENT: Final = {"admission": {"lateness_ms": 600_000.0}}
"""Of the server: nobody listens meanwhile, so nobody is refused for being heard late."""
PREFIXES: Final = {"jp": "ja"}
"""Of a voice's name, where it is not the language."""


def language_of(voice: str) -> str:
    """The language of a voice by its name: jp-Kumo_man speaks "ja"."""
    prefix = voice.partition("-")[0]
    return PREFIXES.get(prefix, prefix)


def path_of(folder: Path, voice: str, number: int) -> Path:
    """Where a voice's recording of a sentence lies: ja_Kumo_man_07.wav."""
    return folder / f"{language_of(voice)}_{voice.partition('-')[2]}_{number:02d}.wav"


def voice_of(path: Path) -> tuple[str, str]:
    """The voice of a recording, and its number: jp-Kumo_man, 07."""
    language, _, rest = path.stem.partition("_")
    name, _, number = rest.rpartition("_")
    prefix = next((p for p, known in PREFIXES.items() if known == language), language)
    return f"{prefix}-{name}", number


def recorded(folder: Path, voice: str) -> list[Path]:
    """All recordings of a voice."""
    name = path_of(folder, voice, 0).stem.removesuffix("00")
    return sorted(path for path in folder.glob(f"{name}*.wav") if path.stem[len(name) :].isdigit())


def sentences_of(path: Path, language: str) -> list[str]:
    """The sentences of a file. Raises KeyError: it has none of this language."""
    content = json.loads(path.read_text(encoding="utf-8"))
    sentences: list[str] = content[language] if isinstance(content, dict) else content
    return sentences


def voices_of(url: str, language: str) -> list[str]:
    """All voices of a language that the server at `url` (ws://…/stream) has."""
    asked = url.replace("ws", "http", 1).removesuffix("/stream") + "/api/voices"
    with urllib.request.urlopen(asked) as answer:
        voices = json.load(answer)["voices"]
    return [voice["name"] for voice in voices if voice["language"] == language]


async def record(url: str, text: str, voice: str, options: Mapping[str, float]) -> bytes:
    """The samples of one plain call, s16le at 16 kHz."""
    query = urlencode({"text": text, "voice": voice, "pace": "fast", **options})
    async with connect(f"{url}?{query}") as socket:
        return b"".join([frame async for frame in socket if isinstance(frame, bytes)])


def write(folder: Path, voice: str, number: int, text: str, samples: bytes) -> Path:
    """A recording and, beside it, its text."""
    folder.mkdir(parents=True, exist_ok=True)
    path = path_of(folder, voice, number)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples)
    path.with_suffix(".json").write_text(json.dumps({"text": text}), encoding="utf-8")
    return path


async def read_out(
    url: str,
    sentences: Sequence[str],
    voices: Sequence[str],
    folder: Path,
    options: Mapping[str, float] | None = None,
) -> None:
    """Record every sentence in every voice; `options` are those of the call (speed, cfg, steps)."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(voice: str, number: int, text: str) -> None:
        async with turns:
            write(folder, voice, number, text, await record(url, text, voice, options or {}))

    async with asyncio.TaskGroup() as all_of_them:
        for voice in voices:
            for number, text in enumerate(sentences):
                all_of_them.create_task(one(voice, number, text))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sentences", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voices", nargs="+")
    parser.add_argument("--language", default=LANGUAGE, help="of the sentences and the voices")
    parser.add_argument("--first", type=int, help="only so many of the sentences")
    arguments = parser.parse_args()
    sentences = sentences_of(arguments.sentences, arguments.language)[: arguments.first]
    with running(overrides=PATIENT) as server:
        voices = arguments.voices or voices_of(server.url, arguments.language)
        asyncio.run(read_out(server.url, sentences, voices, arguments.folder))


if __name__ == "__main__":
    main()
