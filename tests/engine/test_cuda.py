"""How a GPU is used, as far as it can be said without one; tests/gpu has the rest."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from tests.support import taped
from tests.support.small import small_acoustic, small_ticker, small_vocoder
from tests.support.units import options, samples_of, say, some_units
from vvstream.audio import AudioChunk
from vvstream.engine.cuda import CudaGauge, CudaRunner, limit_memory
from vvstream.engine.load import affordable, largest_batch
from vvstream.engine.runner import HostRunner, Outputs, Program, Runner
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Job, Ticker

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def tapes(monkeypatch: pytest.MonkeyPatch) -> None:
    taped.install(monkeypatch)


def gpu(graph_bytes: int = 1 << 30) -> CudaRunner:
    return CudaRunner(CPU, 4, graph_bytes)


def ticker_on(acoustic: Runner, sound: Runner, decoding: Runner | None = None) -> Ticker:
    stage = Acoustic(small_acoustic(), acoustic, 8, decoding=decoding)
    return Ticker({"en": stage}, Sound(small_vocoder(), sound, 8), 2)


def close(one: Sequence[AudioChunk], other: Sequence[AudioChunk]) -> bool:
    left, right = samples_of(one), samples_of(other)
    return len(left) == len(right) and abs(left - right).max() <= 2 / 32767


def test_graphs_and_kernels_say_the_same() -> None:
    runners = gpu(), gpu()
    ticker = ticker_on(*runners)
    units = some_units(20)
    expected = say(small_ticker(2), units, 1, seed=9)
    assert close(say(ticker, units, 1, seed=9), expected)
    assert [runner.graphs for runner in runners] == [0, 0]
    ticker.warm_up(1)
    # begin, encode one step, two and four, open and two sizes of push; the vocoder has no encoder.
    assert [runner.graphs for runner in runners] == [7, 3]
    assert close(say(ticker, units, 1, seed=9), expected)
    assert [runner.graphs for runner in runners] == [7, 3]


def test_each_network_on_a_stream_of_its_own_says_the_same() -> None:
    runners = gpu(), gpu(), gpu()
    ticker = ticker_on(*runners)
    units = some_units(20)
    ticker.warm_up(1)
    assert [runner.graphs for runner in runners] == [4, 3, 3]
    assert close(say(ticker, units, 1, seed=9), say(small_ticker(2), units, 1, seed=9))
    # The decoder waits for what was recalled, the vocoder for the decoder, nobody for the vocoder.
    waited = [len(runner._stream.waited) for runner in runners]  # type: ignore[attr-defined]
    assert waited[0] == 0
    assert waited[1] == waited[2] > 0


def test_fewer_rows_take_the_next_larger_graph_while_slots_grow() -> None:
    ticker = ticker_on(gpu(), gpu())
    ticker.warm_up(3)
    graphs = ticker.sound.runner.graphs  # type: ignore[attr-defined]
    texts = [some_units(6 + 3 * n, n) for n in range(7)]
    jobs = [ticker.job("en", n % 2, options(seed=n)) for n in range(7)]
    heard: dict[Job, list[AudioChunk]] = {job: [] for job in jobs}
    for job, units in zip(jobs, texts, strict=True):
        job.track.feed(units)
        job.track.finish()
    speaking: list[Job] = []
    waiting = list(jobs)
    while waiting or any(not job.track.done or job.waiting for job in speaking):
        if waiting:
            speaking.append(waiting.pop())
        for job, chunk in ticker.tick(speaking):
            if chunk is not None:
                heard[job].append(chunk)
    assert ticker.sound.runner.graphs == graphs  # type: ignore[attr-defined]
    for number, (job, units) in enumerate(zip(jobs, texts, strict=True)):
        assert close(heard[job], say(small_ticker(2), units, number % 2, seed=number))


def test_graphs_stop_where_their_memory_is_spent() -> None:
    runner = gpu(graph_bytes=1 << 20)
    ticker = ticker_on(runner, gpu(graph_bytes=0))
    ticker.warm_up(4)
    assert runner.graphs == 1
    units = some_units(9)
    assert close(say(ticker, units), say(small_ticker(2), units))


@pytest.mark.parametrize("on_gpu", [(True, False), (False, True)])
def test_stages_apart(on_gpu: tuple[bool, bool]) -> None:
    ticker = ticker_on(*(gpu() if there else HostRunner(4) for there in on_gpu))
    units = some_units(9)
    assert close(say(ticker, units), say(small_ticker(2), units))


def test_after_a_runner_the_stream_is_the_one_before() -> None:
    runner, other, before = gpu(), gpu(), torch.cuda.current_stream(0)
    with runner.active():
        with other.active(), runner.active():
            assert torch.cuda.current_stream(0) is runner._stream
        assert torch.cuda.current_stream(0) is runner._stream
    assert torch.cuda.current_stream(0) is before


def test_batches_are_powers_of_two() -> None:
    runner = CudaRunner(CPU, 512, 0)
    assert runner.sizes(1) == [1]
    assert runner.sizes(64) == [1, 2, 4, 8, 16, 32, 64]
    assert runner.sizes(65)[-1] == 128
    assert runner.sizes(9_999)[-1] == 512


def test_a_limit_is_the_allocators_and_the_gauges(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setattr(
        torch.cuda, "set_per_process_memory_fraction", lambda share, device: asked.append(share)
    )
    limit_memory(CPU, 1 << 30)
    limit_memory(CPU, 1 << 40)
    assert asked == [1 / 16, 1.0]
    gauge, free = CudaGauge(CPU, 1 << 30), CudaGauge(CPU, 0)
    assert (gauge.name, gauge.kind, gauge.limit()) == ("Tape", "cuda", 1 << 30)
    assert free.limit() == 1 << 34
    assert gauge.used() > 0


def test_slots_that_fit() -> None:
    assert affordable(1500, 1) == 250
    assert affordable(0, 1 << 20) == affordable(-1, 1) == 1


def test_batches_that_fit() -> None:
    gib = 1 << 30
    assert largest_batch(78 * gib, 4096) == 256
    assert [largest_batch(78 * gib, slots) for slots in (1, 2, 33, 64)] == [1, 1, 32, 32]
    assert largest_batch(gib, 4096) == 32
    assert largest_batch(0, 64) == 1


def test_graphs_of_all_sizes_share_their_rows() -> None:
    runner = gpu()
    ticker_on(runner, gpu()).warm_up(4)
    # Programs of the acoustic stage take rows of two widths; four rows are the most.
    graphs = [graph for graph in runner._graphs.values() if graph is not None]
    assert len({graph.rows.untyped_storage().data_ptr() for graph in graphs}) == 2
    assert {len(graph.rows) for graph in graphs} == {1, 2, 4}


def test_a_graph_that_does_not_fit_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = gpu()

    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("no memory is left")

    monkeypatch.setattr(runner, "_record", full)
    ticker = ticker_on(runner, gpu())
    ticker.warm_up(4)
    assert runner.graphs == 0
    units = some_units(9)
    assert close(say(ticker, units), say(small_ticker(2), units))


def test_steps_that_do_not_fit_are_made_of_smaller_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = gpu()
    ticker = ticker_on(runner, gpu())
    ticker.warm_up(1)
    run = runner._run

    def full(program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        if len(rows) > 1:
            raise torch.OutOfMemoryError("no memory is left")
        return run(program, rows, inputs)

    monkeypatch.setattr(runner, "_run", full)
    jobs = [ticker.job("en", 0, options(seed=seed)) for seed in (1, 2, 3)]
    for job in jobs:
        job.track.feed(some_units(9, 4))
        job.track.finish()
    heard: dict[Job, list[AudioChunk]] = {job: [] for job in jobs}
    while not all(job.track.done for job in jobs):
        for job, chunk in ticker.tick(jobs):
            if chunk is not None:
                heard[job].append(chunk)
    for seed, job in enumerate(jobs, 1):
        assert close(heard[job], say(small_ticker(2), some_units(9, 4), seed=seed))


def test_a_step_of_one_that_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = gpu()

    def never(*_: object) -> Outputs:
        raise torch.OutOfMemoryError("no memory is left")

    monkeypatch.setattr(runner, "_run", never)
    with pytest.raises(torch.OutOfMemoryError):
        say(ticker_on(runner, gpu()), some_units(9))
