from __future__ import annotations

import numpy as np
import pytest

from engine.music.roll import CHANNELS, DRUMS, GIVEN, HELD, STRUCK, notes_array, roll
from engine.music.score import Note, Part, Score


def notes(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.float32).reshape(-1, 6)


A4 = 69 - 21  # the key A4 of a piano is its 49th


def test_a_roll_has_a_flag_88_keys_twice_and_eight_drums() -> None:
    assert CHANNELS == 1 + 88 + 88 + 8
    assert roll(notes(), 3).tolist() == [[1.0] + [0.0] * 184] * 3


def test_a_held_note_counts_for_the_share_of_each_frame_that_it_covers() -> None:
    frames = roll(notes((0.005, 0.02, 69, 127, 0, 0)), 4)
    assert frames[:, HELD][:, A4] == pytest.approx([0.5, 1.0, 0.5, 0.0], abs=1e-6)
    assert np.count_nonzero(frames[:, HELD]) == 3


def test_a_struck_note_fades_by_its_age_at_the_end_of_each_frame() -> None:
    frames = roll(notes((0.105, 0.01, 69, 127, 0, 0)), 30)
    struck = frames[:, STRUCK][:, A4]
    assert not struck[:10].any()
    ages = 0.005 + 0.01 * np.arange(20)
    assert struck[10:] == pytest.approx(np.exp(-ages / 0.05), abs=1e-6)


def test_velocity_scales_both() -> None:
    loud, soft = (roll(notes((0.0, 0.1, 60, v, 0, 0)), 5)[:, GIVEN + 1 :] for v in (127.0, 63.5))
    assert soft == pytest.approx(loud / 2)


def test_drums_are_struck_by_kind_and_never_held() -> None:
    frames = roll(notes((0, 1, 36, 127, 0, 1), (0, 1, 42, 127, 0, 1), (0, 1, 70, 127, 0, 1)), 2)
    assert not frames[:, HELD].any()
    assert not frames[:, STRUCK].any()
    assert (frames[0, DRUMS] > 0).tolist() == [True, False, False, True, False, False, False, True]


def test_a_roll_that_begins_later_is_the_rest_of_the_whole_roll() -> None:
    rng = np.random.default_rng(1)
    many = notes(*((rng.random() * 2, rng.random(), rng.integers(10, 120), 90, 0, 0) for _ in range(40)))
    whole = roll(many, 300)
    assert roll(many, 170, first=1.3) == pytest.approx(whole[130:], abs=1e-5)
    assert roll(many, 50, first=-0.2)[20:] == pytest.approx(whole[:30], abs=1e-5)


def test_where_notes_of_a_key_overlap_the_louder_counts() -> None:
    frames = roll(notes((0.0, 0.1, 60, 127, 0, 0), (0.0, 0.1, 60, 20, 0, 0)), 10)
    assert frames[:, HELD].max(axis=1) == pytest.approx(np.ones(10))


def test_keys_beyond_the_piano_are_left_out() -> None:
    assert not roll(notes((0, 1, 20, 127, 0, 0), (0, 1, 109, 127, 0, 0)), 5)[:, 1:].any()


def test_a_scores_notes_come_sorted_and_as_loud_as_their_part() -> None:
    tune = Part(program=40, volume=127, notes=(Note(1.0, 0.5, 60, 80),))
    kit = Part(program=0, volume=0, drums=True, notes=(Note(0.5, 0.1, 36, 100),))
    assert notes_array(Score(2.0, (tune, kit))).tolist() == [
        [0.5, pytest.approx(0.1), 36, 0, 0, 1],
        [1.0, 0.5, 60, 80, 40, 0],
    ]
    assert notes_array(Score(2.0, ())).shape == (0, 6)
