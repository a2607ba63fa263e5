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
from engine.library.control_events import ControlEvent, apply, changes
from engine.library.packed_codes import pack_codes, unpack_codes
from engine.library.presets import Preset
from engine.library.replay import replay, replay_together
from engine.library.scores import PlayedScore, pack_notes
from engine.library.takes import Settings, Take
from engine.music.condition import After
from engine.music.guide import REST_S, ScoreGuide
from engine.wavenet import mulaw
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

PRESET = Preset(id="p", name="P", category="user", model="tiny", temperature=0.9, tags={"piano": 1.0})
SETTINGS = Settings(
    preset=PRESET,
    seed=7,
    engine="reference",
    kernel_version="1",
    model="tiny",
    model_hash="abc",
    sample_rate=16_000,
    samples=700,
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny.safetensors")


@pytest.fixture(scope="module")
def kernel(model: ModelFile) -> Kernel:
    return ReferenceKernel(model)


def a_take(codes: np.ndarray, events: tuple[ControlEvent, ...] = ()) -> Take:
    return Take(
        id="t",
        name="Take 1",
        created="2000-01-01T00:00:00+00:00",
        preset=PRESET,
        seed=7,
        engine="reference",
        kernel_version="1",
        model="tiny",
        model_hash="abc",
        sample_rate=16_000,
        codes=codes,
        events=events,
    )


def test_the_events_between_two_sets_of_parameters_lead_from_one_to_the_other() -> None:
    old = GenerationParams(temperature=1.0, speaker="slt", tags=(("piano", 1.0), ("calm", 0.5)))
    new = GenerationParams(temperature=0.5, top_k=9, top_p=0.9, tags=(("calm", 0.5), ("fast", 2.0)))
    events = changes(128, old, new)
    assert set(events) == {
        ControlEvent(128, "temperature", 0.5),
        ControlEvent(128, "top_k", 9),
        ControlEvent(128, "top_p", 0.9),
        ControlEvent(128, "speaker", None),
        ControlEvent(128, "tags.piano", 0.0),
        ControlEvent(128, "tags.fast", 2.0),
    }
    reached = old
    for event in events:
        reached = apply(reached, event)
    assert dict(reached.tags) == {"piano": 0.0, "calm": 0.5, "fast": 2.0}
    assert dataclasses.replace(reached, tags=()) == dataclasses.replace(new, tags=())


def test_parameters_that_stay_give_no_event() -> None:
    old = GenerationParams(tags=(("piano", 0.0), ("calm", 1.0)))
    assert changes(0, old, GenerationParams(tags=(("calm", 1.0),))) == ()


@pytest.mark.parametrize("parameter", ["volume", "tags", ""])
def test_an_event_of_no_known_parameter_is_refused(parameter: str) -> None:
    with pytest.raises(StudioError, match=f"sample 5: unknown parameter '{parameter}'"):
        apply(GenerationParams(), ControlEvent(5, parameter, 1.0))


def test_an_event_with_an_absurd_value_is_refused() -> None:
    with pytest.raises(StudioError, match="temperature: input should be less than or equal to 4"):
        apply(GenerationParams(), ControlEvent(5, "temperature", 40.0))


def test_replaying_gives_what_a_generator_drew_with_the_same_changes(kernel: Kernel) -> None:
    hot = dataclasses.replace(PRESET.params(), temperature=2.0, speaker="rms")
    generator = Generator(kernel, PRESET.params(), 7)
    first = generator.step(130).codes
    generator.set(hot)
    drawn = np.concatenate([first, generator.step(570).codes])
    take = a_take(drawn, changes(130, PRESET.params(), hot))
    np.testing.assert_array_equal(replay(take, kernel), drawn)


def test_a_take_can_be_made_again_from_its_settings_in_a_file(kernel: Kernel) -> None:
    take = a_take(replay(SETTINGS, kernel), ())
    text = json.dumps(take.settings())
    assert "2000" not in text  # the same samples are the same settings, whenever they were made
    np.testing.assert_array_equal(replay(Settings.from_json(json.loads(text)), kernel), take.codes)


def test_without_its_events_a_take_is_another(kernel: Kernel) -> None:
    changed = dataclasses.replace(SETTINGS, events=(ControlEvent(100, "temperature", 3.0),))
    plain, steered = replay(SETTINGS, kernel), replay(changed, kernel)
    np.testing.assert_array_equal(plain[:100], steered[:100])
    assert (plain[100:] != steered[100:]).any()


def test_another_seed_gives_other_samples(kernel: Kernel) -> None:
    other = dataclasses.replace(SETTINGS, seed=8)
    assert (replay(SETTINGS, kernel) != replay(other, kernel)).any()


def test_a_replay_goes_on_from_what_it_was_primed_with(kernel: Kernel) -> None:
    past = np.random.default_rng(3).integers(0, 256, 40, dtype=np.uint8)
    generator = Generator(kernel, PRESET.params(), 7)
    generator.prime(past)
    primed = dataclasses.replace(SETTINGS, samples=200, prime=pack_codes(past))
    np.testing.assert_array_equal(replay(primed, kernel), generator.step(200).codes)


def test_progress_counts_every_sample_once(kernel: Kernel) -> None:
    reported: list[int] = []
    replay(
        dataclasses.replace(SETTINGS, samples=600, prime=pack_codes(np.zeros(600, np.uint8))),
        kernel,
        reported.append,
    )
    assert sum(reported) == 1200
    assert len(reported) > 2


def test_a_model_that_overflows_is_named(model: ModelFile) -> None:
    weights = {key: value * np.float32(1e38) for key, value in model.weights.items()}
    with pytest.raises(StudioError, match="model 'tiny': the model gave NaN or infinity at sample 0"):
        replay(SETTINGS, ReferenceKernel(ModelFile(model.header, weights)))


def test_a_tag_that_the_model_does_not_know_is_named(kernel: Kernel) -> None:
    unknown = dataclasses.replace(SETTINGS, preset=dataclasses.replace(PRESET, tags={"pianno": 1.0}))
    with pytest.raises(StudioError, match=r"tag 'pianno' is unknown to this model; did you mean piano\?"):
        replay(unknown, kernel)


def test_samples_and_seconds_follow_from_the_codes() -> None:
    take = a_take(np.arange(160, dtype=np.uint8))
    np.testing.assert_array_equal(take.samples(), mulaw.DECODED[:160])
    assert take.samples().dtype == np.float32
    assert take.seconds == 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": -1}, "settings of a take: seed"),
        ({"seed": None}, "settings of a take: seed"),
        ({"format": 2}, "settings of a take: format"),
        ({"samples": 0}, "settings of a take: samples"),
        ({"events": [{"sample": 1}]}, r"settings of a take: events\.0\.parameter"),
        ({"preset": {"name": "x"}}, r"settings of a take: preset\.id"),
        ({"extra": 1}, "settings of a take: extra"),
    ],
)
def test_broken_settings_are_refused_with_the_field(change: dict[str, object], message: str) -> None:
    with pytest.raises(StudioError, match=message):
        Settings.from_json({**SETTINGS.to_json(), **change})


def test_settings_of_something_else_are_refused() -> None:
    with pytest.raises(StudioError, match="settings of a take: "):
        Settings.from_json({"artist": "Somebody"})


def test_codes_survive_packing(tmp_path: Path) -> None:
    codes = np.random.default_rng(0).integers(0, 256, 1000, dtype=np.uint8)
    np.testing.assert_array_equal(unpack_codes(pack_codes(codes)), codes)
    assert len(unpack_codes(pack_codes(codes[:0]))) == 0


@pytest.mark.parametrize("text", ["*", "AAAA", "AAA"])
def test_packed_codes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(StudioError, match="settings of a take: prime: not packed samples"):
        unpack_codes(text)


@pytest.mark.parametrize("threads", [1, 2])
def test_takes_replayed_together_are_what_each_is_alone(kernel: Kernel, threads: int) -> None:
    reported: list[int] = []
    seeds = (9, 2**64 - 1, 0)
    together = replay_together(SETTINGS, seeds, kernel, reported.append, threads=threads)
    for seed, codes in zip(seeds, together, strict=True):
        alone = replay(dataclasses.replace(SETTINGS, seed=seed), kernel)
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
        replay_together(dataclasses.replace(SETTINGS, **changed), (1, 2), kernel)  # type: ignore[arg-type]


def test_settings_of_before_there_were_scores_still_load() -> None:
    old = SETTINGS.to_json()
    del old["score"]
    del old["preset"]["score"], old["preset"]["after"]
    assert Settings.from_json(old) == SETTINGS


TUNE = PlayedScore("tune", pack_notes(np.array([[0.005, 0.02, 69, 100, 0, 0]], np.float32)))


def test_settings_keep_which_take_it_branched_off_and_old_ones_say_none() -> None:
    branch = dataclasses.replace(a_take(np.zeros(9, np.uint8)), parent="abc", parent_sample=5)
    fields = branch.settings()
    assert (fields["parent"], fields["parent_sample"]) == ("abc", 5)
    assert Settings.from_json(fields) == branch.as_settings()
    del fields["parent"], fields["parent_sample"]
    old = Settings.from_json(fields)
    assert (old.parent, old.parent_sample) == ("", 0)


def test_a_score_for_a_model_that_plays_none_is_refused(tmp_path: Path) -> None:
    speech = ReferenceKernel(save_tiny_model(tmp_path / "speech.safetensors", "speech", tags=()))
    spoken = dataclasses.replace(SETTINGS, preset=dataclasses.replace(PRESET, tags={}))
    settings = Settings.from_json(dataclasses.replace(spoken, score=TUNE).to_json())
    assert settings.score == TUNE
    with pytest.raises(StudioError, match="this model plays no scores"):
        replay(settings, speech)
    with pytest.raises(StudioError, match="this model plays no scores"):
        replay_together(settings, (1, 2), speech)


def test_a_model_of_music_hears_a_score_as_a_guide_from_the_first_sample_on(model: ModelFile) -> None:
    kernel = CpuKernel(model)
    scored = Settings.from_json(dataclasses.replace(SETTINGS, score=TUNE).to_json())
    guide = ScoreGuide(16_000, TUNE.array(), "improvise")
    generator = Generator(kernel, PRESET.params(), 7, StreamConditions(feedback=guide))
    codes = replay(scored, kernel)
    np.testing.assert_array_equal(codes, generator.step(700).codes)
    plain = replay(SETTINGS, kernel)
    assert (codes[1:] != plain[1:]).any()
    assert codes[0] == plain[0]  # which is drawn before anything is heard


@pytest.mark.parametrize("after", ["improvise", "silence"])
@pytest.mark.parametrize("threads", [1, 2])
def test_scored_takes_replayed_together_are_what_each_is_alone(
    model: ModelFile, after: After, threads: int
) -> None:
    kernel, score = CpuKernel(model), dataclasses.replace(TUNE, after=after)
    rest = round((0.025 + REST_S) * 16_000)
    settings = dataclasses.replace(SETTINGS, samples=rest + 600, score=score)
    seeds = (9, 3, 4)
    for seed, codes in zip(seeds, replay_together(settings, seeds, kernel, threads=threads), strict=True):
        alone = replay(dataclasses.replace(settings, seed=seed), kernel)
        np.testing.assert_array_equal(codes, alone)
        assert (codes[rest + 1 :] == mulaw.SILENCE).all() == (after == "silence")
