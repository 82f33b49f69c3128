"""Sound samples for people: `python -m bench.samples FOLDER TEACHERS_FOLDER --hard FOLDER`

Takes one sentence of each voice from recordings of ours and of the teacher's, and all of --hard
(recordings of `bench/sentences/hard.json`), and writes docs/samples/: Opus, and an index that lays
them side by side. Needs soundfile (extra `eval`); each file has some 20 kB.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.recordings import path_of, voice_of
from bench.report import table
from bench.sound import Samples, read
from vvstream.audio import SAMPLE_RATE

OUT: Final = Path("docs/samples")
NUMBERS: Final = {"en": 7, "ja": 5, "zh": 2}
"""Of the sentence that all voices of a language say."""
PACKED: Final = 0.9
"""libsndfile's level of compression: about 30 kbit/s of speech at this."""
HEAD: Final = """# Samples

What the voices say in this release, beside what their teacher says: `bench.samples` made these from
recordings of `bench.recordings` and `bench.teacher`. None of the sentences was trained on.
"""


def pack(wav: Path, out: Path) -> str:
    """A recording as Opus in `out`; its name there."""
    import soundfile

    samples: Samples = read(wav)
    name = f"{wav.parent.name}_{wav.stem}.opus"
    out.mkdir(parents=True, exist_ok=True)
    soundfile.write(
        out / name, samples, SAMPLE_RATE, format="OGG", subtype="OPUS", compression_level=PACKED
    )
    return name


def text_of(wav: Path) -> str:
    """What is said in a recording."""
    text: str = json.loads(wav.with_suffix(".json").read_text(encoding="utf-8"))["text"]
    return text


def pairs(own: Path, teachers: Path) -> list[tuple[str, Path, Path | None]]:
    """Each voice, its recording of the sentence of its language, and the teacher's if it is there.

    Where NUMBERS' is not recorded, it is the first.
    """
    voices = dict.fromkeys(voice_of(wav)[0] for wav in sorted(own.glob("*_*.wav")))
    found = []
    for voice in voices:
        first = min(own.glob(path_of(own, voice, 0).name.replace("_00.", "_*.")))
        wanted = path_of(own, voice, NUMBERS[first.stem[:2]])
        mine = wanted if wanted.exists() else first
        theirs = teachers / mine.name
        found.append((voice, mine, theirs if theirs.exists() else None))
    return found


def index(
    found: Sequence[tuple[str, Path, Path | None]], hard: Sequence[Path], out: Path
) -> str:
    """Write the sounds; the page that lays them out."""
    said = {wav.stem[:2]: text_of(wav) for _, wav, _ in found}
    text = HEAD + "\n" + "\n".join(f"* {language}: {text}" for language, text in said.items())
    rows = [
        (f"`{voice}`", _link(own, out), "" if other is None else _link(other, out))
        for voice, own, other in found
    ]
    text += f"\n\n{table(('voice', 'ours', 'the teacher'), rows)}\n"
    if hard:
        rows = [(f"`{voice_of(wav)[0]}`", _link(wav, out), text_of(wav)) for wav in hard]
        text += f"\n## Hard ones\n\n{table(('voice', 'ours', 'text'), rows)}\n"
    return text


def _link(wav: Path, out: Path) -> str:
    name = pack(wav, out)
    return f"[{read(wav).size / SAMPLE_RATE:.1f} s]({name})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("own", type=Path)
    parser.add_argument("teachers", type=Path)
    parser.add_argument("--hard", type=Path)
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    hard = sorted(arguments.hard.glob("*_*.wav")) if arguments.hard else []
    page = index(pairs(arguments.own, arguments.teachers), hard, arguments.out)
    (arguments.out / "README.md").write_text(page, encoding="utf-8")
    print(f"{sum(file.stat().st_size for file in arguments.out.iterdir()) / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
