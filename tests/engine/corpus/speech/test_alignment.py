"""Borders between phones are found where the features change."""

from __future__ import annotations

import numpy as np

from engine.corpus.speech.alignment import Segments, realigned, with_whole_pauses

CHANNELS, PAUSE = 24, 23


def sentences(count: int, error: int) -> tuple[list[np.ndarray], list[Segments], list[np.ndarray]]:
    """Phones of constant cepstra under noise; labels wrong by up to ``error``; where they end."""
    draw = np.random.default_rng(1)
    sounds = draw.normal(0.0, 2.0, (6, CHANNELS))
    features, segments, truth = [], [], []
    for _ in range(count):
        models = draw.permutation(6)
        ends = np.cumsum(draw.integers(8, 30, 6))
        rows = np.repeat(sounds[models], np.diff(ends, prepend=0), axis=0)
        features.append((rows + draw.normal(0.0, 0.5, rows.shape)).astype(np.float32))
        said = ends.copy()
        said[:-1] += draw.integers(-error, error + 1, 5)
        segments.append(Segments(models, np.sort(said), np.zeros(6, bool)))
        truth.append(ends)
    return features, segments, truth


def test_borders_that_are_off_by_up_to_40_ms_are_found_within_a_frame() -> None:
    features, segments, truth = sentences(60, 8)
    found = realigned(features, segments, 6)
    before = np.concatenate([np.abs(s.ends - e) for s, e in zip(segments, truth, strict=True)])
    after = np.concatenate([np.abs(a - e) for a, e in zip(found, truth, strict=True)])
    assert before.mean() > 2.0
    assert np.median(after) == 0
    assert after.mean() < 0.5
    assert all(ends[-1] == len(rows) for ends, rows in zip(found, features, strict=True))


def test_a_pause_that_need_not_be_is_found_where_it_is_and_only_there() -> None:
    draw = np.random.default_rng(2)
    sounds = draw.normal(0.0, 2.0, (3, CHANNELS))
    features, segments = [], []
    for index in range(40):
        lengths = [25, 20 if index % 2 else 0, 25]
        rows = np.repeat(sounds, lengths, axis=0)
        features.append((rows + draw.normal(0.0, 0.5, rows.shape)).astype(np.float32))
        end = 25 + lengths[1]
        segments.append(
            Segments(np.arange(3), np.array([end, end, len(rows)]), np.array([False, True, False]))
        )
    # the last few say where pauses are, or nothing could be learnt of them
    for index in range(1, 40, 8):
        segments[index] = Segments(np.arange(3), np.array([25, 45, 70]), np.array([False, True, False]))
    found = realigned(features, segments, 3)
    lengths = np.array([ends[1] - ends[0] for ends in found])
    assert np.abs(lengths[1::2] - 20).max() <= 2
    assert (lengths[::2] == 0).all()


def test_a_sentence_too_short_for_its_phones_keeps_its_labels() -> None:
    said = Segments(np.arange(4), np.array([1, 2, 3, 4]), np.zeros(4, bool))
    (found,) = realigned([np.zeros((4, CHANNELS), np.float32)], [said], 4)
    np.testing.assert_array_equal(found, said.ends)


def test_a_pause_begins_where_the_sound_stops_and_the_phone_keeps_four_frames() -> None:
    features = np.zeros((100, CHANNELS), np.float32)
    features[40:60, PAUSE] = 1.0
    features[72:, PAUSE] = 1.0
    ends = np.array([20, 55, 60, 75, 100])
    silent = np.array([False, False, True, False, True])
    # 3 frames after feature PAUSE, whose window reaches ahead, but never later than it was
    np.testing.assert_array_equal(with_whole_pauses(features, ends, silent), [20, 43, 60, 75, 100])
    features[21:60, PAUSE] = 1.0
    assert with_whole_pauses(features, ends, silent)[1] == 27
