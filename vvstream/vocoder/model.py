"""The vocoder: a causal ConvNeXt stack that filters a pulse train and noise, bin by bin.

For every 12.5 ms frame the network gives two short-time filters (one per 6.25 ms) for the pulse
train and two for the noise, each a complex gain per frequency bin; the filtered spectra are added
and overlap-added. This is the harmonic-plus-noise model (Stylianou 1996; Engel et al. 2020) with
the filters of an iSTFT vocoder (Vocos, Siuzdak 2023): pitch and phase come from the source, and the
network is left with what is smooth. It sees the source's own spectrum, so that it can also place
what the source does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vvstream.audio import HOP
from vvstream.streaming.conv import ConvStack, StackState
from vvstream.streaming.depth import Depth, exit_of
from vvstream.streaming.state import last
from vvstream.vocoder.source import CYCLE, advance_of, noise, pulses
from vvstream.vocoder.spectrum import (
    BINS,
    OVERLAP,
    SUBFRAMES,
    WINDOW,
    analyse,
    overlap_add,
)

LOG_F0_CENTRE = 5.0
MEL_CENTRE, MEL_SPREAD = -6.0, 3.0
SOURCE_SCALE = 1.0 / 12.0  # a Hann window of 400 gives white noise of unit variance this spectrum
LARGEST_LOG_GAIN = 4.0
# Samples leave this much after the frame that they belong to has been made: sample 0 of the output
# is sample -DELAY of the utterance.
DELAY = (WINDOW - HOP // SUBFRAMES) // 2


@dataclass(frozen=True, slots=True)
class VocoderSizes:
    mels: int = 80
    channels: int = 448
    blocks: int = 8
    exits: tuple[int, ...] = ()  # blocks for 1, 2, ... steps; empty: never fewer than all


@dataclass(frozen=True, slots=True)
class VocoderState:
    stack: StackState
    pitch: Tensor  # float[B, 2, 2], F0 in Hz and voicing of the two newest frames
    phase: Tensor  # long[B], steps (source.CYCLE), at the centre of the next frame to make
    pulses: Tensor  # float[B, OVERLAP], newest samples of the pulse train
    noise: Tensor  # float[B, OVERLAP]
    seed: Tensor  # long[B]
    made: Tensor  # long[B], noise samples drawn
    tail: Tensor  # float[B, OVERLAP], samples that later windows still reach


class Vocoder(nn.Module):
    """mel and pitch of T + 2 frames -> T * HOP samples; streams through `prime` and `step`.

    Pitch is float32[B, T, 2]: F0 in Hz, of which only the phase is kept where a frame is unvoiced,
    and voicing, 0 or 1.
    """

    lookahead = 2

    def __init__(self, sizes: VocoderSizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.source_in = nn.Linear(SUBFRAMES * 4 * BINS, sizes.channels)
        self.stack = ConvStack(sizes.mels + 2, sizes.channels, sizes.blocks, 7, self.lookahead)
        self.gains = nn.Linear(sizes.channels, SUBFRAMES * 4 * BINS)
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        with torch.no_grad():
            self.gains.weight.mul_(0.3)
            self.gains.bias.zero_()
            self.gains.bias.view(SUBFRAMES, 2, 2, BINS)[:, :, 0] = -3.0

    def init(self, batch: int, seed: Tensor) -> VocoderState:
        """seed long[batch] fixes the noise of each slot."""
        like = self.source_in.weight
        zeros = like.new_zeros(batch, OVERLAP, dtype=torch.float32)
        return VocoderState(
            self.stack.init(batch, like),
            zeros.new_zeros(batch, 2, 2),
            zeros.new_zeros(batch, dtype=torch.long),
            zeros,
            zeros.clone(),
            seed.to(zeros.device),
            torch.zeros(batch, dtype=torch.long, device=zeros.device),
            zeros.clone(),
        )

    def prime(self, mel: Tensor, pitch: Tensor, state: VocoderState) -> VocoderState:
        """mel[B, 2, mels], pitch[B, 2, 2]: the first two frames of an utterance."""
        return VocoderState(
            self.stack.prime(_features(mel, pitch), state.stack),
            pitch.clone(),
            _first_phase(pitch),
            state.pulses,
            state.noise,
            state.seed,
            state.made,
            state.tail,
        )

    def depth_of(self, steps: int) -> int:
        """Blocks of the stack that an utterance of so many steps goes through."""
        return exit_of(self.sizes.exits, steps, self.sizes.blocks)

    def step(
        self, mel: Tensor, pitch: Tensor, state: VocoderState, depth: Depth | None = None
    ) -> tuple[Tensor, VocoderState]:
        """mel[B, T, mels], pitch[B, T, 2] -> samples[B, T * HOP], two frames and DELAY behind."""
        count = mel.shape[1]
        known = torch.cat((state.pitch, pitch), 1)
        fresh, phase = pulses(known[..., 0], known[..., 1], state.phase)
        hiss = noise(state.seed, state.made, count * HOP)
        voice_samples = torch.cat((state.pulses, fresh), 1)
        noise_samples = torch.cat((state.noise, hiss), 1)
        source = self._source(voice_samples, noise_samples)
        hidden, stack = self.stack.step(
            _features(mel, pitch), state.stack, side=self._listen(source), depth=depth
        )
        samples, tail = overlap_add(self._shape(hidden, source), self._window, state.tail)
        after = VocoderState(
            stack,
            last(known, 2),
            phase,
            voice_samples[:, -OVERLAP:].clone(),
            noise_samples[:, -OVERLAP:].clone(),
            state.seed,
            state.made + count * HOP,
            tail,
        )
        return samples, after

    def forward(
        self,
        mel: Tensor,
        pitch: Tensor,
        seed: Tensor,
        phase: Tensor | None = None,
        depth: Depth | None = None,
    ) -> Tensor:
        """mel[B, T + 2, mels], pitch[B, T + 2, 2], seed long[B] -> samples[B, T * HOP].

        phase[B], in cycles at the centre of frame 0, is for a cut out of a longer utterance.
        """
        count = mel.shape[1] - self.lookahead
        steps = _first_phase(pitch) if phase is None else torch.round(phase * CYCLE).long()
        voice_samples, _ = pulses(pitch[..., 0], pitch[..., 1], steps)
        hiss = noise(seed, torch.zeros_like(seed), count * HOP)
        silence = hiss.new_zeros(hiss.shape[0], OVERLAP)
        source = self._source(
            torch.cat((silence, voice_samples), 1), torch.cat((silence, hiss), 1)
        )
        hidden = self.stack(_features(mel, pitch), side=self._listen(source), depth=depth)
        samples, _ = overlap_add(self._shape(hidden, source), self._window, silence)
        return samples

    @property
    def _window(self) -> Tensor:
        window = self.window
        assert isinstance(window, Tensor)
        return window

    def _source(self, voice_samples: Tensor, noise_samples: Tensor) -> Tensor:
        """The two excitations' spectra: complex[B, T * SUBFRAMES, 2, BINS]."""
        return torch.stack(
            (analyse(voice_samples, self._window), analyse(noise_samples, self._window)), 2
        )

    def _listen(self, source: Tensor) -> Tensor:
        """complex[B, T * SUBFRAMES, 2, BINS] -> float[B, T, channels]."""
        parts = torch.view_as_real(source) * SOURCE_SCALE
        flat = parts.flatten(2).unflatten(1, (-1, SUBFRAMES)).flatten(2)
        heard: Tensor = self.source_in(flat.to(self.source_in.weight.dtype))
        return heard

    def _shape(self, hidden: Tensor, source: Tensor) -> Tensor:
        """hidden[B, T, channels] -> complex[B, T * SUBFRAMES, BINS], the filtered sum."""
        with torch.autocast(hidden.device.type, enabled=False):  # a phase needs all of float32
            gains: Tensor = self.gains(hidden.to(self.gains.weight.dtype)).float()
        gains = gains.unflatten(-1, (SUBFRAMES, 2, 2, BINS)).flatten(1, 2)
        size = torch.exp(gains[:, :, :, 0].clamp(max=LARGEST_LOG_GAIN))
        angle = gains[:, :, :, 1]
        real, imaginary = size * torch.cos(angle), size * torch.sin(angle)
        shaped_real = real * source.real - imaginary * source.imag
        shaped_imaginary = real * source.imag + imaginary * source.real
        return torch.complex(shaped_real.sum(2), shaped_imaginary.sum(2))


def _features(mel: Tensor, pitch: Tensor) -> Tensor:
    voiced = pitch[..., 1:]
    height = (torch.log(pitch[..., :1].clamp(min=30.0)) - LOG_F0_CENTRE) * voiced
    scaled = (mel.float() - MEL_CENTRE) / MEL_SPREAD
    return torch.cat((scaled, height, voiced), -1).to(mel.dtype)


def _first_phase(pitch: Tensor) -> Tensor:
    return advance_of(pitch[:, 0, 0]) % CYCLE
