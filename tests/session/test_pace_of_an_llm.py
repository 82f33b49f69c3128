"""Text at an LLM's pace, by a simulated clock: what a voice that looks ahead can send, and when.

The counts are those of the engine's track and of the captions; a unit's length, and the time that a
push takes, are made up.
"""

from collections.abc import Iterator

import pytest

from bench.session import TOKEN
from bench.texts import text_of
from tests.support.server import ENGLISH
from vvstream import captions as captions_module
from vvstream.audio import FRAME_SAMPLES, FRAME_SECONDS, HOP
from vvstream.captions import Captions
from vvstream.engine.track import PAUSES, Track
from vvstream.frontend import FrontEnd
from vvstream.phonemes.inventory import encode
from vvstream.protocol.messages import EventKind
from vvstream.text.spoken import SpokenWord

LOOK_AHEAD, OPENING, DELAY = 16, 7, 150  # units, frames, samples: those of the weights
PUSH_SECONDS = 0.015
BUFFER_SECONDS = 0.1
HELD_FRAMES = 20


def lasts(unit: int) -> float:
    """Frames: 75 ms a unit, 175 ms a pause."""
    return 14.0 if unit in PAUSES else 3.0 + unit % 7


def words_in_time(text: str, tokens_a_second: float) -> Iterator[tuple[float, list[SpokenWord]]]:
    front, now = FrontEnd(ENGLISH), 0.0
    for token in TOKEN.findall(text):
        yield now, front.push(token)
        now += 1 / tokens_a_second
    yield now, front.finish()


def sent(text: str, tokens_a_second: float) -> list[float]:
    """When each frame of the text is sent."""
    track = Track(1.0, LOOK_AHEAD, DELAY, 8)
    captions = Captions(0, frozenset({EventKind.WORD}))
    fed: list[int] = []
    at: list[float] = []
    now, made, encoded, opened = 0.0, 0, 0, False

    def release() -> None:
        ready = made // FRAME_SAMPLES
        while len(at) < ready:
            force = track.done or ready - len(at) > HELD_FRAMES
            if captions.due(len(at), force=force) is None:
                return
            at.append(now)

    def encode_units(count: int) -> None:
        nonlocal encoded
        lengths = [lasts(unit) for unit in [0, *fed, *[0] * 64][encoded : encoded + count]]
        encoded += count
        track.add_durations(lengths)

    steps = list(words_in_time(text, tokens_a_second))
    nexts = [*(time for time, _ in steps[1:]), float("inf")]
    for (time, words), following in zip(steps, nexts, strict=True):
        now = max(now, time)
        for word in words:
            before = word.before if fed else word.before.lstrip()
            units = encode(before + word.phonemes + word.after)
            captions.add(word, before, word.start)
            track.feed(units)
            fed += units
        if following == float("inf"):
            captions.complete()
            track.finish()
        release()
        while now < following and not track.done:
            wanted = track.push + (0 if opened else OPENING)
            if track.wants_begin():
                encode_units(len(track.begin_units()) - LOOK_AHEAD)
            while track.wants_units(wanted):
                encode_units(len(track.step_units(1)))
            captions.learn(track.take_spans())
            if not encoded or not track.has_frames(wanted):
                break
            push = track.push
            track.take_frames(wanted)
            opened = True
            now += PUSH_SECONDS * push / 4
            made += track.made(push)
            release()
    assert len(at) == made // FRAME_SAMPLES > 0.9 * sum(map(lasts, fed)) * HOP // FRAME_SAMPLES
    return at


def latest(times: list[float]) -> float:
    """Seconds that a player with a small buffer would have waited in all."""
    return max(
        when - times[0] - BUFFER_SECONDS - number * FRAME_SECONDS
        for number, when in enumerate(times)
    )


@pytest.mark.parametrize("tokens_a_second", [10, 15, 30, 100])
def test_there_is_no_gap(tokens_a_second: float) -> None:
    for seed in range(8):
        assert latest(sent(text_of(160, seed=seed), tokens_a_second)) <= 0


def test_without_waiting_for_what_follows_there_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions_module, "FOLLOWING", 0)
    monkeypatch.setattr(captions_module, "AT_FIRST", 1)
    assert max(latest(sent(text_of(160, seed=seed), 15)) for seed in range(8)) > 0.05


def test_it_is_bought_with_a_little_patience() -> None:
    begins = [sent(text_of(160, seed=seed), 15)[0] for seed in range(8)]
    assert sum(begins) / len(begins) < 0.8
    assert max(begins) < 1.0
