"""Have the server read sentences to a folder that `bench.quality` judges.

    python -m bench.recordings SENTENCES.json FOLDER --voices en-Heart_woman en-Eric_man

SENTENCES.json is a list of sentences, or an object with one list a language ("en": [...]).
FOLDER gets en_VOICE_NN.wav and, beside each, en_VOICE_NN.json with its text.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import wave
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from websockets.asyncio.client import connect

from bench.server import running

LANGUAGE = "en"
VOICES = ("en-Heart_woman", "en-Sarah_woman", "en-Michael_man", "en-Eric_man")


async def record(url: str, text: str, voice: str, speed: float = 1.0) -> bytes:
    """The samples of one plain call, s16le at 16 kHz."""
    query = urlencode({"text": text, "voice": voice, "pace": "fast", "speed": speed})
    async with connect(f"{url}?{query}") as socket:
        return b"".join([frame async for frame in socket if isinstance(frame, bytes)])


def write(folder: Path, voice: str, number: int, text: str, samples: bytes) -> None:
    name = f"{LANGUAGE}_{voice.removeprefix(f'{LANGUAGE}-')}_{number:02d}"
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples)
    (folder / f"{name}.json").write_text(json.dumps({"text": text}))


async def read_out(
    url: str, sentences: Sequence[str], voices: Sequence[str], folder: Path, speed: float = 1.0
) -> None:
    """Record every sentence in every voice, one after the other."""
    for voice in voices:
        for number, text in enumerate(sentences):
            write(folder, voice, number, text, await record(url, text, voice, speed))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sentences", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voices", nargs="+", default=VOICES)
    parser.add_argument("--language", default=LANGUAGE, help="of the sentences in the object")
    arguments = parser.parse_args()
    content = json.loads(arguments.sentences.read_text("utf-8"))
    sentences = content[arguments.language] if isinstance(content, dict) else content
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with running() as server:
        asyncio.run(read_out(server.url, sentences, arguments.voices, arguments.folder))


if __name__ == "__main__":
    main()
