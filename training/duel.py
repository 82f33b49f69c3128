"""A generator of sound against its critics, a step at a time, each step one CUDA graph."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from training.discriminators import Critics, adversarial_loss, critic_loss
from training.graphed import GraphedStep
from training.schedule import Average, annealed, save, warm
from training.spectral_loss import SpectralLoss

MAGNITUDE_WEIGHT = 15.0
PHASE_WEIGHT = 5.0  # before the critics
PHASE_WEIGHT_LATER = 2.0  # what cannot be predicted should be noise, not silence
FEATURE_WEIGHT = 2.0
WARM_UP = 500  # steps until the full rate, of the generator and of the critics
INTRODUCTION = 400  # steps of new critics alone, before they may teach: they know nothing yet
REPORT_STEPS = 200
SAVE_SECONDS = 180.0
REPORTED = ("magnitude", "phase", "fooled", "matched", "critics", "aside")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A batch that was spoken, its original, and a loss that the generator pays besides."""

    made: Tensor  # float[B, samples]
    real: Tensor  # float[B, samples]
    aside: Tensor  # float[]


class Duel:
    """`speak` makes an attempt with the modules `generators`, whose weights are learned."""

    def __init__(
        self,
        speak: Callable[[], Attempt],
        generators: Sequence[nn.Module],
        critic_scale: float,
        device: str,
    ) -> None:
        self.speak, self.device = speak, device
        self.generator = nn.ModuleList(generators)
        self.critics = Critics(scale=critic_scale).to(device)
        self.spectral = SpectralLoss().to(device)
        self.average = Average(self.generator, 0.999)
        self.introduction = INTRODUCTION
        self.generator_optimiser, self.critic_optimiser = (
            torch.optim.AdamW(
                module.parameters(),
                torch.tensor(1e-7, device=device),
                (0.8, 0.99),
                weight_decay=0.01,
                fused=device == "cuda",
                capturable=device == "cuda",
            )
            for module in (self.generator, self.critics)
        )

    def learn_alone(self) -> Tensor:
        """A step by the spectral losses only. float[6], as in REPORTED."""
        attempt = self.speak()
        magnitude, phase = self.spectral(attempt.made, attempt.real)
        self._climb(MAGNITUDE_WEIGHT * magnitude + PHASE_WEIGHT * phase + attempt.aside)
        zero = torch.zeros_like(magnitude.detach())
        return torch.stack(
            [x.detach() for x in (magnitude, phase, zero, zero, zero, attempt.aside)]
        )

    def introduce_critics(self) -> Tensor:
        """A step of the critics only. float[6]."""
        judged = self._judge(self.speak())
        zero = torch.zeros_like(judged)
        return torch.stack((zero, zero, zero, zero, judged, zero))

    def learn_against_critics(self) -> Tensor:
        """A step of the critics, then one of the generator against them. float[6]."""
        attempt = self.speak()
        made, real = attempt.made, attempt.real
        judged = self._judge(attempt)
        with self.half():
            with torch.no_grad():
                wanted = self.critics(real)
            verdicts = self.critics(made)
        fooled, matched = adversarial_loss(verdicts, wanted)
        magnitude, phase = self.spectral(made, real)
        self._climb(
            MAGNITUDE_WEIGHT * magnitude
            + PHASE_WEIGHT_LATER * phase
            + fooled
            + FEATURE_WEIGHT * matched
            + attempt.aside
        )
        return torch.stack(
            [x.detach() for x in (magnitude, phase, fooled, matched, judged, attempt.aside)]
        )

    def _judge(self, attempt: Attempt) -> Tensor:
        self.critic_optimiser.zero_grad(set_to_none=False)
        with self.half():
            verdicts = self.critics(torch.cat((attempt.real, attempt.made.detach())))
        judged = critic_loss(verdicts)
        judged.backward()
        torch.nn.utils.clip_grad_norm_(self.critics.parameters(), 100.0)
        self.critic_optimiser.step()
        return judged.detach()

    def _climb(self, loss: Tensor) -> None:
        self.generator_optimiser.zero_grad(set_to_none=False)
        parameters = list(self.generator.parameters())
        loss.backward(inputs=parameters)  # not the critics', which are not to learn from this
        torch.nn.utils.clip_grad_norm_(parameters, 10.0)
        self.generator_optimiser.step()
        self.average.update()

    def half(self) -> torch.autocast:
        return torch.autocast(self.device, torch.bfloat16, cache_enabled=False)

    def set_rate(self, generator: float, critics: float) -> None:
        for optimiser, value in (
            (self.generator_optimiser, generator),
            (self.critic_optimiser, critics),
        ):
            for group in optimiser.param_groups:
                group["lr"].fill_(value)

    def read_critics(self, folder: Path) -> None:
        """Go on with the critics of a checkpoint, if there is one."""
        if (checkpoint := folder / "critics.pt").exists():
            content = torch.load(checkpoint, map_location=self.device)
            self.critics.load_state_dict(content["critics"], strict=False)
            self.introduction = 0

    def save_critics(self, folder: Path, step: int) -> None:
        critics = {name: w.half().cpu() for name, w in self.critics.state_dict().items()}
        save(folder / "critics.pt", {"critics": critics, "step": step})


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long, and how fast. `done` steps were made in runs before."""

    name: str
    seconds: float
    peak: float
    done: int


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, and the shares of the rate."""

    step: GraphedStep
    generator: float
    critics: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """The generator alone for `before` steps, new critics for theirs, then both."""

    alone: GraphedStep
    introduce: GraphedStep
    against: GraphedStep
    before: int
    introduction: int

    def turn(self, count: int) -> Turn:
        """After `count` steps of this run."""
        met = count - self.before
        if met < 0:
            return Turn(self.alone, warm(count, WARM_UP), 0.0)
        if met < self.introduction:
            return Turn(self.introduce, 0.0, warm(met, WARM_UP))
        return Turn(self.against, warm(count - self.introduction, WARM_UP), warm(met, WARM_UP))


def capture(duel: Duel, before: int) -> Rounds:
    """The steps as graphs, with critics from step `before` on; warming them up leaves no trace in
    the weights."""
    kept = copy.deepcopy([duel.generator.state_dict(), duel.critics.state_dict()])
    pool = torch.cuda.graph_pool_handle() if duel.device == "cuda" else None
    alone, introduce, against = (
        GraphedStep(step, (), pool)
        for step in (duel.learn_alone, duel.introduce_critics, duel.learn_against_critics)
    )
    duel.generator.load_state_dict(kept[0])
    duel.critics.load_state_dict(kept[1])
    duel.average.restart()
    print("graphs captured", flush=True)
    return Rounds(alone, introduce, against, before, duel.introduction)


def fight(
    duel: Duel,
    schedule: Schedule,
    rounds: Rounds,
    between: Callable[[], None],
    checkpoint: Callable[[int], None],
    over: Callable[[int, bool], bool] = lambda _, late: late,
) -> None:
    """Step until the time is up, or as `over` decides that is told the steps and whether it is.

    `between` runs at every report, `checkpoint` now and then and at the end.
    """
    limit = schedule.seconds
    started = saved = time.monotonic()
    count = 0
    bar = tqdm(total=round(limit), unit="s", mininterval=10)
    while not over(count, (elapsed := time.monotonic() - started) >= limit):
        turn = rounds.turn(count)
        now = schedule.peak * annealed(elapsed, limit)
        duel.set_rate(now * turn.generator, now * turn.critics)
        losses = turn.step()
        count += 1
        if count % REPORT_STEPS == 0:
            shown = " ".join(f"{n} {v:.4f}" for n, v in zip(REPORTED, losses.tolist(), strict=True))
            bar.update(round(elapsed) - bar.n)
            print(f"{schedule.name} {schedule.done + count} {elapsed:.0f}s {shown}", flush=True)
            between()
        if time.monotonic() - saved > SAVE_SECONDS:
            checkpoint(schedule.done + count)
            saved = time.monotonic()
    checkpoint(schedule.done + count)
    print(f"{schedule.name} done {schedule.done + count}", flush=True)
