"""The tensors of all utterances being spoken: one row a slot, grown and shrunk on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vvstream.acoustic.decoder import DecoderState
from vvstream.acoustic.encoder import EncoderState
from vvstream.acoustic.model import AcousticModel
from vvstream.streaming.state import grow, put, size_in_bytes, take
from vvstream.vocoder.model import Vocoder, VocoderState

MEMORY = 64  # tokens whose encoding is kept until their frames are made


@dataclass(frozen=True, slots=True)
class SlotState:
    """Everything that a session's voice is made of between two ticks."""

    encoder: EncoderState
    memory: Tensor  # float[S, MEMORY, C], encodings by token number modulo MEMORY
    decoder: DecoderState
    vocoder: VocoderState
    voice: Tensor  # long[S], row of the voice embedding


def fresh_state(
    acoustic: AcousticModel, vocoder: Vocoder, voice: Tensor, seed: Tensor
) -> SlotState:
    """The state of len(voice) utterances that have not begun."""
    batch = len(voice)
    like = acoustic.decoder.place.weight
    return SlotState(
        acoustic.encoder.init(batch),
        like.new_zeros(batch, MEMORY, acoustic.sizes.channels),
        acoustic.decoder.init(batch),
        vocoder.init(batch, seed),
        voice.to(like.device),
    )


class Slots:
    """Rows for utterances. Capacity doubles when full and halves while three quarters are free.

    `take` only counts, so that it may be called while a tick runs; the tensors are replaced by
    `make_room` and `free` alone, which belong to whoever ticks.
    """

    def __init__(self, acoustic: AcousticModel, vocoder: Vocoder, limit: int) -> None:
        self.limit = limit
        one = torch.zeros(1, dtype=torch.long)
        self.state = fresh_state(acoustic, vocoder, one, one)
        self._used: set[int] = set()

    @property
    def capacity(self) -> int:
        return len(self.state.voice)

    @property
    def used(self) -> int:
        return len(self._used)

    @property
    def size_in_bytes(self) -> int:
        return size_in_bytes(self.state)

    def gather(self, rows: Sequence[int]) -> SlotState:
        """The states of some rows as a batch."""
        return self.state if self._are_all(rows) else take(self.state, self._index(rows))

    def scatter(self, rows: Sequence[int], part: SlotState) -> None:
        """Put the states of a batch back into their rows."""
        if self._are_all(rows):
            self.state = part  # one listener alone, or all at once, pay for no copies
        else:
            put(self.state, self._index(rows), part)

    def _are_all(self, rows: Sequence[int]) -> bool:
        return len(rows) == self.capacity and all(row == i for i, row in enumerate(rows))

    def _index(self, rows: Sequence[int]) -> Tensor:
        return torch.tensor(rows, dtype=torch.long, device=self.state.voice.device)

    def take(self) -> int:
        """A free row. Raises IndexError at the limit: whoever admits must ask first."""
        if self.used >= self.limit:
            raise IndexError(f"all {self.limit} slots are taken")
        row = next(row for row in range(self.limit) if row not in self._used)
        self._used.add(row)
        return row

    def make_room(self, row: int) -> None:
        """Grow until there is such a row."""
        capacity = self.capacity
        while capacity <= row:
            capacity = min(self.limit, 2 * capacity)
        if capacity > self.capacity:
            self.state = grow(self.state, capacity)

    def free(self, row: int) -> None:
        self._used.discard(row)
        capacity = self.capacity
        # Shrinking never moves a row: it waits until the upper half is empty.
        highest = max(self._used, default=-1)
        while capacity > 1 and self.used <= capacity // 4 and highest < capacity // 2:
            capacity //= 2
        if capacity < self.capacity:
            self.state = grow(self.state, capacity)
