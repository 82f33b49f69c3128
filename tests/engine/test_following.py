"""What an utterance thinks that follows: seen by the encoder, never spoken."""

import numpy as np
import pytest

from tests.support.small import clocked_ticker
from tests.support.units import options, samples_of, some_units
from vvstream.audio import AudioChunk
from vvstream.bus import messages as m

UNITS = some_units(30)
THEN = some_units(16, 9)


def said(then: tuple[int, ...], cuts: tuple[int, ...] = ()) -> list[AudioChunk]:
    """UNITS, fed in pieces as they can be spoken."""
    ticker = clocked_ticker(2)
    job = ticker.job("en", 0, options())
    heard: list[AudioChunk] = []

    def advance() -> None:
        while ticker.can_advance(job):
            heard.extend(chunk for _, chunk in ticker.tick([job]) if chunk is not None)

    for start, end in zip((0, *cuts), (*cuts, len(UNITS)), strict=True):
        job.track.feed(UNITS[start:end])
        advance()
    job.track.finish(then)
    job.track.finish(then)
    advance()
    ticker.free(job)
    return heard


@pytest.mark.parametrize("cuts", [(3, 17), (22,), (29,), tuple(range(1, 30))])
def test_it_is_not_spoken_and_changes_how_the_last_units_sound(cuts: tuple[int, ...]) -> None:
    followed, alone = said(tuple(THEN)), said(())
    spans = [[span for chunk in heard for span in chunk.spans] for heard in (followed, alone)]
    assert [span.unit for span in spans[0]] == [span.unit for span in spans[1]] == list(range(30))
    # The encoder sees 5 units ahead here; what is before is the same.
    assert spans[0][:24] == spans[1][:24]
    heard, other = (samples_of(chunks)[: spans[0][24].start] for chunks in (followed, alone))
    assert (heard[:1000] == other[:1000]).all()
    assert not np.array_equal(samples_of(followed), samples_of(alone))
    assert (samples_of(said(tuple(THEN), cuts)) == samples_of(followed)).all()


def test_it_travels_to_an_engine_in_another_process() -> None:
    orders = m.Orders([m.Finish(7, tuple(THEN)), m.Finish(8)])
    assert m.orders(m.pack(orders)) == orders.orders
