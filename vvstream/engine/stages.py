"""The two stages on their devices: what a batch of orders becomes.

An order is a row of float32: which slot, what the utterance asks for, and what this step is about.
All orders of a step travel as one matrix. Whole numbers in them stay below 2**24, so that float32
holds them exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.profiler import record_function

from vvstream.acoustic.decoder import DecoderState, pitch_of, place_features
from vvstream.acoustic.expression import FEATURES, Expression, wishes
from vvstream.acoustic.model import AcousticModel
from vvstream.audio import PCM_PEAK
from vvstream.engine.level import level
from vvstream.engine.runner import Handed, Outputs, Pending, Program, Runner
from vvstream.engine.slots import Memory, Pool, Slots
from vvstream.engine.track import ENCODER_STEP
from vvstream.streaming.depth import Depth
from vvstream.streaming.state import Layout
from vvstream.vocoder.model import DELAY, Vocoder, VocoderState

MEMORY: Final = 128  # tokens whose encoding is kept until their frames are made
# Orders of the encoder: slot, voice, number of the first token that comes out, then units.
UNITS_AT: Final = 3
# Orders of the decoder: slot, voice, depth, expression, then of each frame FRAME_FEATURES.
FRAMES_AT: Final = 3 + 2 * FEATURES
FRAME_FEATURES: Final = 4  # token, offset, length, log of the ratio by which F0 is changed
HALF: Final = 1 << 16  # a seed has 32 bits: more than a float holds

Orders = NDArray[np.float32]


def _named(stage: str) -> AbstractContextManager[Any]:
    """What follows, for a profiler; naming it for nobody costs a tenth of a launch."""
    enabled = torch.autograd.profiler._is_profiler_enabled
    return record_function(stage) if enabled else nullcontext()


@dataclass(frozen=True, slots=True)
class _Beside:
    """A pool that belongs to another runner than those it is resized with."""

    pool: Pool[DecoderState]
    runner: Runner

    def resize(self, capacity: int) -> None:
        with self.runner.active():
            self.pool.resize(capacity)

    @property
    def bytes_a_row(self) -> int:
        return self.pool.bytes_a_row


class Acoustic:
    """One language: units in, mel frames and pitch out."""

    def __init__(
        self,
        model: AcousticModel,
        runner: Runner,
        limit: int,
        gains: Sequence[float] = (),
        paces: Sequence[float] = (),
        decoding: Runner | None = None,
    ) -> None:
        """`gains`: by how much each voice is made louder, `paces`: quicker; none: not at all.
        `decoding` runs the decoder, beside the encoder's `runner` and on the same device; None:
        that one does both."""
        self.model = model
        self.gains = tuple(gains) or (1.0,) * model.sizes.voices
        self.paces = tuple(paces) or (1.0,) * model.sizes.voices
        self.runner = runner
        self.decoding = decoding or runner
        like = model.decoder.voice.weight
        self._encoder = Pool(Layout(model.encoder.init(1)), runner.device)
        self._decoder = Pool(Layout(model.decoder.init(1)), runner.device)
        self.memory = Memory(MEMORY, model.sizes.channels, like)
        decoder = _Beside(self._decoder, self.decoding)
        self.slots = Slots(limit, (self._encoder, decoder, self.memory))
        self._begin = Program("begin", model, self._encoder, True, self._begun)
        self._encode = Program("encode", model, self._encoder, False, self._encoded)
        # The decoder's programs by the depth that the deepest row goes.
        depths = range(model.sizes.mel_blocks + 1)
        self._open = [
            Program("open", model, self._decoder, True, partial(self._opened, depth))
            for depth in depths
        ]
        self._go_on = [
            Program("frames", model, self._decoder, False, partial(self._stepped, depth))
            for depth in depths
        ]

    @property
    def most_encoded(self) -> int:
        """The most rows of one step of the encoder."""
        return self.runner.largest_wide

    @property
    def lookahead_units(self) -> int:
        return self.model.encoder.lookahead

    @property
    def lookahead_frames(self) -> int:
        return self.model.decoder.lookahead

    def begin(self, orders: Orders) -> Pending:
        """Slots that begin: the context's units, as many as the look-ahead, and a step's.

        -> float32[B, ENCODER_STEP], the log durations of the first tokens.
        """
        return self._run_encoder(self._begin, orders)

    def encode(self, orders: Orders) -> Pending:
        """The next units of each slot, of one step or more -> the log durations of as many tokens.

        A token is the same in a step of any size (streaming/attention.py).
        """
        return self._run_encoder(self._encode, orders)

    def frames(self, orders: Orders, *, first: bool, deepest: int) -> Handed:
        """The next frames of each slot -> mel[B, T, mels], pitch[B, T, 2].

        They are `lookahead_frames` behind, so many fewer the `first` time.
        """
        programs = self._open if first else self._go_on
        blocks = len(programs) - 1
        program = programs[deepest if self.runner.shallow else blocks]
        with self.runner.active(), _named("recall"):
            sent = self.runner.send(orders)
            rows, places = sent[:, 0].long(), sent[:, FRAMES_AT:].unflatten(1, (-1, FRAME_FEATURES))
            recalled = self.memory.recall(rows, places[..., 0].long())
            handed = self.runner.hand_over((rows, sent, recalled), fresh=True)
        runner = self.decoding
        with runner.active(), _named("acoustic"):
            rows, *inputs = runner.accept(handed)
            return runner.hand_over(runner.run(program, rows, inputs))

    def _run_encoder(self, program: Program, orders: Orders) -> Pending:
        with self.runner.active(), _named("encoder"):
            sent = self.runner.send(orders)
            rows = sent[:, 0].long()
            encodings, durations = self.runner.run(program, rows, (sent,))
            self.memory.keep(rows, sent[:, 2].long(), encodings)
            return self.runner.fetch(durations)

    def _begun(self, orders: Tensor) -> tuple[Outputs, Tensor]:
        voices, units = orders[:, 1].long(), orders[:, UNITS_AT:].long()
        encoder, ahead = self.model.encoder, self.lookahead_units
        state = encoder.prime(units[:, :ahead], voices, encoder.init(orders.shape[0]))
        encodings, durations, state = encoder.step(units[:, ahead:], voices, state)
        # What comes out before the last step is the context, which was spoken before.
        first = (encodings[:, -ENCODER_STEP:], durations[:, -ENCODER_STEP:].float())
        return first, self._encoder.layout.pack(state)

    def _encoded(self, matrix: Tensor, orders: Tensor) -> tuple[Outputs, Tensor]:
        layout = self._encoder.layout
        units = orders[:, UNITS_AT:].long()
        encodings, durations, state = self.model.encoder.step(
            units, orders[:, 1].long(), layout.unpack(matrix)
        )
        return (encodings, durations.float()), layout.pack(state)

    def _opened(
        self, deepest: int, orders: Tensor, encodings: Tensor
    ) -> tuple[Outputs, Tensor]:
        decoder, ahead = self.model.decoder, self.lookahead_frames
        frames, shift, expressed, depth = self._read(deepest, orders, encodings)
        state = decoder.prime(frames[:, :ahead], decoder.init(orders.shape[0]), expressed)
        return self._made(
            *decoder.step(frames[:, ahead:], state, shift[:, ahead:], expressed, depth)
        )

    def _stepped(
        self, deepest: int, matrix: Tensor, orders: Tensor, encodings: Tensor
    ) -> tuple[Outputs, Tensor]:
        frames, shift, expressed, depth = self._read(deepest, orders, encodings)
        state = self._decoder.layout.unpack(matrix)
        return self._made(*self.model.decoder.step(frames, state, shift, expressed, depth))

    def _read(
        self, deepest: int, orders: Tensor, encodings: Tensor
    ) -> tuple[Tensor, Tensor, Expression | None, Depth | None]:
        """Frames as the decoder takes them, logs of F0's ratios, and what holds for all frames."""
        places = orders[:, FRAMES_AT:].unflatten(1, (-1, FRAME_FEATURES))
        features = place_features(places[..., 1], places[..., 2]).to(encodings.dtype)
        frames = self.model.decoder.embed(encodings, features, orders[:, 1].long())
        scale, offset = orders[:, 3 : 3 + FEATURES], orders[:, 3 + FEATURES : FRAMES_AT]
        return (
            frames,
            places[..., 3],
            Expression(scale, offset) if self.model.sizes.neutral else None,
            Depth(orders[:, 2].long(), deepest) if self.model.sizes.exits else None,
        )

    def _made(
        self, mel: Tensor, prosody: Tensor, state: DecoderState
    ) -> tuple[Outputs, Tensor]:
        return (mel, pitch_of(prosody)), self._decoder.layout.pack(state)


class Sound:
    """Mel frames and pitch in, samples out; one for all languages."""

    def __init__(self, vocoder: Vocoder, runner: Runner, limit: int) -> None:
        self.vocoder = vocoder
        self.runner = runner
        self._pool = Pool(Layout(vocoder.init(1, torch.zeros(1, dtype=torch.long))), runner.device)
        self.slots = Slots(limit, (self._pool,))
        depths = range(vocoder.sizes.blocks + 1)
        self._open = [
            Program("sound", vocoder, self._pool, True, partial(self._opened, depth))
            for depth in depths
        ]
        self._go_on = [
            Program("samples", vocoder, self._pool, False, partial(self._stepped, depth))
            for depth in depths
        ]

    @property
    def lookahead_frames(self) -> int:
        return self.vocoder.lookahead

    @property
    def delay(self) -> int:
        """Samples that come out before the utterance's first."""
        return DELAY

    def samples(self, orders: Orders, handed: Handed, *, first: bool, deepest: int) -> Pending:
        """The next mel frames of each slot -> int16[B, samples], as `level` leaves them.

        `lookahead_frames` behind, so many fewer the `first` time.
        """
        programs = self._open if first else self._go_on
        program = programs[deepest if self.runner.shallow else len(programs) - 1]
        with self.runner.active(), _named("vocoder"):
            sent = self.runner.send(orders)
            given = self.runner.accept(handed)
            (samples,) = self.runner.run(program, sent[:, 0].long(), (sent, *given))
            return self.runner.fetch(samples)

    def _opened(
        self, deepest: int, orders: Tensor, mel: Tensor, pitch: Tensor
    ) -> tuple[Outputs, Tensor]:
        ahead = self.lookahead_frames
        seed = orders[:, 2].long() + HALF * orders[:, 3].long()
        state = self.vocoder.init(orders.shape[0], seed)
        state = self.vocoder.prime(mel[:, :ahead], pitch[:, :ahead], state)
        return self._made(deepest, orders, mel[:, ahead:], pitch[:, ahead:], state)

    def _stepped(
        self, deepest: int, matrix: Tensor, orders: Tensor, mel: Tensor, pitch: Tensor
    ) -> tuple[Outputs, Tensor]:
        return self._made(deepest, orders, mel, pitch, self._pool.layout.unpack(matrix))

    def _made(
        self, deepest: int, orders: Tensor, mel: Tensor, pitch: Tensor, state: VocoderState
    ) -> tuple[Outputs, Tensor]:
        depth = Depth(orders[:, 1].long(), deepest) if self.vocoder.sizes.exits else None
        samples, state = self.vocoder.step(mel, pitch, state, depth)
        pcm = (level(samples, orders[:, 4]) * PCM_PEAK).round().to(torch.int16)
        return (pcm,), self._pool.layout.pack(state)


def frame_orders(model: AcousticModel, voice: int, cfg: float, steps: int) -> Orders:
    """[FRAMES_AT]: what an utterance asks of the decoder; its slot is not known yet."""
    scale, offset = wishes(model.sizes.neutral, voice, cfg)
    return np.array([-1, voice, model.depth_of(steps), *scale, *offset], np.float32)


def sound_orders(vocoder: Vocoder, seed: int, steps: int, gain: float) -> Orders:
    """[5]: slot, depth, the two halves of the seed, and how much louder."""
    return np.array([-1, vocoder.depth_of(steps), seed % HALF, seed // HALF, gain], np.float32)
