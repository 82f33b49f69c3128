"""Random cuts of a corpus: what a vocoder hears, and the sound that it should make of it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.features import HOP, Corpus
from vvstream.vocoder.model import DELAY, Vocoder

SEGMENT = 64  # frames that are judged
CONTEXT = 40  # frames before them: the stack's memory
LENGTH = CONTEXT + SEGMENT + Vocoder.lookahead


@dataclass(frozen=True, slots=True)
class Cut:
    at: Tensor  # long[B, LENGTH], frames of the corpus
    pitch: Tensor  # float[B, LENGTH, 2]
    phase: Tensor  # double[B], cycles at the centre of the first frame
    samples: Tensor  # float[B, SEGMENT * HOP]


class Cuts:
    """Cuts from the utterances whose first frame is in first..end; none crosses from one into the
    next, and so many frames `before` and `after` it belong to its utterance too.
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
        self.corpus, self.batch = corpus, batch
        self.pitch = torch.stack((corpus.f0, corpus.voiced), -1)
        starts = [
            torch.arange(u.first_frame + before, u.first_frame + u.frames - LENGTH - after, 2)
            for u in corpus.utterances
            if first <= u.first_frame < end and u.frames > before + LENGTH + after
        ]
        self.starts = torch.cat(starts).to(device)
        self.frames = torch.arange(LENGTH, device=device)
        self.samples = torch.arange(SEGMENT * HOP, device=device) + CONTEXT * HOP - DELAY

    def draw(self) -> Cut:
        device = self.starts.device
        starts = self.starts[torch.randint(len(self.starts), (self.batch,), device=device)]
        at = starts[:, None] + self.frames
        samples = self.corpus.samples[(starts * HOP)[:, None] + self.samples].float() / 32768
        return Cut(at, self.pitch[at], self.corpus.phase[starts].double(), samples)
