"""The sound card's account of what was heard, against a card of glass and a clock of ours."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from playing import card
from playing.card import Card

FRAME = b"\0" * 640
HZ = 16_000


class Glass:
    """A PortAudio stream that plays in real time by our clock and holds `capacity` samples."""

    def __init__(self, capacity: int = 1_600, latency: float = 0.1) -> None:
        self.now = 100.0
        self.capacity, self.latency = capacity, latency
        self.ends = 0.0  # when all that was written will have been played

    def get_write_available(self) -> int:
        return self.capacity - round(max(0.0, self.ends - self.now) * HZ)

    def get_output_latency(self) -> float:
        return self.latency

    def write(self, sound: bytes, exception_on_underflow: bool) -> None:
        assert not exception_on_underflow
        self.ends = max(self.ends, self.now) + len(sound) / 2 / HZ
        # It blocks until what does not fit was played.
        self.now = max(self.now, self.ends - self.capacity / HZ)


@pytest.fixture
def glass(monkeypatch: pytest.MonkeyPatch) -> Glass:
    stream = Glass()
    audio = SimpleNamespace(open=lambda **_: stream, terminate=lambda: None)
    module: Any = SimpleNamespace(PyAudio=lambda: audio, paInt16=8)
    monkeypatch.setitem(sys.modules, "pyaudio", module)
    monkeypatch.setattr(card, "time", SimpleNamespace(monotonic=lambda: stream.now))
    return stream


def test_what_was_heard_is_what_was_written_less_what_waits(glass: Glass) -> None:
    speaker = Card(None, 20)
    for _ in range(4):
        speaker.write(FRAME)
    assert speaker.heard() == 0.0
    glass.now += 0.03
    assert speaker.heard() == pytest.approx(0.03)
    for _ in range(50):
        speaker.write(FRAME)
        assert speaker.heard() == pytest.approx(glass.now - 100.0)
    glass.now += 10
    assert speaker.heard() == pytest.approx(54 * 0.02)  # nothing is heard that was not written
    assert speaker.underruns == 0


def test_latency_behind_the_buffer_counts_too(glass: Glass) -> None:
    glass.latency = 0.25  # of which the buffer is 0.1
    speaker = Card(None, 20)
    speaker.write(FRAME * 10)
    glass.now += 0.2
    speaker.write(FRAME)
    assert speaker.heard() == pytest.approx(0.2 + 0.1 - 0.1 - 0.15 + 0.0, abs=0.11)
    assert speaker.heard() <= glass.now - 100.0 - 0.15 + 1e-9


def test_a_gap_is_an_underrun_unless_a_pause_was_told(glass: Glass) -> None:
    speaker = Card(None, 20)
    speaker.write(FRAME)
    glass.now += 0.05
    speaker.write(FRAME)  # 20 ms were played, then 30 ms nothing
    assert speaker.underruns == 1
    assert speaker.silence == pytest.approx(0.03)
    speaker.write(FRAME)
    speaker.pause()
    glass.now += 5
    speaker.write(FRAME)
    assert speaker.underruns == 1
