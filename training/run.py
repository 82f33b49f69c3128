"""One evening of training, unattended: corpus, then all students side by side, then together.

    python -m training.run build --minutes 25

`build` holds teacher/ and phonemes/LANGUAGE/ACCENT.json.gz (training/README.md, 1 and 2); what is
not there is not trained. The corpus gets --corpus-minutes on all GPUs. Of the rest, --apart is for
the vocoder on the first GPU and the acoustic models on the others, then all GPUs tune everything
together; --apart 0 goes straight to that, from the checkpoints that are there. Everything may be
stopped at any time and started again; logs and checkpoints are in build/.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

PREPARATION: Final = 120  # seconds from start to first step: reading the corpus, capturing graphs
PRELOAD: Final = 150  # seconds that the joint tuning needs to read the corpus, before its turn


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads the texts of one accent, with how many processes on each GPU.

    Who is named twice reads twice as much: the voices that are furthest from their teachers.
    """

    voices: tuple[str, ...]
    per_gpu: int


READINGS: Final[Mapping[str, Reading]] = {
    "en/gb": Reading(
        ("bf_emma", "bf_isabella", "bm_fable", "bm_george", "bf_isabella", "bm_george"), 3
    ),
    "en/us": Reading(
        (
            "af_heart",
            "af_sarah",
            "af_sky",
            "af_nova",
            "af_alloy",
            "am_michael",
            "am_eric",
            "am_adam",
            "am_echo",
            "am_fenrir",
            "af_sarah",
            "am_eric",
            "am_adam",
        ),
        6,
    ),
    "ja/jp": Reading(("jf_alpha", "jf_gongitsune", "jm_kumo"), 2),
    "zh/cn": Reading(("zf_xiaobei", "zf_xiaoxiao", "zm_yunjian", "zm_yunxi", "zf_xiaobei"), 3),
}

# Smaller where there is less to learn from: it is sooner known by heart, and weights travel.
SIZES: Final[Mapping[str, str]] = {
    language: '{"channels": 288, "heads": 6, "prosody_channels": 224, "mel_channels": 320}'
    for language in ("ja", "zh")
}
TINY_SIZES: Final = '{"channels": 24, "heads": 2, "prosody_channels": 16, "mel_channels": 24}'


@dataclass(frozen=True, slots=True)
class Evening:
    """Where everything lies, and how small it is, to try it out."""

    build: Path
    gpus: int
    tiny: bool

    @property
    def corpus(self) -> Path:
        return self.build / "corpus"

    @property
    def checkpoints(self) -> Path:
        return self.build / "checkpoints"

    @property
    def accents(self) -> list[str]:
        return [name for name in READINGS if self.phonemes(name).exists()]

    @property
    def languages(self) -> list[str]:
        return sorted({accent.partition("/")[0] for accent in self.accents})

    def phonemes(self, accent: str) -> Path:
        return self.build / "phonemes" / f"{accent}.json.gz"

    def start(
        self,
        name: str,
        gpu: int | None,
        module: str,
        *arguments: str | Path,
        environment: Mapping[str, str] | None = None,
        waits: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Run a module of ours on one GPU, or on all, with its output in a log of that name."""
        # Else each takes every core for the smallest operation, and stands in all others' way.
        threads = str(max(1, (os.cpu_count() or 1) // 8))
        variables = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": threads,
            **(environment or {}),
        }
        if gpu is not None and self.gpus:
            variables["CUDA_VISIBLE_DEVICES"] = str(gpu % self.gpus)
        command = [sys.executable, "-m", module, *map(str, arguments)]
        with (self.build / f"{name}.log").open("ab") as out:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=variables,
            )


def read_aloud(evening: Evening, minutes: float, begin: float) -> list[str]:
    """Have the teacher read every accent at once; the names of those that failed."""
    runs = {}
    for accent in evening.accents:
        reading = READINGS[accent]
        extra = ("--limit-utterances", "4") if evening.tiny else ()
        runs[accent] = evening.start(
            f"corpus-{accent.replace('/', '-')}", None, "training.corpus",
            evening.corpus / accent, "--teacher", evening.build / "teacher",
            "--phonemes", evening.phonemes(accent), "--voices", ",".join(reading.voices),
            "--gpus", str(evening.gpus), "--per-gpu", str(reading.per_gpu if evening.gpus else 1),
            "--limit-seconds", str(minutes * 60), "--passes", "8", "--begin", str(begin), *extra,
        )  # fmt: skip
    return [accent for accent, run in runs.items() if run.wait()]


def learn_apart(evening: Evening, until: float) -> dict[str, subprocess.Popen[bytes]]:
    """Start the vocoder on the first GPU, and each language's acoustic model on one of the rest.

    On a single GPU a vocoder that has learned before leaves it to the others until all are tuned.
    """
    small = ("--limit", "16") if evening.tiny else ()
    common = ("--until", f"{until:.1f}", *small)
    minutes = (until - time.time()) / 60
    runs = {}
    if evening.gpus != 1 or not (evening.checkpoints / "vocoder.pt").exists():
        runs["vocoder"] = evening.start(
            "vocoder", 0, "training.train_vocoder", evening.corpus, evening.checkpoints,
            *common,
            *(("--batch", "4", "--critic-scale", "0.1", "--alone-steps", "2") if small else ()),
            *(("--sizes", '{"channels": 24}') if small else ()),
        )  # fmt: skip
    for number, language in enumerate(evening.languages):
        others = max(1, evening.gpus - 1)
        sizes = TINY_SIZES if evening.tiny else SIZES.get(language, "{}")
        runs[language] = evening.start(
            f"acoustic-{language}", evening.gpus - 1 - number % others, "training.train_acoustic",
            evening.corpus / language, evening.checkpoints / language,
            *common, "--sizes", sizes, "--predict-minutes", f"{minutes / 3:.2f}",
        )  # fmt: skip
    return runs


def prepare_joint(evening: Evening, until: float) -> dict[str, subprocess.Popen[bytes]]:
    """Start the joint tuning, one process on each GPU; it waits for a line."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ranks = max(1, evening.gpus)
    small = ("--limit", "16", "--batch", "4", "--critic-scale", "0.1") if evening.tiny else ()
    return {
        f"joint-{rank}": evening.start(
            f"joint-{rank}", rank, "training.train_joint", evening.corpus, evening.checkpoints,
            "--until", f"{until:.1f}", "--waits", *small,
            environment={
                "RANK": str(rank),
                "WORLD_SIZE": str(ranks),
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": str(port),
            },
            waits=True,
        )
        for rank in range(ranks)
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--minutes", type=float, default=25, help="in all")
    parser.add_argument("--corpus-minutes", type=float, default=3.5)
    parser.add_argument(
        "--corpus-begin", type=float, default=0, help="share of the texts that were read before"
    )
    parser.add_argument("--apart", type=float, default=0.55, help="share before the joint tuning")
    parser.add_argument("--tiny", action="store_true", help="small models, to try it out")
    arguments = parser.parse_args()
    began = time.time()
    evening = Evening(arguments.build, torch.cuda.device_count(), arguments.tiny)
    evening.checkpoints.mkdir(parents=True, exist_ok=True)
    if not evening.accents:
        print(f"no {evening.phonemes('LANGUAGE/ACCENT')}: see training/README.md", file=sys.stderr)
        return 1
    failed = read_aloud(evening, arguments.corpus_minutes, arguments.corpus_begin)
    if not failed:
        end = began + arguments.minutes * 60
        turn = time.time() + PREPARATION + (end - time.time() - PREPARATION) * arguments.apart
        runs = learn_apart(evening, turn) if arguments.apart else {}
        if runs:
            time.sleep(max(0.0, turn - PRELOAD - time.time()))
        joint = prepare_joint(evening, end)
        failed = [name for name, run in runs.items() if run.wait()]
        if failed:
            for run in joint.values():
                run.kill()
        else:
            for run in joint.values():
                assert run.stdin is not None
                run.stdin.write(b"go\n")
                run.stdin.close()
            failed = [name for name, run in joint.items() if run.wait()]
    for name in failed:
        print(f"{name} failed: see its log in {evening.build}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
