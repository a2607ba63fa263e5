"""What layers of a running stream saw: some samples of each turn, with what they were conditioned on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.analysis.contributions import contributions, contributions_at
from engine.analysis.network import Given, LayerNetwork
from engine.kernels.base import Kernel
from engine.kernels.reference import ReferenceKernel
from engine.library.presets import Preset
from engine.stream.controls import Controls
from engine.stream.layer_watch import LayerWatch
from engine.stream.messages import Request
from engine.stream.run import Run
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.model_file import ModelFile

PRESET = Preset(id="test", name="Test", category="user", model="tiny", temperature=0.9, tags={"calm": 1.0})


@pytest.fixture
def controls() -> Controls:
    return Controls(PRESET.params())


@pytest.fixture
def run(model: ModelFile, kernel: Kernel, controls: Controls) -> Run:
    return Run(Request(model, PRESET, PRESET.params(), 1, "cpu"), model, kernel, controls)


def test_every_5_ms_of_what_was_made_is_seen_once_and_as_the_open_network_has_it(
    run: Run, model: ModelFile
) -> None:
    watch = LayerWatch()
    watch.on = True
    for _ in range(3):
        run.read(200)
        watch.look(run)
    found = watch.take()
    assert watch.take() == []
    assert watch.possible
    assert np.concatenate([each.samples for each in found]).tolist() == list(range(0, run.generated, 80))
    take = run.take()
    assert take is not None
    network, given = LayerNetwork(model), Given(condition_inputs(model.config, PRESET.params()))
    whole = contributions(network, take.codes, given)
    for each in found:
        np.testing.assert_array_equal(each.codes, take.codes[each.samples])
        np.testing.assert_array_equal(each.seen.features, given.features)
        shares = contributions_at(network, each.seen.taps, each.codes, given).shares
        np.testing.assert_allclose(shares, whole.shares[:, each.samples], atol=0.05)  # of int8 weights


def test_samples_from_before_a_change_are_not_seen_with_what_changed(run: Run, controls: Controls) -> None:
    watch = LayerWatch()
    watch.on = True
    run.read(300)
    made = run.generated
    controls.params = replace(PRESET.params(), muted=(4,))
    run.read(300)
    watch.look(run)
    (found,) = watch.take()
    assert found.muted == (4,)
    assert found.samples[0] == -(-made // 80) * 80


def test_nothing_is_copied_while_nobody_looks(run: Run) -> None:
    watch = LayerWatch()
    run.read(400)
    watch.look(run)
    assert watch.take() == []


def test_an_engine_that_keeps_no_rows_says_so(model: ModelFile, controls: Controls) -> None:
    run = Run(Request(model, PRESET, PRESET.params(), 1, "cpu"), model, ReferenceKernel(model), controls)
    watch = LayerWatch()
    watch.on = True
    run.read(100)
    watch.look(run)
    assert (watch.take(), watch.possible) == ([], False)
