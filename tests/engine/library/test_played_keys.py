"""Keys as control events of a take, as its guide track, and as notes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.conditions import UNCONDITIONED, StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.cpu import CpuKernel
from engine.library.control_events import ControlEvent
from engine.library.packed_codes import pack_codes
from engine.library.played_keys import (
    change_of,
    event_of,
    led_by_keys,
    played_notes,
    releases,
    takes_keys,
)
from engine.library.replay import replay, replay_changed
from engine.library.takes import Settings
from engine.music.guide import FEEDBACK_GAIN
from engine.music.keyboard import KeyChange, PlayedNote
from engine.music.live_guide import LiveGuide
from engine.wavenet.config import LocalConfig, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, save_tiny_model
from tests.takes import TINY_PRESET, TINY_SETTINGS, tiny_take

EVENTS = (
    ControlEvent(100, "note.69", 127),
    ControlEvent(300, "pedal", 127),
    ControlEvent(350, "note.69", 0),
    ControlEvent(400, "temperature", 0.5),
    ControlEvent(420, "note.30", 64),
    ControlEvent(600, "pedal", 0),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny.safetensors")


@pytest.fixture(scope="module")
def kernel(model: ModelFile) -> Kernel:
    return CpuKernel(model)


@pytest.mark.parametrize("change", [KeyChange(0, 1), KeyChange(127, 0), KeyChange(None, 127)])
def test_a_key_is_an_event_and_that_the_key_again(change: KeyChange) -> None:
    event = event_of(7, change)
    assert event.sample == 7
    assert not event.steers
    assert change_of(event) == change


@pytest.mark.parametrize(
    "parameter", ["note.128", "note.-1", "note.", "note.6x", "note.²", "note.1.5", "note." + "9" * 5000]
)
def test_what_is_no_key_is_named(parameter: str) -> None:
    with pytest.raises(StudioError, match=r"sample 9: .*note\.0 to note\.127"):
        change_of(ControlEvent(9, parameter, 1))


@pytest.mark.parametrize("value", [128, -1, 0.5, True, "loud", None])
def test_what_is_no_velocity_is_named(value: object) -> None:
    with pytest.raises(StudioError, match=r"sample 9: velocity .* 0 to 127"):
        change_of(ControlEvent(9, "note.60", value))  # type: ignore[arg-type]


def test_music_that_is_given_no_frames_takes_keys_speech_and_learnt_scores_do_not() -> None:
    frames = LocalConfig(channels=24, hop=80, features="speech")
    roll = LocalConfig(channels=185, hop=160, features="roll")
    assert takes_keys(ModelConfig(**TINY))
    assert not takes_keys(ModelConfig(**{**TINY, "tags": ()}))
    assert not takes_keys(ModelConfig(**TINY, local=frames))
    assert not takes_keys(ModelConfig(**TINY, local=roll))


def test_a_model_that_takes_none_keeps_its_conditions() -> None:
    config = ModelConfig(**{**TINY, "tags": ()})
    assert led_by_keys(config, UNCONDITIONED, 0) is UNCONDITIONED


def test_a_take_is_made_again_with_its_keys(kernel: Kernel) -> None:
    """Held against a generator that is led by hand, cut elsewhere."""
    settings = dataclasses.replace(TINY_SETTINGS, events=EVENTS)
    guide = LiveGuide(16_000, FEEDBACK_GAIN)
    generator = Generator(kernel, TINY_PRESET.params(), settings.seed, StreamConditions(feedback=guide))
    drawn = [generator.step(100).codes]
    guide.play(100, KeyChange(69, 127))
    drawn += [generator.step(n).codes for n in (1, 199)]
    guide.play(300, KeyChange(None, 127))
    drawn.append(generator.step(50).codes)
    guide.play(350, KeyChange(69, 0))
    drawn.append(generator.step(50).codes)
    generator.set(dataclasses.replace(generator.params, temperature=0.5))
    drawn.append(generator.step(20).codes)
    guide.play(420, KeyChange(30, 64))
    drawn.append(generator.step(180).codes)
    guide.play(600, KeyChange(None, 0))
    drawn.append(generator.step(100).codes)
    np.testing.assert_array_equal(replay(settings, kernel), np.concatenate(drawn))


def test_keys_change_nothing_before_they_are_played_and_what_is_drawn_after(kernel: Kernel) -> None:
    plain = replay(TINY_SETTINGS, kernel)
    led = replay(dataclasses.replace(TINY_SETTINGS, events=EVENTS), kernel)
    np.testing.assert_array_equal(plain[:101], led[:101])  # what is fed back bears on the next one
    assert (plain[101:] != led[101:]).any()


def test_a_take_with_keys_that_continues_something_counts_them_from_its_own_first_sample(
    kernel: Kernel,
) -> None:
    past = np.random.default_rng(3).integers(0, 256, 40, dtype=np.uint8)
    settings = dataclasses.replace(TINY_SETTINGS, prime=pack_codes(past), events=EVENTS[:1])
    guide = LiveGuide(16_000, FEEDBACK_GAIN, first=40)
    guide.play(100, KeyChange(69, 127))
    generator = Generator(kernel, TINY_PRESET.params(), settings.seed, StreamConditions(feedback=guide))
    generator.prime(past)
    np.testing.assert_array_equal(replay(settings, kernel), generator.step(700).codes)


def test_keys_go_through_a_file(kernel: Kernel) -> None:
    settings = dataclasses.replace(TINY_SETTINGS, events=EVENTS)
    again = Settings.from_json(json.loads(json.dumps(settings.to_json())))
    assert again == settings
    np.testing.assert_array_equal(replay(again, kernel), replay(settings, kernel))


def test_with_other_events_a_take_with_keys_is_made_from_the_first_that_differs(kernel: Kernel) -> None:
    settings = dataclasses.replace(TINY_SETTINGS, events=EVENTS)
    take = tiny_take(replay(settings, kernel), EVENTS)
    other = (*EVENTS[:3], ControlEvent(400, "temperature", 2.0), *EVENTS[4:])
    expected = replay(dataclasses.replace(TINY_SETTINGS, events=other), kernel)
    np.testing.assert_array_equal(replay_changed(take, other, kernel), expected)


def test_a_model_that_takes_no_keys_refuses_them(tmp_path: Path) -> None:
    plain = CpuKernel(save_tiny_model(tmp_path / "plain.safetensors", tags=()))
    preset = dataclasses.replace(TINY_PRESET, tags={})
    with pytest.raises(StudioError, match="sample 100: this model takes no keys"):
        replay(dataclasses.replace(TINY_SETTINGS, preset=preset, events=EVENTS), plain)


def test_what_is_held_at_a_sample_is_let_go_there() -> None:
    assert releases(EVENTS[:1], 200) == [ControlEvent(200, "note.69", 0)]
    assert releases(EVENTS[:3], 390) == [ControlEvent(390, "pedal", 0)]
    assert releases(EVENTS, 700) == [ControlEvent(700, "note.30", 0)]


def test_the_notes_of_a_take_are_those_that_were_played() -> None:
    take = tiny_take(np.zeros(700, np.uint8), EVENTS)
    assert played_notes(take) == (PlayedNote(100, 69, 127, 600), PlayedNote(420, 30, 64))
