"""Several takes of one request: each of them is what it would be alone, and can be made again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.library.control_events import ControlEvent
from engine.library.origins import Origin
from engine.library.packed_codes import pack_codes
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.scores import PlayedScore, pack_notes
from engine.library.takes import Take
from engine.stream.messages import Request
from engine.stream.variations import make_variations
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

PRESET = Preset(id="p", name="P", category="user", model="tiny", temperature=0.9, tags={"piano": 1.0})
SEEDS = (9, 2**64 - 1, 0)
TENTH_S = 0.1


def on(_done: float) -> bool:
    return True


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny.safetensors")


def request_of(model: ModelFile, **fields: object) -> Request:
    request = Request(model, PRESET, PRESET.params(), 5, "cpu")
    return dataclasses.replace(request, **fields)  # type: ignore[arg-type]


def made_alone(take: Take, model: ModelFile) -> np.ndarray:
    return replay(take, select_kernel(model, take.engine))


@pytest.mark.parametrize("threads", [1, 2])
def test_each_is_the_take_that_its_seed_gives_alone(model: ModelFile, threads: int) -> None:
    takes = make_variations(request_of(model), SEEDS, TENTH_S, on, threads)
    assert [(take.seed, take.length, take.parent) for take in takes] == [(seed, 1600, "") for seed in SEEDS]
    assert len({take.id for take in takes}) == 3
    assert len({take.group for take in takes}) == 1
    assert takes[0].group
    assert [take.created for take in takes] == sorted((take.created for take in takes), reverse=True)
    for take in takes:
        np.testing.assert_array_equal(take.codes, made_alone(take, model))


def test_from_a_place_in_a_take_they_are_other_futures_of_it(model: ModelFile) -> None:
    (take,) = make_variations(request_of(model), [3], TENTH_S, on)
    moved = dataclasses.replace(take, events=(ControlEvent(300, "temperature", 1.4),))
    moved = dataclasses.replace(moved, codes=made_alone(moved, model))
    hot = dataclasses.replace(PRESET.params(), temperature=1.8, tags=(("calm", 1.0),))
    request = request_of(model, params=hot, origin=Origin.of(moved, 700))
    futures = make_variations(request, SEEDS, TENTH_S, on)
    for future, seed in zip(futures, SEEDS, strict=True):
        assert (future.parent, future.parent_sample, future.length) == (take.id, 700, 2300)
        assert (future.seed, future.preset.temperature) == (3, 0.9)  # as the parent began
        assert ControlEvent(700, "seed", seed) in future.events
        assert ControlEvent(700, "temperature", 1.8) in future.events
        np.testing.assert_array_equal(future.codes[:700], moved.codes[:700])
        np.testing.assert_array_equal(future.codes, made_alone(future, model))
    assert (futures[0].codes[700:] != futures[1].codes[700:]).any()


def test_what_continues_something_is_primed_with_it(model: ModelFile) -> None:
    past = np.random.default_rng(3).integers(0, 256, 90, dtype=np.uint8)
    takes = make_variations(request_of(model, prime=pack_codes(past)), SEEDS, TENTH_S, on)
    for take in takes:
        assert take.prime == pack_codes(past)
        np.testing.assert_array_equal(take.codes, made_alone(take, model))
    later = make_variations(request_of(model, origin=Origin.of(takes[0], 0)), [1, 2], TENTH_S, on)
    for take in later:
        np.testing.assert_array_equal(take.codes, made_alone(take, model))


def test_progress_rises_and_the_making_can_be_ended(model: ModelFile) -> None:
    reported: list[float] = []

    def look(done: float) -> bool:
        reported.append(done)
        return done < 0.5

    assert make_variations(request_of(model), SEEDS, 1.0, look) == []
    assert reported == sorted(reported)
    assert reported[0] == 0.0
    assert 0.5 <= reported[-1] < 0.6


def test_what_cannot_be_continued_with_a_score_is_refused_in_a_line(model: ModelFile, tmp_path: Path) -> None:
    score = PlayedScore("tune", pack_notes(np.array([[0.0, 0.1, 69, 100, 0, 0]], np.float32)))
    primed = request_of(model, score=score, prime=pack_codes(np.zeros(9, np.uint8)))
    with pytest.raises(StudioError, match="goes with no score"):
        make_variations(primed, SEEDS, TENTH_S, on)
    wrong = dataclasses.replace(PRESET.params(), tags=(("pianno", 1.0),))
    with pytest.raises(StudioError, match="tag 'pianno' is unknown"):
        make_variations(request_of(model, params=wrong), SEEDS, TENTH_S, on)
