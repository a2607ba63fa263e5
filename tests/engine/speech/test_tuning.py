"""Envelopes that make the pitch that is asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from engine.library.paths import speech_nets_file
from engine.speech.features import CEPSTRA, CHANNELS, LOG_F0, VOICED
from engine.speech.nets import SpeechNets
from engine.speech.nets_file import read_nets, write_nets
from engine.speech.spoken import Manner
from engine.speech.tuning import INPUTS, ROW, UNTUNED, Tuning, tuned
from tests.speech_nets import header, phrase, random_weights

WEIGHTS = (*np.linspace(-20.0, 20.0, CEPSTRA).tolist(), -200.0, 30.0)
DIRECTION = (0.01,) * CEPSTRA


def tuning(
    weights: tuple[float, ...] = WEIGHTS, direction: tuple[float, ...] = DIRECTION, most: float = 1e6
) -> Tuning:
    return Tuning(weights, 15.0, direction, most)


def spoken_frames(count: int = 50) -> np.ndarray:
    frames = np.random.default_rng(1).normal(0.0, 1.0, (count, CHANNELS)).astype(np.float32)
    frames[:, VOICED] = np.arange(count) % 2
    return frames


def test_what_is_too_high_by_the_line_is_taken_along_the_direction_in_voiced_frames() -> None:
    frames = spoken_frames()
    moved = tuned(frames, np.array(tuning().row(), np.float32))
    cents = frames[:, :CEPSTRA] @ np.array(WEIGHTS[:CEPSTRA]) - 200.0 * frames[:, LOG_F0] + 15.0
    cents += 30.0 * frames[:, LOG_F0 + 1]
    expected = frames[:, :CEPSTRA] - 0.01 * cents[:, None]
    np.testing.assert_allclose(moved[1::2], expected[1::2], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(moved[::2], frames[::2, :CEPSTRA])


def test_with_the_whole_of_the_step_nothing_is_too_high_any_more() -> None:
    frames = spoken_frames()
    weights = np.array(WEIGHTS[:CEPSTRA])
    whole = tuple((weights / (weights @ weights)).tolist())
    row = np.array(tuning(direction=whole).row(), np.float32)
    frames[:, :CEPSTRA] = tuned(frames, row)
    again = tuned(frames, row)
    np.testing.assert_allclose(again, frames[:, :CEPSTRA], atol=1e-3)


def test_no_more_is_put_right_than_the_most() -> None:
    frames = spoken_frames()
    moved = tuned(frames, np.array(tuning(most=50.0).row(), np.float32))
    assert np.abs(moved - frames[:, :CEPSTRA]).max() == pytest.approx(0.5, rel=1e-4)


def test_a_row_of_nothing_changes_nothing() -> None:
    frames = spoken_frames()
    assert len(UNTUNED) == ROW == len(tuning().row())
    np.testing.assert_array_equal(tuned(frames, np.array(UNTUNED, np.float32)), frames[:, :CEPSTRA])


def test_nets_say_a_voice_as_it_is_tuned_and_leave_its_melody(tmp_path: Path) -> None:
    plain = header()
    anna = dataclasses.replace(plain.voices[0], tuning=tuning(most=100.0))
    for name, voices in (("plain", plain.voices), ("tuned", (anna, plain.voices[1]))):
        write_nets(tmp_path / name, dataclasses.replace(plain, voices=voices), random_weights())
    before, after = (SpeechNets.read(tmp_path / name) for name in ("plain", "tuned"))
    words = phrase("həlO", "wɜld")

    def said(nets: SpeechNets, *speakers: tuple[str, float]) -> np.ndarray:
        return nets.say(words, Manner(speakers=speakers)).frames

    for speakers in ((("bert", 1.0),), (("anna", 1.0),), (("anna", 1.0), ("bert", 1.0))):
        one, other = said(before, *speakers), said(after, *speakers)
        np.testing.assert_array_equal(one[:, CEPSTRA:], other[:, CEPSTRA:])
        assert np.array_equal(one, other) == (speakers[0][0] == "bert")


def test_a_tuning_of_other_numbers_of_features_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 22"):
        tuning(weights=WEIGHTS[:-1])
    with pytest.raises(ValueError, match="at least 20"):
        tuning(direction=DIRECTION[:-1])


def test_the_shipped_voices_are_tuned() -> None:
    path = speech_nets_file()
    assert path is not None
    for voice in read_nets(path).header.voices:
        assert voice.tuning is not None
        step = np.dot(voice.tuning.weights[:CEPSTRA], voice.tuning.direction)
        assert 0.6 < step < 0.8, "it takes most of what is too high, and not more than that"
        assert len(voice.tuning.weights) == INPUTS
