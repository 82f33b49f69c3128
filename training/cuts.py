"""Random cuts of a corpus: what a vocoder hears, and the sound that it should make of it.

Most cuts are judged past a CONTEXT that fills the stacks' memory. One in OPENINGS is an utterance's
beginning and judged from its first frame on, as a listener hears it, with memories that are empty:
otherwise nobody would ever learn how a first consonant begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.features import HOP, Corpus
from vvstream.vocoder.model import DELAY, Vocoder

SEGMENT = 64  # frames that are judged
CONTEXT = 40  # frames before them: the stack's memory
LENGTH = CONTEXT + SEGMENT + Vocoder.lookahead
OPENINGS = 4


@dataclass(frozen=True, slots=True)
class Cut:
    at: Tensor  # long[B, LENGTH], frames of the corpus
    pitch: Tensor  # float[B, LENGTH, 2]
    phase: Tensor  # double[B], cycles at the centre of the first frame
    opens: Tensor  # bool[B], whether the first frame is an utterance's first
    samples: Tensor  # float[B, SEGMENT * HOP], of the frames that are judged

    def judged(self, made: Tensor) -> Tensor:
        """Of made[B, (CONTEXT + SEGMENT) * HOP], what `samples` is the original of."""
        return shifted(made, ~self.opens, CONTEXT * HOP, SEGMENT * HOP)


def shifted(x: Tensor, rows: Tensor, by: int, count: int) -> Tensor:
    """x[B, T, ...], bool[B] -> [B, count, ...]: the first ones, in `rows` those `by` later."""
    at = torch.arange(count, device=x.device) + by * rows[:, None]
    return x[torch.arange(len(x), device=x.device)[:, None], at]


class Cuts:
    """Cuts from the utterances whose first frame is in first..end; none crosses from one into the
    next, and so many frames `before` (but of openings) and `after` it belong to its utterance too.
    """

    def __init__(
        self,
        corpus: Corpus,
        first: int,
        end: int,
        batch: int,
        before: int = 0,
        after: int = 0,
    ) -> None:
        device = corpus.f0.device
        self.corpus = corpus
        self.pitch = torch.stack((corpus.f0, corpus.voiced), -1)
        own = [u for u in corpus.utterances if first <= u.first_frame < end]
        starts = [
            torch.arange(u.first_frame + before, u.first_frame + u.frames - LENGTH - after, 2)
            for u in own
            if u.frames > before + LENGTH + after
        ]
        self.starts = torch.cat(starts).to(device)
        # What a decoder reads beyond the cut may be of the next utterance: it is not judged.
        last = end - before - LENGTH - after
        opening = [
            u.first_frame for u in own if u.frames >= LENGTH + after and u.first_frame <= last
        ]
        self.openings = torch.tensor(opening, dtype=torch.long, device=device)
        self.opened = batch // OPENINGS  # who is long enough for another cut opens one too
        self.opens = torch.arange(batch, device=device) < self.opened
        self.frames = torch.arange(LENGTH, device=device)
        self.samples = torch.arange(SEGMENT * HOP, device=device) - DELAY

    def draw(self) -> Cut:
        others = len(self.opens) - self.opened
        starts = torch.cat((_chosen(self.openings, self.opened), _chosen(self.starts, others)))
        at = starts[:, None] + self.frames
        heard = starts * HOP + CONTEXT * HOP * ~self.opens
        # Before an opening lies the end of another utterance, of which the delay would tell.
        places = heard[:, None] + self.samples
        samples = self.corpus.samples[places.clamp(min=0)].float() / 32768
        samples = samples.masked_fill(places < starts[:, None] * HOP, 0)
        return Cut(at, self.pitch[at], self.corpus.phase[starts].double(), self.opens, samples)


def _chosen(values: Tensor, count: int) -> Tensor:
    return values[torch.randint(len(values), (count,), device=values.device)]
