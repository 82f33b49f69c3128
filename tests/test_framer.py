"""Samples to frames: nothing lost, nothing added but the padding of the last."""

from hypothesis import given
from hypothesis import strategies as st

from vvstream.audio import FRAME_BYTES
from vvstream.framer import Framer


@given(st.lists(st.binary(max_size=2_000).map(lambda b: b[: len(b) // 2 * 2])))
def test_frames_are_the_samples_whatever_the_chunks(chunks: list[bytes]) -> None:
    framer = Framer()
    frames = [frame for chunk in chunks for frame in framer.push(chunk)]
    samples = b"".join(chunks)
    assert b"".join(frames) == samples[: len(samples) // FRAME_BYTES * FRAME_BYTES]
    frames += framer.finish()
    assert {len(frame) for frame in frames} <= {FRAME_BYTES}
    joined = b"".join(frames)
    assert joined[: len(samples)] == samples
    assert not any(joined[len(samples) :])
    assert len(joined) - len(samples) < FRAME_BYTES
    assert framer.finish() == []
