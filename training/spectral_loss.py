"""How far two waveforms are apart: in mel and in log magnitude at several windows, and in phase."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.features import mel_filters

RESOLUTIONS = ((2048, 512, 80), (1024, 256, 80), (512, 128, 64), (256, 64, 40))
PHASE_WINDOW = 512
COMPRESSION = 0.3


class SpectralLoss(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        for window, _, mels in RESOLUTIONS:
            self.register_buffer(f"window{window}", torch.hann_window(window))
            filters = mel_filters(window // 2 + 1, mels, 0.0, 8000.0)
            self.register_buffer(f"filters{window}", filters)

    def forward(self, made: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """made, real float32[B, T] -> the magnitude loss, the phase loss."""
        both = torch.cat((made, real))
        magnitude = torch.zeros((), device=made.device)
        phase = torch.zeros((), device=made.device)
        for window, hop, _ in RESOLUTIONS:
            spectrum = torch.stft(
                both, window, hop, window, getattr(self, f"window{window}"), return_complex=True
            )
            size = torch.sqrt(spectrum.real**2 + spectrum.imag**2 + 1e-9)
            mel = torch.log(getattr(self, f"filters{window}") @ size + 1e-5)
            line = torch.log(size + 1e-4)
            magnitude = magnitude + _apart(mel) + 0.5 * _apart(line)
            if window == PHASE_WINDOW:
                # The teacher's pulses are our pulses, so phases can be compared; compressed, so
                # that weak harmonics count too.
                scale = size ** (COMPRESSION - 1.0)
                phase = _apart(spectrum.real * scale) + _apart(spectrum.imag * scale)
        return magnitude / len(RESOLUTIONS), phase


def _apart(both: Tensor) -> Tensor:
    made, real = both.chunk(2)
    return (made - real).abs().mean()
