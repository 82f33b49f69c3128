"""The steps as programs: nothing in them is read back, so that a GPU can record them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from tests.support.small import SMALL, small_acoustic, small_vocoder
from tests.support.units import options, samples_of, say, some_units
from vvstream.acoustic.model import AcousticModel
from vvstream.engine.pipeline import speak
from vvstream.engine.runner import Handed, Here, HostRunner, Outputs, Pending, Program, Waitable
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Ticker


class Recorder(HostRunner):
    """As a GPU's runner: each program of each shape is recorded once, and only that is replayed.

    A recording whose path depended on a tensor's values would not be made; one that kept a value
    of the first run would be heard in the second.
    """

    def __init__(self) -> None:
        super().__init__(16)
        self.shallow = False
        self.steps = 1
        self.tapes: dict[tuple[Any, ...], Any] = {}

    def run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        state = () if program.fresh else (program.pool.matrix.index_select(0, rows),)
        given = (*state, *inputs)
        key = (program, *(tuple(tensor.shape) for tensor in given))
        if key not in self.tapes:
            # What is recorded has seen other numbers than those that are to come.
            zeros = [torch.zeros_like(tensor) for tensor in given]
            self.tapes[key] = make_fx(lambda tensors: program.function(*tensors))(zeros)
        outputs, after = self.tapes[key](list(given))
        program.pool.matrix.index_copy_(0, rows, after)
        recorded: Outputs = outputs
        return recorded


def ticker_on(acoustic: HostRunner, sound: HostRunner, model: AcousticModel) -> Ticker:
    return Ticker({"en": Acoustic(model, acoustic, 8)}, Sound(small_vocoder(), sound, 8), 2)


@torch.inference_mode()
def test_what_is_recorded_says_the_same() -> None:
    units, recorder = some_units(20), Recorder()
    live = ticker_on(HostRunner(16), HostRunner(16), small_acoustic())
    recorded = ticker_on(recorder, recorder, small_acoustic())
    for voice, seed in ((0, 5), (1, 9)):
        heard = [samples_of(say(one, units, voice, seed=seed)) for one in (live, recorded)]
        assert len(heard[0]) == len(heard[1])
        assert abs(heard[0] - heard[1]).max() <= 2 / 32767
    names = [key[0].name for key in recorder.tapes]
    # One begin, one step of the encoder, one opening push; pushes of two sizes.
    assert sorted(names) == sorted(["begin", "encode", "open", "sound"] + 2 * ["frames", "samples"])


class Slow(HostRunner):
    """A device of its own: its results come when they are waited for, and not before."""

    def __init__(self) -> None:
        super().__init__(16)
        self.waited = 0
        self.handed = 0

    def fetch(self, tensor: Tensor) -> Pending:
        return Late(self, tensor.clone())

    def hand_over(self, tensors: Outputs, *, fresh: bool = False) -> Handed:
        return Handed(tuple(tensor.clone() for tensor in tensors), Passed(self))


class Passed(Waitable):
    def __init__(self, runner: Slow) -> None:
        self.runner = runner

    def synchronize(self) -> None:
        self.runner.handed += 1


class Late(Pending):
    def __init__(self, runner: Slow, tensor: Tensor) -> None:
        self.runner = runner
        self.tensor = tensor

    @property
    def at_once(self) -> bool:
        return False

    def wait(self) -> NDArray[Any]:
        self.runner.waited += 1
        return Here(self.tensor.numpy()).wait()


def test_stages_on_two_devices_say_the_same() -> None:
    """Results are waited for where they are used, and what is handed over where it is taken."""
    units = some_units(20)
    acoustic = Slow()
    apart = ticker_on(acoustic, HostRunner(16), small_acoustic())
    together = ticker_on(HostRunner(16), HostRunner(16), small_acoustic())
    assert say(apart, units) == say(together, units)
    assert acoustic.waited > 3
    assert acoustic.handed > 3


def test_a_tick_is_launched_while_the_one_before_is_in_the_air() -> None:
    """Counts decide what is launched; the sound is the same as when each is waited for."""
    units = some_units(20)
    ticker = ticker_on(Slow(), Slow(), small_acoustic())
    job = ticker.job("en", 0, options())
    job.track.feed(units)
    job.track.finish()
    flying, heard = [ticker.launch([job])], []
    assert job.waiting
    assert not ticker.can_advance(job)
    while flying:
        flight = flying.pop(0)
        assert not flight.at_once
        if ticker.can_advance(job):
            flying.append(ticker.launch([job]))
        heard += [chunk for _, chunk in ticker.collect(flight) if chunk is not None]
        if not flying and ticker.can_advance(job):
            flying.append(ticker.launch([job]))
    assert heard == list(speak(ticker, units, 0, options()))


def test_fewer_steps_run_fewer_blocks() -> None:
    """On a device where it pays, as deep as the deepest row goes; elsewhere all of them."""
    torch.manual_seed(3)
    model = AcousticModel(replace(SMALL, exits=(1, 1, 2))).eval().requires_grad_(False)
    for name, value in small_acoustic().named_parameters():
        model.get_parameter(name).copy_(value)
    seen: list[str] = []

    class Noting(HostRunner):
        def run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
            seen.append(f"{program.name} {getattr(program.function, 'args', [''])[0]}")
            return super().run(program, rows, inputs)

    quick, full = Noting(16), HostRunner(16)
    full.shallow = False
    units = some_units(8)
    one_step = replace(options(), steps=1)
    shallow = list(speak(ticker_on(quick, full, model), units, 0, one_step))
    assert "open 1" in seen
    assert not {"open 2", "frames 2"} & set(seen)
    deep = list(speak(ticker_on(quick, full, model), units, 0, options()))
    assert "open 2" in seen
    assert shallow != deep
    assert deep == say(ticker_on(full, full, small_acoustic()), units)


@pytest.mark.parametrize("most", [1, 5])
def test_warming_up_leaves_no_one_behind(most: int) -> None:
    ticker = ticker_on(HostRunner(16), HostRunner(16), small_acoustic())
    ticker.warm_up(most)
    assert ticker.languages["en"].slots.used == ticker.sound.slots.used == 0
    assert ticker.sound.slots.capacity == 1
