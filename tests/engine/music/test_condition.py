from __future__ import annotations

import numpy as np
import pytest

from engine.config import LocalConfig, ModelConfig
from engine.errors import StudioError
from engine.music.condition import ScoreCondition, plays_scores, score_config, seconds_of
from engine.music.roll import CHANNELS, GIVEN, HELD, roll
from engine.music.tones import tones

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


def test_only_models_made_for_scores_play_them() -> None:
    plain = ModelConfig(local=LocalConfig(channels=CHANNELS, hop=160))
    assert plays_scores(CONFIG)
    for config in (plain, ModelConfig()):
        assert not plays_scores(config)
        with pytest.raises(StudioError, match="plays no scores"):
            ScoreCondition(config, NOTES)


@pytest.mark.parametrize("change", [{"channels": 80}, {"hop": 80}, {"upsampling": "linear"}])
def test_a_model_of_another_kind_of_score_is_told(change: dict[str, object]) -> None:
    local = LocalConfig(**{"channels": CHANNELS, "hop": 160, "features": "roll", **change})  # type: ignore[arg-type]
    with pytest.raises(StudioError, match="this version makes 185 every 160"):
        ScoreCondition(ModelConfig(local=local), NOTES)


def test_tones_come_a_row_a_sample_and_the_same_however_they_are_cut() -> None:
    config = ModelConfig(local=score_config("tones", 16_000))
    whole = ScoreCondition(config, NOTES).rows(0, 5000)
    assert np.array_equal(whole.rows[whole.index], tones(NOTES, 5000, 0, 16_000))
    pieces = ScoreCondition(config, NOTES)
    cut = [pieces.rows(start, 37) for start in range(0, 4995, 37)]
    assert np.array_equal(np.concatenate([c.rows[c.index] for c in cut]), whole.rows[:4995])


def test_after_the_last_note_a_single_row_of_zeros_lets_the_model_improvise() -> None:
    config = ModelConfig(local=score_config("tones", 16_000))
    ended = ScoreCondition(config, NOTES).rows(round(seconds_of(NOTES) * 16_000) + 1, 500)
    assert ended.rows.shape == (1, config.local.channels)  # type: ignore[union-attr]
    assert not ended.rows.any()
    resting = ScoreCondition(config, NOTES, "silence").rows(16_000 * 60, 500)
    assert resting.rows[:, 0].all()
    assert not resting.rows[:, 1:].any()
