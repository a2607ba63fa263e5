"""Where samples come from, on the calling thread: a model's stream, and samples that exist already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.reference import ReferenceKernel
from engine.library.presets import Preset
from engine.library.recordings import SpokenRecording, pack_steps
from engine.library.replay import replay
from engine.stream.controls import Controls
from engine.stream.messages import Request
from engine.stream.run import Run
from engine.wavenet import mulaw
from engine.wavenet.config import GenerationParams, LocalConfig
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.fakes import Hindered
from tests.models import save_tiny_model

PRESET = Preset(id="test", name="Test", category="user", model="tiny", temperature=0.9)

MakeRun = Callable[..., Run]


@pytest.fixture
def make_run(model: ModelFile, kernel: Kernel) -> MakeRun:
    def make(seed: int = 1, params: GenerationParams | None = None, with_kernel: Kernel | None = None) -> Run:
        request = Request(model, PRESET, params or PRESET.params(), seed, "cpu")
        controls = Controls(request.params)
        run = Run(request, model, with_kernel or kernel, controls)
        run.test_controls = controls  # type: ignore[attr-defined]
        return run

    return make


def test_a_run_gives_what_the_generator_draws_however_it_is_read(make_run: MakeRun, kernel: Kernel) -> None:
    run = make_run(seed=5)
    run.make_ahead()
    parts = [run.read(n) for n in (1, 300, 64, 5)]
    drawn = Generator(kernel, PRESET.params(), 5).step(370).codes
    np.testing.assert_array_equal(np.concatenate(parts), mulaw.decode(drawn))


def test_it_counts_what_it_made_and_what_is_ready(make_run: MakeRun) -> None:
    run = make_run()
    assert (run.generated, run.ready, run.real_time_factor, run.best_factor) == (0, 0, 0.0, 0.0)
    run.make_ahead(50)
    run.make_ahead(30)
    assert (run.generated, run.ready) == (80, 80)
    run.read(60)
    assert (run.generated, run.ready) == (80, 20)
    assert 0.0 < run.real_time_factor <= run.best_factor


def test_a_slow_model_makes_no_more_in_one_go_than_10_ms_of_work(make_run: MakeRun, kernel: Kernel) -> None:
    run = make_run(with_kernel=Hindered(kernel, seconds_a_sample=1e-3))
    run.make_ahead()
    first = run.generated
    run.make_ahead()
    assert 1 <= run.generated - first <= 10


def test_nothing_made_is_no_take(make_run: MakeRun) -> None:
    assert make_run().take() is None


def test_a_change_holds_from_the_next_sample_on_and_the_take_can_be_made_again(
    make_run: MakeRun, kernel: Kernel
) -> None:
    run = make_run(seed=3)
    run.read(200)
    made = run.generated
    run.test_controls.params = replace(PRESET.params(), temperature=0.1, tags=(("calm", 1.0),))  # type: ignore[attr-defined]
    run.read(400)
    take = run.take()
    assert take is not None
    assert {(event.sample, event.parameter, event.value) for event in take.events} == {
        (made, "temperature", 0.1),
        (made, "tags.calm", 1.0),
    }
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_layers_muted_from_the_start_and_later_are_events_and_the_take_can_be_made_again(
    make_run: MakeRun, kernel: Kernel
) -> None:
    run = make_run(seed=3, params=replace(PRESET.params(), muted=(2,)))
    run.read(200)
    made = run.generated
    run.test_controls.params = replace(PRESET.params(), muted=(0, 2))  # type: ignore[attr-defined]
    run.read(200)
    take = run.take()
    assert take is not None
    assert [(event.sample, event.parameter, event.value) for event in take.events] == [
        (0, "layers.2", 0),
        (made, "layers.0", 0),
    ]
    np.testing.assert_array_equal(replay(take, kernel), take.codes)
    whole = Generator(kernel, PRESET.params(), 3).step(len(take.codes)).codes
    assert (whole[:200] != take.codes[:200]).any()


def test_a_skip_that_is_switched_is_an_event_and_the_take_can_be_made_again(
    make_run: MakeRun, kernel: Kernel
) -> None:
    run = make_run(seed=3)
    run.read(200)
    made = run.generated
    run.test_controls.params = replace(PRESET.params(), unskipped=(0, 2))  # type: ignore[attr-defined]
    run.read(200)
    take = run.take()
    assert take is not None
    assert [(event.sample, event.parameter, event.value) for event in take.events] == [
        (made, "skips.0", 0),
        (made, "skips.2", 0),
    ]
    np.testing.assert_array_equal(replay(take, kernel), take.codes)
    whole = Generator(kernel, PRESET.params(), 3).step(len(take.codes)).codes
    assert (whole[:made] == take.codes[:made]).all()
    assert (whole[made:] != take.codes[made:]).any()


def test_a_layer_that_the_model_does_not_have_is_explained(make_run: MakeRun) -> None:
    run = make_run(params=replace(PRESET.params(), muted=(8,)))
    run.read(10)
    assert run.refused == "layer 8 cannot be muted: this model has 8, from 0 on"


def test_parameters_that_cannot_be_are_explained_and_change_nothing(make_run: MakeRun) -> None:
    run = make_run()
    run.test_controls.params = replace(PRESET.params(), speaker="nobody")  # type: ignore[attr-defined]
    run.read(10)
    assert "nobody" in run.refused
    run.test_controls.params = PRESET.params()  # type: ignore[attr-defined]
    run.read(500)
    assert run.refused == ""
    take = run.take()
    assert take is not None
    assert take.events == ()


def test_a_run_with_a_speaker_that_is_unknown_is_refused(make_run: MakeRun) -> None:
    with pytest.raises(StudioError, match="nobody"):
        make_run(params=replace(PRESET.params(), speaker="nobody"))


def test_nan_is_raised_and_what_was_made_before_is_a_take(make_run: MakeRun, kernel: Kernel) -> None:
    run = make_run(with_kernel=Hindered(kernel, nan_at=300))
    with pytest.raises(FloatingPointError, match="sample 300"):
        run.read(1000)
    take = run.take()
    assert take is not None
    assert 300 - 128 < len(take.codes) <= 300


def test_the_distribution_is_that_of_the_latest_sample(make_run: MakeRun) -> None:
    run = make_run()
    assert run.distribution is None
    last = run.read(100)[-1]
    assert run.distribution is not None
    assert run.distribution.drawn == last
    assert run.distribution.params == PRESET.params()


def test_a_run_that_says_a_recording_ends_with_it_and_its_take_has_it(tmp_path: Path) -> None:
    speech = LocalConfig(channels=24, hop=80, features="speech", encoder=(8,))
    spoken = save_tiny_model(tmp_path / "spoken.safetensors", "spoken", local=speech, tags=())
    steps = np.random.default_rng(1).integers(-300, 300, (10, 24)).astype(np.int16)
    recording = SpokenRecording("hum", pack_steps(steps), 16_000, speed=2.0)
    params = GenerationParams(speaker="rms")
    request = Request(spoken, PRESET, params, 4, "reference", recording=recording)
    kernel = ReferenceKernel(spoken)
    run = Run(request, spoken, kernel, Controls(params))
    assert (run.left, run.complete) == (400, False)
    run.make_ahead()
    assert (run.ready, run.left) == (128, 400)
    parts = [run.read(n) for n in (300, 300, 10)]
    assert [len(part) for part in parts] == [300, 100, 0]
    run.make_ahead()
    assert (run.ready, run.left, run.complete) == (0, 0, True)
    take = run.take()
    assert take is not None
    assert (take.recording, len(take.codes)) == (recording, 400)
    settings = take.as_settings()
    np.testing.assert_array_equal(replay(settings, kernel, local=settings.said(spoken)), take.codes)


def test_a_run_of_a_model_that_says_nothing_refuses_a_recording(model: ModelFile, kernel: Kernel) -> None:
    recording = SpokenRecording("hum", pack_steps(np.zeros((10, 24), np.int16)), 16_000)
    request = Request(model, PRESET, PRESET.params(), 4, recording=recording)
    with pytest.raises(StudioError, match="says nothing"):
        Run(request, model, kernel, Controls(request.params))
