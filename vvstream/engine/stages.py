"""The models on their device, and one advance of a batch of slots through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vvstream.acoustic.decoder import pitch_of, place_features
from vvstream.acoustic.model import AcousticModel
from vvstream.engine.slots import MEMORY, SlotState, fresh_state
from vvstream.engine.track import Place
from vvstream.vocoder.model import DELAY, Vocoder

Pitches = Sequence[Sequence[float] | None]
"""Of each row the ratios by which F0 is changed, None for a row whose voice is left alone."""


@dataclass(frozen=True, slots=True)
class Stages:
    """One language's acoustic model and the vocoder. Everything here takes a batch of rows."""

    acoustic: AcousticModel
    vocoder: Vocoder
    device: torch.device

    @property
    def lookahead_units(self) -> int:
        return self.acoustic.encoder.lookahead

    @property
    def opening_frames(self) -> int:
        """Frames that the stages swallow before the first push."""
        return self.acoustic.decoder.lookahead + self.vocoder.lookahead

    @property
    def opened_frames(self) -> int:
        """How many of the opening frames the decoder's first step settles."""
        return self.vocoder.lookahead

    @property
    def delay(self) -> int:
        """Samples that come out before the utterance's first."""
        return DELAY

    def begin(
        self, voices: Sequence[int], seeds: Sequence[int], units: Sequence[Sequence[int]]
    ) -> SlotState:
        """Fresh slots whose encoder has seen these units, equally many a row: `lookahead_units`,
        and before them any context, whose encodings nobody needs."""
        state = fresh_state(
            self.acoustic, self.vocoder, self._long(voices), self._long(seeds)
        )
        batch, ahead = self._long(units), self.lookahead_units
        encoder = self.acoustic.encoder.prime(batch[:, :ahead], state.voice, state.encoder)
        if batch.shape[1] > ahead:
            _, _, encoder = self.acoustic.encoder.step(batch[:, ahead:], state.voice, encoder)
        return replace(state, encoder=encoder)

    def encode(
        self, state: SlotState, units: Sequence[Sequence[int]], tokens: Sequence[int]
    ) -> tuple[list[list[float]], SlotState]:
        """The next units of each row; tokens[i] is the number of the first token that comes out.

        Returns the log durations of those tokens, one list a row.
        """
        batch = self._long(units)
        encoding, durations, encoder = self.acoustic.encoder.step(
            batch, state.voice, state.encoder
        )
        rows = torch.arange(len(tokens), device=self.device)[:, None]
        places = self._long([[(t + i) % MEMORY for i in range(batch.shape[1])] for t in tokens])
        memory = state.memory.index_put((rows, places), encoding)
        return durations.float().cpu().tolist(), replace(state, encoder=encoder, memory=memory)

    def open_frames(
        self, state: SlotState, places: Sequence[Sequence[Place]], pitches: Pitches
    ) -> SlotState:
        """The first `opening_frames` frames of each row: nothing is heard yet.

        `pitches` are for the last `opened_frames` of them whose prosody is settled here; those
        before are the opening boundary's.
        """
        frames = self._frames(state, places)
        ahead = self.acoustic.decoder.lookahead
        decoder = self.acoustic.decoder.prime(frames[:, :ahead], state.decoder)
        mel, prosody, decoder = self.acoustic.decoder.step(
            frames[:, ahead:], decoder, self._shift(pitches)
        )
        vocoder = self.vocoder.prime(mel, pitch_of(prosody), state.vocoder)
        return replace(state, decoder=decoder, vocoder=vocoder)

    def advance(
        self, state: SlotState, places: Sequence[Sequence[Place]], pitches: Pitches
    ) -> tuple[NDArray[np.float32], SlotState]:
        """The next frames of each row, equally many -> samples float32[rows, frames * HOP].

        `pitches`: one a frame, of the frames whose prosody is settled now.
        """
        frames = self._frames(state, places)
        mel, prosody, decoder = self.acoustic.decoder.step(
            frames, state.decoder, self._shift(pitches)
        )
        samples, vocoder = self.vocoder.step(mel, pitch_of(prosody), state.vocoder)
        made: NDArray[np.float32] = samples.float().cpu().numpy()
        return made, replace(state, decoder=decoder, vocoder=vocoder)

    def _frames(self, state: SlotState, places: Sequence[Sequence[Place]]) -> Tensor:
        tokens = self._long([[place.token % MEMORY for place in row] for row in places])
        inside = torch.tensor(
            [[(place.offset, place.length) for place in row] for row in places],
            dtype=torch.float32,
        ).to(self.device)
        rows = torch.arange(len(places), device=self.device)[:, None]
        features = place_features(inside[..., 0], inside[..., 1])
        encoding = state.memory[rows, tokens]
        return self.acoustic.decoder.embed(encoding, features.to(encoding.dtype), state.voice)

    def _shift(self, pitches: Pitches) -> Tensor | None:
        """Logs of the ratios, float[rows, frames]; None where no row asks for another pitch."""
        length = next((len(row) for row in pitches if row is not None), 0)
        if not length:
            return None
        ratios = [[1.0] * length if row is None else row for row in pitches]
        return torch.tensor(ratios, dtype=torch.float32).log().to(self.device)

    def _long(self, values: Sequence[int] | Sequence[Sequence[int]]) -> Tensor:
        return torch.tensor(values, dtype=torch.long).to(self.device)
