"""One evening of training, unattended: corpus, then both students side by side.

    python -m training.run build --minutes 25 --start vvstream/weights

`build` holds teacher/ and phonemes.json.gz (training/README.md, 1 and 2). The corpus gets
--corpus-minutes; what is left of --minutes goes to the acoustic model on the last GPU and the
vocoder on the first, which hears the acoustic model's mels as soon as there are some. Everything
may be stopped at any time and started again. Logs and checkpoints are in build/.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import torch

PREPARATION = 90  # seconds from start to first step: reading the corpus, capturing graphs


def start(log: Path, gpu: int | None, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Run a module of ours on one GPU, or on all, with its output in `log`."""
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    if gpu is not None:
        environment["CUDA_VISIBLE_DEVICES"] = str(gpu)
    command = [sys.executable, "-m", module, *arguments]
    with log.open("ab") as out:
        return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--minutes", type=float, default=25, help="in all")
    parser.add_argument("--corpus-minutes", type=float, default=3)
    parser.add_argument("--start", help="folder of weights to go on from")
    parser.add_argument("--per-gpu", type=int, default=11, help="teacher processes on each GPU")
    arguments = parser.parse_args()
    began = time.monotonic()
    build: Path = arguments.build
    corpus, checkpoints = build / "corpus", build / "checkpoints"
    checkpoints.mkdir(parents=True, exist_ok=True)
    gpus = max(1, torch.cuda.device_count())
    teacher = start(
        build / "corpus.log", None, "training.corpus", str(corpus),
        "--teacher", str(build / "teacher"), "--phonemes", str(build / "phonemes.json.gz"),
        "--gpus", str(torch.cuda.device_count()), "--per-gpu", str(arguments.per_gpu),
        "--limit-seconds", str(arguments.corpus_minutes * 60),
    )  # fmt: skip
    if teacher.wait():
        print(f"the corpus failed: see {build / 'corpus.log'}", file=sys.stderr)
        return 1
    left = arguments.minutes - (time.monotonic() - began + PREPARATION) / 60
    common = [str(corpus), str(checkpoints), "--minutes", f"{left:.2f}"]
    if arguments.start:
        common += ["--start", arguments.start]
    acoustic = start(
        build / "acoustic.log", gpus - 1, "training.train_acoustic", *common,
        "--predict-minutes", f"{left / 3:.2f}",
    )  # fmt: skip
    vocoder = start(
        build / "vocoder.log", 0, "training.train_vocoder", *common,
        "--predicted", str(checkpoints / "predicted_mel.pt"),
    )  # fmt: skip
    failed = [name for name, run in (("acoustic", acoustic), ("vocoder", vocoder)) if run.wait()]
    for name in failed:
        print(f"{name} failed: see {build / name}.log", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
