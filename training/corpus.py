"""Let the teacher read the corpus: `python -m training.corpus OUT --teacher DIR --phonemes FILE
--gpus 2 --per-gpu 8`.

Utterances are dealt in shards to processes; each shard is one safetensors file, written whole, so
that a run which was interrupted goes on where it stopped. Utterance i of pass p is read by voice (i
+ p) mod voices. Audio is kept raw: leading and trailing silence is still there.

A shard's arrays are those of its utterances end to end:

    tokens    int32[U]             symbols and two boundaries of each utterance
    frames    int32[U]             80 Hz frames of each
    index     int32[U]             place in the list of phonemes
    voice     uint8[U]             index into metadata["voices"]
    ids       uint8[sum tokens]    0 is the boundary
    durations float16[sum tokens]  units of 25 ms, before rounding
    units     uint8[sum tokens]    as spoken
    f0        float16[sum frames]  Hz, exactly what was spoken
    energy    float16[sum frames]  the teacher's own scale
    audio     int16[sum frames * 200], 16 kHz
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import queue
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import torch
from safetensors import safe_open
from safetensors.numpy import save

if TYPE_CHECKING:
    from training.teacher import Speech

HOP: Final = 200  # samples of 16 kHz in a frame
SHARD: Final = 64  # utterances
_KEYS: Final = ("ids", "durations", "units", "f0", "energy", "audio")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance of the corpus; the arrays are those of the module's table, for this
    utterance alone.
    """

    index: int
    voice: int
    ids: npt.NDArray[np.uint8]
    durations: npt.NDArray[np.float16]
    units: npt.NDArray[np.uint8]
    f0: npt.NDArray[np.float16]
    energy: npt.NDArray[np.float16]
    audio: npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Plan:
    """What all processes know. `style_row` None: the row that the teacher's own rule picks."""

    out: Path
    teacher: Path
    phonemes: Path
    voices: tuple[str, ...]
    style_row: int | None
    gpus: int
    per_gpu: int
    limit_seconds: float
    limit_utterances: int | None
    passes: int
    begin: float
    seed: int

    @property
    def processes(self) -> int:
        return max(1, self.gpus) * self.per_gpu

    def strings(self) -> list[str]:
        with gzip.open(self.phonemes, "rt", encoding="utf-8") as file:
            strings: list[str] = json.load(file)
        return strings[: self.limit_utterances]


def _utterance(index: int, voice: int, ids: Sequence[int], speech: Speech) -> Utterance:
    from training.resample import to_16k

    frames = speech.f0.numel()
    audio = to_16k(speech.audio)[: frames * HOP]
    if audio.numel() != frames * HOP:
        raise RuntimeError(f"utterance {index}: {audio.numel()} samples for {frames} frames")

    def array(x: torch.Tensor, kind: type[Any]) -> npt.NDArray[Any]:
        return x.cpu().numpy().astype(kind)

    return Utterance(
        index=index,
        voice=voice,
        ids=np.array([0, *ids, 0], np.uint8),
        durations=array(speech.durations, np.float16),
        units=array(speech.units, np.uint8),
        f0=array(speech.f0, np.float16),
        energy=array(speech.energy, np.float16),
        audio=array((audio.clamp(-1, 1) * 32767).round(), np.int16),
    )


def write_shard(file: Path, utterances: Sequence[Utterance], voices: Sequence[str]) -> None:
    """Write `utterances` to `file`, which is there complete or not at all."""
    arrays: dict[str, npt.NDArray[Any]] = {
        key: np.concatenate([getattr(u, key) for u in utterances]) for key in _KEYS
    }
    arrays["tokens"] = np.array([u.ids.size for u in utterances], np.int32)
    arrays["frames"] = np.array([u.f0.size for u in utterances], np.int32)
    arrays["index"] = np.array([u.index for u in utterances], np.int32)
    arrays["voice"] = np.array([u.voice for u in utterances], np.uint8)
    unfinished = file.with_suffix(".tmp")
    unfinished.write_bytes(save(arrays, {"voices": json.dumps(list(voices))}))
    unfinished.rename(file)


def read_shard(file: Path) -> tuple[tuple[str, ...], list[Utterance]]:
    """Voices and utterances of one shard."""
    with safe_open(file, "np") as shard:
        voices = tuple(json.loads(shard.metadata()["voices"]))
        arrays = {key: shard.get_tensor(key) for key in shard.keys()}
    frames = arrays["frames"].cumsum()[:-1]
    cuts = dict.fromkeys(_KEYS, frames) | dict.fromkeys(
        ("ids", "durations", "units"), arrays["tokens"].cumsum()[:-1]
    )
    cuts["audio"] = frames * HOP
    parts = [np.split(arrays[key], cuts[key]) for key in _KEYS]
    numbers = zip(arrays["index"].tolist(), arrays["voice"].tolist(), strict=True)
    return voices, [
        Utterance(i, v, *fields) for (i, v), *fields in zip(numbers, *parts, strict=True)
    ]


def read_corpus(folder: Path) -> Iterator[tuple[str, str, Utterance]]:
    """All utterances of a corpus and of the folders inside it, in the order of their shards' paths:
    the name of the folder inside `folder` ("" for itself), of the voice, and the utterance.
    """
    for file in sorted(folder.rglob("shard_*.safetensors")):
        part = file.relative_to(folder).parts[0] if file.parent != folder else ""
        voices, utterances = read_shard(file)
        for utterance in utterances:
            yield part, voices[utterance.voice], utterance


def jobs(texts: int, passes: int, begin: float) -> list[tuple[int, int, int]]:
    """(number, pass, first text) of each shard, in the order of their making. A shard's number does
    not depend on where the order begins."""
    starts = range(0, texts, SHARD)
    pairs = [(turn, at) for turn in range(passes) for at in starts]
    numbered = [(number, turn, at) for number, (turn, at) in enumerate(pairs)]
    skipped = int(begin * len(starts))
    return numbered[skipped:] + numbered[:skipped]


def _work(rank: int, plan: Plan, begin: float, reports: Queue[float | None]) -> None:
    """One process: every shard whose turn is `rank` modulo the number of processes, until the
    time is up.
    """
    from training.teacher import load_styles, load_teacher

    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    device = f"cuda:{rank % plan.gpus}" if plan.gpus else "cpu"
    teacher = load_teacher(plan.teacher, device)
    styles = load_styles(plan.teacher)
    rows = [styles[voice].to(device) for voice in plan.voices]
    strings = plan.strings()
    for job, turn, at in jobs(len(strings), plan.passes, plan.begin)[rank :: plan.processes]:
        file = plan.out / f"shard_{job:05d}.safetensors"
        if file.exists():
            continue
        torch.manual_seed(plan.seed + job)  # the source's noise, whatever came before
        done: list[Utterance] = []
        for index in range(at, min(at + SHARD, len(strings))):
            if time.time() - begin > plan.limit_seconds:
                break
            voice = (index + turn) % len(rows)
            ids = teacher.encode(strings[index])
            row = len(ids) - 1 if plan.style_row is None else plan.style_row
            done.append(_utterance(index, voice, ids, teacher(ids, rows[voice][row])))
            reports.put(done[-1].audio.size / 16_000)
        if done:
            write_shard(file, done, plan.voices)
        if time.time() - begin > plan.limit_seconds:
            break
    reports.put(None)


def generate(plan: Plan) -> float:
    """Run all processes of `plan` to their end; returns the seconds of speech made.

    Raises:
        RuntimeError: a process died; what the others finished is kept.
    """
    from tqdm import tqdm

    plan.out.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    reports: Queue[float | None] = context.Queue()
    begin = time.time()
    workers = [
        context.Process(target=_work, args=(rank, plan, begin, reports))
        for rank in range(plan.processes)
    ]
    for worker in workers:
        worker.start()
    total, running = 0.0, len(workers)
    with tqdm(unit=" s of speech", unit_scale=True, file=sys.stderr, mininterval=5) as bar:
        while running:
            try:
                seconds = reports.get(timeout=5)
            except queue.Empty:
                if any(worker.exitcode not in (0, None) for worker in workers):
                    break
                continue
            if seconds is None:
                running -= 1
            else:
                total += seconds
                bar.update(seconds)
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError(
            f"exit codes of the processes: {[worker.exitcode for worker in workers]}"
        )
    return total


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--teacher", type=Path, required=True, help="folder of training.teacher_pack"
    )
    parser.add_argument(
        "--phonemes", type=Path, required=True, help="list of strings as JSON (.gz)"
    )
    parser.add_argument("--voices", default="af_heart,af_sarah,am_michael,am_eric")
    parser.add_argument(
        "--style-row",
        type=int,
        default=100,
        help="-1: the teacher's own choice, by the number of symbols",
    )
    parser.add_argument("--gpus", type=int, default=torch.cuda.device_count())
    parser.add_argument(
        "--per-gpu", type=int, default=8, help="processes on each GPU, or in all without one"
    )
    parser.add_argument(
        "--passes",
        type=int,
        default=1,
        help="times that each text is read, by another voice each time",
    )
    parser.add_argument(
        "--begin",
        type=float,
        default=0.0,
        help="share of the texts to leave for the end: those that an earlier corpus has",
    )
    parser.add_argument(
        "--limit-seconds",
        type=float,
        default=float("inf"),
        help="stop after so long, keeping what is done (the shards then at work stay short)",
    )
    parser.add_argument("--limit-utterances", type=int)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    begin = time.time()
    plan = Plan(
        out=options.out,
        teacher=options.teacher,
        phonemes=options.phonemes,
        voices=tuple(options.voices.split(",")),
        style_row=None if options.style_row < 0 else options.style_row,
        gpus=options.gpus,
        per_gpu=options.per_gpu,
        limit_seconds=options.limit_seconds,
        limit_utterances=options.limit_utterances,
        passes=options.passes,
        begin=options.begin,
        seed=options.seed,
    )
    seconds = generate(plan)
    spent = time.time() - begin
    print(
        f"{seconds / 3600:.2f} h of speech in {spent:.0f} s, {seconds / spent:.0f} times real time",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
