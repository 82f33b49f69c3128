"""The critics of the vocoder: one per period (HiFi-GAN, Kong et al. 2020), one per resolution.

The resolution critics see the complex spectrum, compressed, as in EnCodec (Défossez et al. 2022).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

Verdict = tuple[Tensor, list[Tensor]]  # scores, and the features of every layer
SLOPE = 0.1
# Smaller than HiFi-GAN's (512 at the end): half the time a step, and time is what is short.
PERIOD_CHANNELS = (32, 96, 192, 320, 320)
RESOLUTION_CHANNELS = 32


# Channels lie together: else each convolution in halves turns its input over, and its output back.
LAYOUT = torch.channels_last


class PeriodCritic(nn.Module):
    """Samples folded at a period: convolutions over [B, C, T/p, p], each phase by itself."""

    def __init__(self, period: int, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.period = period
        strides = (3,) * (len(channels) - 1) + (1,)
        sizes = zip((1, *channels), channels, strides, strict=False)
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(a, b, (5, 1), (stride, 1), (2, 0))) for a, b, stride in sizes
        )
        self.score = weight_norm(nn.Conv2d(channels[-1], 1, (3, 1), padding=(1, 0)))

    def forward(self, samples: Tensor) -> Verdict:
        """samples[B, T]."""
        padded = F.pad(samples, (0, -samples.shape[1] % self.period))
        x = padded.unflatten(1, (-1, self.period))[:, None].contiguous(memory_format=LAYOUT)
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE)
            features.append(x)
        return self.score(x), features


class ResolutionCritic(nn.Module):
    """The complex spectrum at one window length: 2-D convolutions over [B, 2, bins, frames]."""

    def __init__(self, window: int, channels: int) -> None:
        super().__init__()
        self.size = window
        self.window: Tensor
        self.register_buffer("window", torch.hann_window(window), persistent=False)
        layers = [nn.Conv2d(2, channels, (7, 5), (2, 1), (3, 2))]
        layers += [
            nn.Conv2d(channels, channels, (5, 3), (2, 1 if i % 2 else 2), (2, 1)) for i in range(4)
        ]
        layers.append(nn.Conv2d(channels, channels, 3, padding=1))
        self.layers = nn.ModuleList(weight_norm(layer) for layer in layers)
        self.score = weight_norm(nn.Conv2d(channels, 1, 3, padding=1))

    def spectrum(self, samples: Tensor) -> Tensor:
        with torch.autocast(samples.device.type, enabled=False):
            spectrum = torch.stft(
                samples.float(), self.size, self.size // 4, self.size, self.window,
                return_complex=True,
            )  # fmt: skip
            x = torch.view_as_real(spectrum).permute(0, 3, 1, 2)
            return torch.sign(x) * torch.sqrt(x.abs() + 1e-6)

    def forward(self, samples: Tensor) -> Verdict:
        """samples[B, T]."""
        return self.judge(self.spectrum(samples))

    def judge(self, x: Tensor) -> Verdict:
        x = x.contiguous(memory_format=LAYOUT)
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE)
            features.append(x)
        return self.score(x), features


class Critics(nn.Module):
    def __init__(
        self,
        periods: tuple[int, ...] = (2, 3, 5, 7, 11),
        windows: tuple[int, ...] = (256, 512, 1024),
        scale: float = 1.0,
    ) -> None:
        super().__init__()
        channels = tuple(max(4, int(c * scale)) for c in PERIOD_CHANNELS)
        self.period = nn.ModuleList(PeriodCritic(p, channels) for p in periods)
        self.resolution = nn.ModuleList(
            ResolutionCritic(w, max(4, int(RESOLUTION_CHANNELS * scale))) for w in windows
        )
        for weight in self.parameters():
            if weight.ndim == 4:
                weight.data = weight.data.contiguous(memory_format=LAYOUT)

    def forward(self, samples: Tensor) -> list[Verdict]:
        return [critic(samples) for critic in [*self.period, *self.resolution]]


def critic_loss(verdicts: list[Verdict]) -> Tensor:
    """Hinge loss of critics whose batch is real samples, then as many made ones."""
    total = torch.zeros((), device=verdicts[0][0].device)
    for score, _ in verdicts:
        real, made = score.float().chunk(2)
        total = total + F.relu(1 - real).mean() + F.relu(1 + made).mean()
    return total


def adversarial_loss(made: list[Verdict], real: list[Verdict]) -> tuple[Tensor, Tensor]:
    """What the generator pays: to be found out, and to differ in the critics' features."""
    fooled = torch.zeros((), device=made[0][0].device)
    matched = torch.zeros_like(fooled)
    for (score, features), (_, wanted) in zip(made, real, strict=True):
        fooled = fooled - score.float().mean()
        for feature, want in zip(features, wanted, strict=True):
            matched = matched + (want - feature).abs().mean(dtype=torch.float32)
    return fooled, matched
