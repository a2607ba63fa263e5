from __future__ import annotations

import numpy as np
import pytest

from engine.errors import StudioError
from engine.wavenet.conditioning import blend_text, condition_inputs, shares_in
from engine.wavenet.config import GenerationParams, ModelConfig

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


NUMBERED = ModelConfig(tags=("tag0", "tag7"), speakers=("speaker0", "speaker1", "speaker2"))


def test_a_numbered_speaker_or_tag_answers_to_its_number() -> None:
    by_number = GenerationParams(tags=(("7", 0.5),), speaker="2")
    by_name = GenerationParams(tags=(("tag7", 0.5),), speaker="speaker2")
    expected = [0.0, 0.5, 0.0, 0.0, 1.0]
    assert condition_inputs(NUMBERED, by_number).tolist() == expected
    assert condition_inputs(NUMBERED, by_name).tolist() == expected


def test_a_name_that_is_a_number_itself_comes_first() -> None:
    config = ModelConfig(speakers=("speaker2", "2"))
    assert condition_inputs(config, GenerationParams(speaker="2")).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("name", ["3", "02", "-1", "²", "2.0", " 2", "٢"])
def test_a_number_without_a_speaker_is_refused(name: str) -> None:
    with pytest.raises(StudioError, match="is unknown to this model"):
        condition_inputs(NUMBERED, GenerationParams(speaker=name))


def test_a_number_of_no_speaker_offers_the_nearest() -> None:
    with pytest.raises(StudioError, match="speaker '3' is unknown to this model; did you mean speaker"):
        condition_inputs(NUMBERED, GenerationParams(speaker="3"))


@pytest.mark.parametrize("name", ["x" * 10_000, "4" * 10_000, "zzz"])
def test_an_unknown_name_is_told_in_one_short_line(name: str) -> None:
    many = ModelConfig(speakers=tuple(f"p{number}" for number in range(225, 376)))
    for config in (many, ModelConfig(), NUMBERED):
        with pytest.raises(StudioError) as fault:
            condition_inputs(config, GenerationParams(speaker=name))
        assert len(str(fault.value)) <= 300
        assert "\n" not in str(fault.value)


def test_a_blend_of_speakers_is_their_mean_by_share() -> None:
    config = ModelConfig(tags=(), speakers=("ann", "bob", "cid"))
    values = condition_inputs(config, GenerationParams(speaker="cid:1, ann:3"))
    assert values.tolist() == [0.75, 0.0, 0.25]


@pytest.mark.parametrize("blend", ["ann:x", "ann:70,bob", "ann:0,bob:0", "ann:-1,bob:2", ":", "ann:inf"])
def test_a_blend_without_shares_is_refused(blend: str) -> None:
    config = ModelConfig(tags=(), speakers=("ann", "bob"))
    with pytest.raises(StudioError, match="write a share behind each"):
        condition_inputs(config, GenerationParams(speaker=blend))


def test_a_blend_is_written_in_whole_percents_and_read_back() -> None:
    assert blend_text((("ann", 1.0), ("bob", 2.0))) == "ann:33,bob:67"
    assert blend_text((("ann", 1.0),)) == "ann"
    assert shares_in("ann:33,bob:67") == (("ann", 33.0), ("bob", 67.0))
    assert shares_in("ann") == (("ann", 1.0),)
    assert shares_in(None) == ()
