from __future__ import annotations

import numpy as np
import pytest

from engine.conditioning import condition_inputs
from engine.config import GenerationParams, ModelConfig
from engine.errors import StudioError

VECTOR = ModelConfig(tags=("piano",), speakers=("slt",), vector_channels=3)
MODEL = ModelConfig(tags=("piano", "calm"), speakers=("slt", "rms"))


def test_tags_come_first_with_their_weights_then_one_speaker() -> None:
    params = GenerationParams(tags=(("calm", 0.25),), speaker="slt")
    assert condition_inputs(MODEL, params).tolist() == [0.0, 0.25, 1.0, 0.0]


def test_nothing_chosen_means_anything() -> None:
    assert not condition_inputs(MODEL, GenerationParams()).any()
    assert condition_inputs(MODEL, GenerationParams()).dtype == np.float32


def test_an_unknown_tag_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(StudioError, match="did you mean piano"):
        condition_inputs(MODEL, GenerationParams(tags=(("pianoo", 1.0),)))


def test_an_unknown_speaker_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(StudioError, match="there are rms, slt"):
        condition_inputs(MODEL, GenerationParams(speaker="zzz"))


def test_a_model_without_speakers_says_so() -> None:
    with pytest.raises(StudioError, match="knows no speakers"):
        condition_inputs(ModelConfig(), GenerationParams(speaker="slt"))


def test_the_free_vector_comes_last() -> None:
    params = GenerationParams(tags=(("piano", 0.5),), speaker="slt", vector=(0.25, -4.0, 1.0))
    assert condition_inputs(VECTOR, params).tolist() == [0.5, 1.0, 0.25, -4.0, 1.0]


def test_no_free_vector_stands_for_zeros() -> None:
    assert condition_inputs(VECTOR, GenerationParams(speaker="slt")).tolist() == [0.0, 1.0, 0.0, 0.0, 0.0]


def test_a_vector_of_another_width_is_refused_with_both_widths() -> None:
    with pytest.raises(StudioError, match="2 numbers; this model takes 3"):
        condition_inputs(VECTOR, GenerationParams(vector=(1.0, 2.0)))


def test_a_model_without_a_free_vector_says_so() -> None:
    with pytest.raises(StudioError, match="takes none"):
        condition_inputs(MODEL, GenerationParams(vector=(1.0,)))
