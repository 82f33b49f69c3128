"""Frame decoder: what each 12.5 ms frame says in, its pitch, energy and mel spectrum out."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vvstream.acoustic.expression import Expression
from vvstream.streaming.conv import ConvStack, StackState
from vvstream.streaming.depth import Depth
from vvstream.streaming.state import last, push

LOG_F0_CENTRE = 5.0  # log of about 150 Hz; pitch is carried as log F0 minus this
PLACE_FEATURES = 4
PROSODY_FEATURES = 3
PROSODY_LOOKAHEAD = 3
MEL_LOOKAHEAD = 2


@dataclass(frozen=True, slots=True)
class DecoderState:
    prosody: StackState
    mel: StackState
    frames: Tensor  # float[B, PROSODY_LOOKAHEAD, C], frames whose prosody is not known yet
    prosodies: Tensor  # float[B, MEL_LOOKAHEAD, 3], prosody whose mel is not known yet


def place_features(offset: Tensor, length: Tensor) -> Tensor:
    """Where a frame lies inside its unit. offset, length float[...] in frames -> float[..., 4]."""
    return torch.stack(
        (
            offset / length,
            (length - 1 - offset) / length,
            torch.log(length),
            torch.ones_like(length),
        ),
        -1,
    )


def settle(raw: Tensor) -> Tensor:
    """Predicted prosody as the mel decoder and the vocoder take it.

    raw[..., 3] holds log F0 - LOG_F0_CENTRE, the logit of voicing, energy; unvoiced frames get
    pitch 0 and voicing 0, voiced ones voicing 1.
    """
    voiced = (raw[..., 1] > 0).to(raw.dtype)
    return torch.stack((raw[..., 0] * voiced, voiced, raw[..., 2]), -1)


def express(prosody: Tensor, expression: Expression | None) -> Tensor:
    """Settled prosody[B, T, 3] with more or less expression; None: as it was predicted."""
    return prosody if expression is None else expression.apply(prosody)


def raised(prosody: Tensor, shift: Tensor) -> Tensor:
    """Settled prosody[B, T, 3] with shift[B, T], in logs, added to the pitch of voiced frames."""
    height = prosody[..., 0] + shift.to(prosody.dtype) * prosody[..., 1]
    return torch.cat((height[..., None], prosody[..., 1:]), -1)


def pitch_of(prosody: Tensor) -> Tensor:
    """Settled prosody[B, T, 3] -> float32[B, T, 2]: F0 in Hz, 0 where unvoiced, and voicing."""
    prosody = prosody.float()
    voiced = prosody[..., 1]
    return torch.stack((torch.exp(prosody[..., 0] + LOG_F0_CENTRE) * voiced, voiced), -1)


class FrameDecoder(nn.Module):
    """Two stacks in a row: prosody from the frames, then mel from the frames and the prosody."""

    lookahead = PROSODY_LOOKAHEAD + MEL_LOOKAHEAD

    def __init__(
        self,
        channels: int,
        voices: int,
        prosody_channels: int,
        prosody_blocks: int,
        mel_channels: int,
        mel_blocks: int,
        mels: int,
    ) -> None:
        super().__init__()
        self.place = nn.Linear(PLACE_FEATURES, channels)
        self.voice = nn.Embedding(voices, channels)
        self.prosody_stack = ConvStack(
            channels, prosody_channels, prosody_blocks, 7, PROSODY_LOOKAHEAD
        )
        self.prosody_head = nn.Linear(prosody_channels, PROSODY_FEATURES)
        self.mel_stack = ConvStack(
            channels + PROSODY_FEATURES, mel_channels, mel_blocks, 5, MEL_LOOKAHEAD
        )
        self.mel_head = nn.Linear(mel_channels, mels)
        nn.init.constant_(self.mel_head.bias, -6.0)  # about the mean of log mel

    def init(self, batch: int) -> DecoderState:
        like = self.voice.weight
        return DecoderState(
            self.prosody_stack.init(batch, like),
            self.mel_stack.init(batch, like),
            like.new_zeros(batch, PROSODY_LOOKAHEAD, self.voice.embedding_dim),
            like.new_zeros(batch, MEL_LOOKAHEAD, PROSODY_FEATURES),
        )

    def embed(self, encoding: Tensor, place: Tensor, voices: Tensor) -> Tensor:
        """encoding[B, T, C] a frame, place[B, T, 4], voices long[B] -> frames[B, T, C]."""
        frames: Tensor = encoding + self.place(place) + self.voice(voices)[:, None]
        return frames

    def prime(
        self, frames: Tensor, state: DecoderState, expression: Expression | None = None
    ) -> DecoderState:
        """frames[B, lookahead, C]: the first frames of an utterance."""
        stack = self.prosody_stack.prime(frames[:, :PROSODY_LOOKAHEAD], state.prosody)
        hidden, stack = self.prosody_stack.step(frames[:, PROSODY_LOOKAHEAD:], stack)
        prosody = express(settle(self.prosody_head(hidden)), expression)
        ready = torch.cat((frames[:, :MEL_LOOKAHEAD], prosody), -1)
        return DecoderState(
            stack,
            self.mel_stack.prime(ready, state.mel),
            last(frames, PROSODY_LOOKAHEAD),
            prosody,
        )

    def step(
        self,
        frames: Tensor,
        state: DecoderState,
        shift: Tensor | None = None,
        expression: Expression | None = None,
        depth: Depth | None = None,
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """frames[B, T, C] -> mel[B, T, mels], prosody[B, T, 3], both `lookahead` frames behind.

        shift[B, T] is added to log F0 of the T frames that are PROSODY_LOOKAHEAD behind: the mel
        spectrum and all that follows are made for that pitch, and for the prosody that
        `expression` makes of what was predicted. `depth` is that of the mel stack.
        """
        count = frames.shape[1]
        hidden, prosody_stack = self.prosody_stack.step(frames, state.prosody)
        prosody = express(settle(self.prosody_head(hidden)), expression)
        if shift is not None:
            prosody = raised(prosody, shift)
        waiting = push(state.frames, frames)
        ready = torch.cat((waiting[:, :count], prosody), -1)
        hidden, mel_stack = self.mel_stack.step(ready, state.mel, depth=depth)
        prosodies = push(state.prosodies, prosody)
        after = DecoderState(
            prosody_stack,
            mel_stack,
            last(waiting, PROSODY_LOOKAHEAD),
            last(prosodies, MEL_LOOKAHEAD),
        )
        return self.mel_head(hidden), prosodies[:, :count], after

    def forward(
        self, frames: Tensor, expression: Expression | None = None, depth: Depth | None = None
    ) -> tuple[Tensor, Tensor]:
        """frames[B, T + lookahead, C] -> mel[B, T, mels], prosody[B, T, 3]."""
        prosody = express(settle(self.predict_prosody(frames)), expression)
        mel = self.predict_mel(frames[:, :-PROSODY_LOOKAHEAD], prosody, depth)
        return mel, prosody[:, :-MEL_LOOKAHEAD]

    def predict_prosody(self, frames: Tensor) -> Tensor:
        """frames[B, T + 3, C] -> raw prosody[B, T, 3], as `settle` takes it."""
        raw: Tensor = self.prosody_head(self.prosody_stack(frames))
        return raw

    def predict_mel(self, frames: Tensor, prosody: Tensor, depth: Depth | None = None) -> Tensor:
        """frames[B, T + 2, C], settled prosody[B, T + 2, 3] -> mel[B, T, mels]."""
        ready = torch.cat((frames, prosody), -1)
        mel: Tensor = self.mel_head(self.mel_stack(ready, depth=depth))
        return mel
