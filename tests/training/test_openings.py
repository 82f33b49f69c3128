"""How an utterance begins: what is kept of it, and that it is learned from its first frame on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.cuts import CONTEXT, LENGTH, OPENINGS, SEGMENT, Cuts
from training.features import HOP, OPENING_UNITS, Corpus, Utterance, opening_units
from vvstream.vocoder.model import DELAY

UNIT = 2 * HOP


def spoken(silent: int, units: int) -> np.ndarray:
    """A tone after so many silent units."""
    samples = (8_000 * np.sin(np.arange(units * UNIT) / 7)).astype(np.int16)
    samples[: silent * UNIT] = 0
    return samples


@pytest.mark.parametrize(("early", "kept"), [(0, 1), (1, 1), (3, 3), (6, 6), (9, 6)])
def test_a_first_sound_is_kept_whole(early: int, kept: int) -> None:
    # By its durations speech begins after 10 units; it is heard so many earlier.
    assert opening_units(spoken(10 - early, 30), 10) == kept


def test_a_short_boundary_is_kept() -> None:
    assert opening_units(spoken(0, 20), 2) == 2
    assert opening_units(np.zeros(20 * UNIT, np.int16), 4) == OPENING_UNITS[0]


def corpus(lengths: list[int]) -> Corpus:
    """Utterances whose samples are their numbers."""
    first = np.cumsum([0, *lengths])
    utterances = [
        Utterance(torch.zeros(3), 0, torch.zeros(3), torch.zeros(3), int(at), length)
        for at, length in zip(first, lengths, strict=False)
    ]
    frames = int(first[-1])
    numbers = torch.repeat_interleave(torch.arange(1, len(lengths) + 1), torch.tensor(lengths))
    return Corpus(
        utterances,
        ["af_heart"],
        {},
        numbers.repeat_interleave(HOP).to(torch.int16),
        torch.full((frames,), 100.0),
        torch.zeros(frames),
        torch.zeros(frames),
    )


def test_a_quarter_of_the_cuts_opens_an_utterance() -> None:
    whole = corpus([20, 300, 400, 150])
    firsts = {u.first_frame for u in whole.utterances if u.frames >= LENGTH}
    cuts = Cuts(whole, 0, len(whole.f0), 16)
    seen = set()
    for _ in range(20):
        cut = cuts.draw()
        assert cut.opens.sum() == 16 // OPENINGS
        starts = cut.at[:, 0].tolist()
        seen |= {at for at, opens in zip(starts, cut.opens.tolist(), strict=True) if opens}
        owners = whole.samples[cut.at * HOP]
        assert (owners == owners[:, :1]).all()  # none crosses from one into the next
        # What is judged is the cut's own sound, DELAY late, and silence before an opening.
        own = owners[:, :1].float() / 32768
        late = cut.samples[:, DELAY:]
        assert (late == own).all()
        early = cut.samples[:, :DELAY]
        expected = torch.where(cut.opens[:, None], torch.zeros_like(own), own)
        assert (early == expected).all()
    assert seen == firsts


def test_what_is_judged_lies_where_its_original_does() -> None:
    cut = Cuts(corpus([400, 400]), 0, 800, 8).draw()
    made = torch.arange((CONTEXT + SEGMENT) * HOP).expand(8, -1)
    judged = cut.judged(made)
    assert judged.shape == cut.samples.shape
    begins = torch.where(cut.opens, 0, CONTEXT * HOP)
    assert (judged == begins[:, None] + torch.arange(SEGMENT * HOP)).all()


def test_an_utterance_that_is_too_short_is_left_out() -> None:
    cuts = Cuts(corpus([LENGTH - 1, 2 * LENGTH]), 0, 3 * LENGTH - 1, 8)
    assert cuts.openings.tolist() == [LENGTH - 1]


def test_what_is_read_before_a_cut_is_of_the_corpus_at_its_end_too() -> None:
    whole = corpus([3 * LENGTH, LENGTH])
    cuts = Cuts(whole, 0, 4 * LENGTH, 8, before=LENGTH)
    assert cuts.openings.tolist() == [0]  # the last one's would reach beyond the end
