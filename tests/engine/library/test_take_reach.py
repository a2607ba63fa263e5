"""What a sample of a take was made of: the reach of its codes, with what conditioned it then."""

from __future__ import annotations

import numpy as np

from engine.analysis.network import Given, LayerNetwork
from engine.analysis.reach import reach
from engine.library.control_events import ControlEvent
from engine.library.take_reach import fed_back, reach_in_take
from engine.wavenet.codes import FULL_SCALE, mix_feedback
from engine.wavenet.conditions import Feedback
from engine.wavenet.config import ModelConfig
from tests.models import TINY, random_model
from tests.takes import tiny_take
from tests.tracks import Turning

CONFIG = ModelConfig(**{**TINY, "tags": ("piano", "calm"), "speakers": ()})
MODEL = random_model(CONFIG, seed=4)
CODES = np.random.default_rng(3).integers(0, 256, 200).astype(np.uint8)
PIANO = np.array([1.0, 0.0], np.float32)


def test_it_is_the_reach_of_the_whole_take_with_what_held_at_that_sample() -> None:
    events = (
        ControlEvent(150, "tags.calm", 0.5),
        ControlEvent(150, "skips.2", 0),
        ControlEvent(160, "layers.1", 0),
    )
    take = tiny_take(CODES, events)
    network = LayerNetwork(MODEL)
    for sample, given in (
        (100, Given(PIANO)),
        (155, Given(np.array([1.0, 0.5], np.float32), unskipped=frozenset({2}))),
        (170, Given(np.array([1.0, 0.5], np.float32), None, frozenset({1}), frozenset({2}))),
    ):
        found = reach_in_take(take, sample, MODEL)
        wanted = reach(network, CODES, sample, given)
        assert found.any()
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-7)


def test_the_first_sample_was_made_of_nothing_and_the_second_of_one() -> None:
    assert len(reach_in_take(tiny_take(CODES), 0, MODEL)) == 0
    assert len(reach_in_take(tiny_take(CODES), 1, MODEL)) == 1


class Until(Turning):
    """A guide up to sample 20."""

    ends_at = 20

    def samples(self, start: int, n: int) -> Feedback | None:
        half, loud = np.full(n, FULL_SCALE // 2, np.int32), np.full(n, 900, np.int32)
        return Feedback(half, loud) if start < 20 else None


def test_samples_are_taken_as_the_stream_heard_them() -> None:
    inputs = fed_back(CODES[:30], Until(), 10)
    half, loud = np.full(10, FULL_SCALE // 2, np.int32), np.full(10, 900, np.int32)
    np.testing.assert_array_equal(inputs[:10], mix_feedback(CODES[:10], half, loud))
    np.testing.assert_array_equal(inputs[10:], CODES[10:30])
    assert (inputs[:10] != CODES[:10]).any()
