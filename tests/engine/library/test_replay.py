"""Takes made again, alone and together."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.kernels.reference import ReferenceKernel
from engine.library.control_events import ControlEvent, changes
from engine.library.packed_codes import pack_codes
from engine.library.replay import replay, replay_together
from engine.library.scores import PlayedScore, pack_notes
from engine.library.takes import Settings
from engine.music.condition import After
from engine.music.guide import REST_S, ScoreGuide
from engine.wavenet import mulaw
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model
from tests.takes import TINY_PRESET, TINY_SETTINGS, tiny_take


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny.safetensors")


@pytest.fixture(scope="module")
def kernel(model: ModelFile) -> Kernel:
    return CpuKernel(model)


def test_replaying_gives_what_a_generator_drew_with_the_same_changes(kernel: Kernel) -> None:
    hot = dataclasses.replace(TINY_PRESET.params(), temperature=2.0, speaker="rms")
    generator = Generator(kernel, TINY_PRESET.params(), 7)
    first = generator.step(130).codes
    generator.set(hot)
    drawn = np.concatenate([first, generator.step(570).codes])
    take = tiny_take(drawn, changes(130, TINY_PRESET.params(), hot))
    np.testing.assert_array_equal(replay(take, kernel), drawn)


def test_a_take_can_be_made_again_from_its_settings_in_a_file(kernel: Kernel) -> None:
    take = tiny_take(replay(TINY_SETTINGS, kernel), ())
    text = json.dumps(take.settings())
    assert "2000" not in text  # the same samples are the same settings, whenever they were made
    np.testing.assert_array_equal(replay(Settings.from_json(json.loads(text)), kernel), take.codes)


def test_without_its_events_a_take_is_another(kernel: Kernel) -> None:
    changed = dataclasses.replace(TINY_SETTINGS, events=(ControlEvent(100, "temperature", 3.0),))
    plain, steered = replay(TINY_SETTINGS, kernel), replay(changed, kernel)
    np.testing.assert_array_equal(plain[:100], steered[:100])
    assert (plain[100:] != steered[100:]).any()


def test_another_seed_gives_other_samples(kernel: Kernel) -> None:
    other = dataclasses.replace(TINY_SETTINGS, seed=8)
    assert (replay(TINY_SETTINGS, kernel) != replay(other, kernel)).any()


def test_a_replay_goes_on_from_what_it_was_primed_with(kernel: Kernel) -> None:
    past = np.random.default_rng(3).integers(0, 256, 40, dtype=np.uint8)
    generator = Generator(kernel, TINY_PRESET.params(), 7)
    generator.prime(past)
    primed = dataclasses.replace(TINY_SETTINGS, samples=200, prime=pack_codes(past))
    np.testing.assert_array_equal(replay(primed, kernel), generator.step(200).codes)


def test_progress_counts_every_sample_once(kernel: Kernel) -> None:
    reported: list[int] = []
    replay(
        dataclasses.replace(TINY_SETTINGS, samples=600, prime=pack_codes(np.zeros(600, np.uint8))),
        kernel,
        reported.append,
    )
    assert sum(reported) == 1200
    assert len(reported) > 2


def test_a_model_that_overflows_is_named(model: ModelFile) -> None:
    weights = {key: value * np.float32(1e38) for key, value in model.weights.items()}
    with pytest.raises(StudioError, match="model 'tiny': the model gave NaN or infinity at sample 0"):
        replay(TINY_SETTINGS, ReferenceKernel(ModelFile(model.header, weights)))


def test_a_tag_that_the_model_does_not_know_is_named(kernel: Kernel) -> None:
    unknown = dataclasses.replace(
        TINY_SETTINGS, preset=dataclasses.replace(TINY_PRESET, tags={"pianno": 1.0})
    )
    with pytest.raises(StudioError, match=r"tag 'pianno' is unknown to this model; did you mean piano\?"):
        replay(unknown, kernel)


@pytest.mark.parametrize("threads", [1, 2])
def test_takes_replayed_together_are_what_each_is_alone(kernel: Kernel, threads: int) -> None:
    reported: list[int] = []
    seeds = (9, 2**64 - 1, 0)
    together = replay_together(TINY_SETTINGS, seeds, kernel, reported.append, threads=threads)
    for seed, codes in zip(seeds, together, strict=True):
        alone = replay(dataclasses.replace(TINY_SETTINGS, seed=seed), kernel)
        np.testing.assert_array_equal(codes, alone)
    assert sum(reported) == 3 * 700


@pytest.mark.parametrize(
    "changed",
    [
        {"prime": pack_codes(np.zeros(3, np.uint8))},
        {"events": (ControlEvent(5, "temperature", 0.5),)},
    ],
)
def test_takes_that_are_primed_or_change_are_not_replayed_together(
    kernel: Kernel, changed: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="one by one"):
        replay_together(dataclasses.replace(TINY_SETTINGS, **changed), (1, 2), kernel)  # type: ignore[arg-type]


TUNE = PlayedScore("tune", pack_notes(np.array([[0.005, 0.02, 69, 100, 0, 0]], np.float32)))


def test_a_score_for_a_model_that_plays_none_is_refused(tmp_path: Path) -> None:
    speech = ReferenceKernel(save_tiny_model(tmp_path / "speech.safetensors", "speech", tags=()))
    spoken = dataclasses.replace(TINY_SETTINGS, preset=dataclasses.replace(TINY_PRESET, tags={}))
    settings = Settings.from_json(dataclasses.replace(spoken, score=TUNE).to_json())
    assert settings.score == TUNE
    with pytest.raises(StudioError, match="this model plays no scores"):
        replay(settings, speech)
    with pytest.raises(StudioError, match="this model plays no scores"):
        replay_together(settings, (1, 2), speech)


def test_a_model_of_music_hears_a_score_as_a_guide_from_the_first_sample_on(model: ModelFile) -> None:
    kernel = CpuKernel(model)
    scored = Settings.from_json(dataclasses.replace(TINY_SETTINGS, score=TUNE).to_json())
    guide = ScoreGuide(16_000, TUNE.array(), "improvise")
    generator = Generator(kernel, TINY_PRESET.params(), 7, StreamConditions(feedback=guide))
    codes = replay(scored, kernel)
    np.testing.assert_array_equal(codes, generator.step(700).codes)
    plain = replay(TINY_SETTINGS, kernel)
    assert (codes[1:] != plain[1:]).any()
    assert codes[0] == plain[0]  # which is drawn before anything is heard


@pytest.mark.parametrize("after", ["improvise", "silence"])
@pytest.mark.parametrize("threads", [1, 2])
def test_scored_takes_replayed_together_are_what_each_is_alone(
    model: ModelFile, after: After, threads: int
) -> None:
    kernel, score = CpuKernel(model), dataclasses.replace(TUNE, after=after)
    rest = round((0.025 + REST_S) * 16_000)
    settings = dataclasses.replace(TINY_SETTINGS, samples=rest + 600, score=score)
    seeds = (9, 3, 4)
    for seed, codes in zip(seeds, replay_together(settings, seeds, kernel, threads=threads), strict=True):
        alone = replay(dataclasses.replace(settings, seed=seed), kernel)
        np.testing.assert_array_equal(codes, alone)
        assert (codes[rest + 1 :] == mulaw.SILENCE).all() == (after == "silence")
