"""What was said, as tables: TalkingHead's timeline, and weights at so many rows a second."""

import math
from collections.abc import Iterable, Iterator, Sequence

from lips.mouth import Mouth, Shape
from lips.shapes import COLUMNS, blend
from vvstream_client import Event

# TalkingHead has Oculus's visemes with three shorter names.
TALKINGHEAD = {"ih": "I", "oh": "O", "ou": "U"}


def timeline(events: Sequence[Event]) -> dict[str, list[str] | list[int]]:
    """TalkingHead's `speakAudio` fields; times and durations in ms from the first sample."""
    words = [event for event in events if event["type"] == "word"]
    visemes = [event for event in events if event["type"] == "viseme"]
    return {
        "words": [event["text"] for event in words],
        "wtimes": [_start(event) for event in words],
        "wdurations": [_ms(event["end"]) - _start(event) for event in words],
        "visemes": [TALKINGHEAD.get(event["viseme"], event["viseme"]) for event in visemes],
        "vtimes": [_start(event) for event in visemes],
        "vdurations": [_ms(event["end"]) - _start(event) for event in visemes],
    }


def table(
    events: Iterable[Event], faces: Sequence[str], seconds: float, rate: float
) -> Iterator[list[str]]:
    """The header, then a row for each 1/`rate` s of `seconds`: the time, and every weight."""
    yield ["time", *(name for face in faces for name in COLUMNS[face])]
    mouth = Mouth()
    for event in events:
        if event["type"] == "viseme":
            mouth.add(Shape(event["viseme"], event["start"], event["end"]))
    for number in range(math.ceil(seconds * rate)):
        visemes = mouth.at(number / rate)
        row = [f"{number / rate:.4f}"]
        for face in faces:
            weights = blend(face, visemes)
            row += [f"{weights.get(name, 0.0):.3f}" for name in COLUMNS[face]]
        yield row


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def _start(event: Event) -> int:
    return _ms(event["start"])
