from __future__ import annotations

import numpy as np
import pytest

from engine.errors import StudioError
from engine.music.condition import ScoreCondition, learnt_scores, plays_scores, score_config, seconds_of
from engine.music.roll import CHANNELS, GIVEN, HELD, roll
from engine.wavenet.config import LocalConfig, ModelConfig

CONFIG = ModelConfig(local=LocalConfig(channels=CHANNELS, hop=160, features="roll"))
NOTES = np.array(
    [
        [0.0, 0.4, 60, 100, 0, 0],
        [0.303, 2.1, 64, 80, 0, 0],
        [1.7, 0.2, 38, 127, 0, 1],
        [2.5, 0.055, 72, 90, 0, 0],
    ],
    dtype=np.float32,
)
END = 256  # frames: the last note ends at 2.555 s


def frames(condition: ScoreCondition, start: int, n: int) -> np.ndarray:
    """[n, CHANNELS]: what each sample is conditioned on."""
    rows = condition.rows(start, n)
    assert not rows.mix.any()
    return rows.rows[rows.index]


def test_every_sample_gets_the_roll_of_its_ten_milliseconds() -> None:
    found = frames(ScoreCondition(CONFIG, NOTES), 0, END * 160)
    np.testing.assert_allclose(found[::160], roll(NOTES, END), atol=1e-5)
    np.testing.assert_array_equal(found[159::160], found[::160])


def test_the_cut_of_a_stream_changes_nothing() -> None:
    whole = frames(ScoreCondition(CONFIG, NOTES), 0, 300 * 160)
    other = ScoreCondition(CONFIG, NOTES)
    start = 0
    for n in (1, 127, 160, 500, 15_000, 20_000, 12_212):
        np.testing.assert_array_equal(frames(other, start, n), whole[start : start + n])
        start += n


def test_after_its_end_a_score_leaves_the_model_to_itself() -> None:
    condition = ScoreCondition(CONFIG, NOTES)
    assert condition.samples == END * 160
    assert frames(condition, END * 160 - 1, 1)[0, GIVEN] == 1.0
    assert not frames(condition, END * 160, 160 * 200).any()


def test_or_it_stays_and_is_silent() -> None:
    rest = frames(ScoreCondition(CONFIG, NOTES, "silence"), END * 160, 160 * 200)
    assert (rest[:, GIVEN] == 1.0).all()
    assert not rest[:, HELD].any()
    assert not rest[160 * 100 :, 1:].any()  # what was struck last has died away


def test_no_notes_at_all_are_zeros_from_the_start() -> None:
    empty = ScoreCondition(CONFIG, NOTES[:0])
    assert seconds_of(NOTES[:0]) == 0.0
    assert not frames(empty, 0, 1000).any()


def test_scores_are_played_by_who_has_learnt_them_and_by_music_that_needs_no_frames() -> None:
    frames = LocalConfig(channels=CHANNELS, hop=160)
    music, vocoder = ModelConfig(tags=("piano",)), ModelConfig(tags=("piano",), local=frames)
    for config, plays, learnt in (
        (CONFIG, True, True),
        (ModelConfig(tags=("piano",), local=CONFIG.local), True, True),
        (music, True, False),
        (ModelConfig(tags=("piano",), speakers=("ann",)), True, False),
        (vocoder, False, False),
        (ModelConfig(speakers=("ann",)), False, False),
        (ModelConfig(), False, False),
    ):
        assert (plays_scores(config), learnt_scores(config)) == (plays, learnt)


def test_a_score_is_a_condition_only_to_models_that_have_learnt_scores() -> None:
    for local in (None, LocalConfig(channels=CHANNELS, hop=160)):
        with pytest.raises(StudioError, match="has learnt no scores"):
            ScoreCondition(ModelConfig(tags=("piano",), local=local), NOTES)


@pytest.mark.parametrize(("rate", "hop"), [(16_000, 160), (4000, 40), (44_100, 441)])
def test_a_score_has_185_channels_every_ten_milliseconds(rate: int, hop: int) -> None:
    made = score_config(rate)
    assert made == LocalConfig(channels=185, hop=hop, upsampling="repeat", features="roll")
    ScoreCondition(ModelConfig(sample_rate=rate, local=made), NOTES)


def test_a_rate_of_no_whole_samples_in_ten_milliseconds_is_refused() -> None:
    with pytest.raises(StudioError, match="100 frames a second do not fit 22050 Hz"):
        score_config(22_050)


@pytest.mark.parametrize("change", [{"channels": 80}, {"hop": 80}, {"upsampling": "linear"}])
def test_a_model_of_another_kind_of_score_is_told(change: dict[str, object]) -> None:
    local = LocalConfig(**{"channels": CHANNELS, "hop": 160, "features": "roll", **change})  # type: ignore[arg-type]
    with pytest.raises(StudioError, match="this version makes 185 every 160"):
        ScoreCondition(ModelConfig(local=local), NOTES)


def test_after_the_last_note_a_single_row_of_zeros_lets_the_model_improvise() -> None:
    ended = ScoreCondition(CONFIG, NOTES).rows(END * 160, 500)
    assert ended.rows.shape == (1, CHANNELS)
    assert not ended.rows.any()
    resting = ScoreCondition(CONFIG, NOTES, "silence").rows(16_000 * 60, 500)
    assert resting.rows[:, GIVEN].all()
    assert not resting.rows[:, 1:].any()


def test_or_it_begins_again() -> None:
    again = ScoreCondition(CONFIG, NOTES, "repeat")
    once = frames(ScoreCondition(CONFIG, NOTES), 0, END * 160)
    np.testing.assert_array_equal(frames(again, 0, 2 * END * 160), np.tile(once, (2, 1)))
    start = END * 160 - 200
    np.testing.assert_array_equal(frames(again, start, 500), np.tile(once, (2, 1))[start : start + 500])
