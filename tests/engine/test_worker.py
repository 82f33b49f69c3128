"""A stage on a thread of its own says what it says in turn."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from tests.support.small import clocked_models
from tests.support.units import options, samples_of, say, some_units
from vvstream.audio import AudioChunk
from vvstream.engine.runner import Here, HostRunner, Pending
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Flight, Job, Ticker
from vvstream.engine.worker import WorkerRunner


def ticker_with(decoding: HostRunner, sounding: HostRunner, slots: int = 16) -> Ticker:
    acoustic, vocoder = clocked_models()
    stage = Acoustic(acoustic, HostRunner(16), slots, decoding=decoding)
    return Ticker({"en": stage}, Sound(vocoder, sounding, slots), 4)


def test_the_same_is_said_while_slots_come_and_go() -> None:
    """Each tick is launched while the one before is made, and rows move in between."""
    ticker = ticker_with(WorkerRunner(16, "decoder"), WorkerRunner(16, "vocoder"))
    texts = [some_units(6 + 3 * n, n) for n in range(7)]
    waiting = [ticker.job("en", n % 2, options(seed=n)) for n in range(7)]
    numbers = {job: n for n, job in enumerate(waiting)}
    heard: dict[Job, list[AudioChunk]] = {job: [] for job in waiting}
    for job, units in zip(waiting, texts, strict=True):
        job.track.feed(units)
        job.track.finish()
    speaking: list[Job] = []
    flying: list[Flight] = []
    while waiting or speaking or flying:
        if waiting:
            speaking.append(waiting.pop())
        if speaking:
            flying.append(ticker.launch(speaking))
        for job in [job for job in speaking if job.track.done]:
            ticker.free(job)  # with its last sound still being made
            speaking.remove(job)
        if len(flying) > 1 or not speaking:
            for job, chunk in ticker.collect(flying.pop(0)):
                if chunk is not None:
                    heard[job].append(chunk)
    alone = ticker_with(HostRunner(16), HostRunner(16))
    for job, number in numbers.items():
        expected = say(alone, texts[number], number % 2, seed=number)
        assert np.array_equal(samples_of(heard[job]), samples_of(expected))


def test_work_is_done_in_turn_and_by_another_thread() -> None:
    runner = WorkerRunner(16, "stage")
    begun, done = threading.Event(), []

    def work(number: int) -> Pending:
        assert begun.wait(60)
        done.append((number, threading.current_thread()))
        return Here(np.array([number]))

    promised = [runner.carry_out(lambda n=number: work(n)) for number in range(3)]  # type: ignore[misc]
    runner.afterwards(lambda: done.append((3, threading.current_thread())))
    assert not promised[0].at_once
    begun.set()
    assert [int(one.wait()[0]) for one in promised] == [0, 1, 2]
    runner.carry_out(lambda: Here(np.zeros(1))).wait()
    assert [number for number, _ in done] == [0, 1, 2, 3]
    assert {thread for _, thread in done} == {done[0][1]} != {threading.current_thread()}


def test_what_breaks_breaks_where_it_is_waited_for() -> None:
    def broken() -> Pending:
        raise ValueError("no sound")

    promised = WorkerRunner(16, "stage").carry_out(broken)
    with pytest.raises(ValueError, match="no sound"):
        promised.wait()
