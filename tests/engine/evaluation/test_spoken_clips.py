from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.evaluation.spoken_clips import cents_apart, judged, read_clips
from engine.library.audio_files import write_audio
from engine.library.presets import Preset
from engine.library.recordings import in_steps, pack_steps
from engine.library.spoken_texts import SaidWord, SpokenText
from engine.library.takes import Settings
from engine.library.text_recordings import recording_of_text
from engine.speech.features import CHANNELS, LOG_F0, VOICED

RATE = 16_000
FRAMES = 200
TEXT = "We left."
ASKED_HZ = 160.0
"""Feature 0."""


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    """[n] float32: four harmonics, so that its period is plain."""
    phase = 2.0 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE
    return (0.2 * sum(np.sin(n * phase) / n for n in range(1, 5))).astype(np.float32)


def frames() -> np.ndarray:
    asked = np.zeros((FRAMES, CHANNELS), np.float32)
    asked[:, VOICED] = 1.0
    return asked


def write_clip(path: Path, speech: SpokenText | None = None) -> None:
    said = speech or SpokenText(
        text=TEXT,
        speakers=(("bob", 30.0), ("ann", 70.0)),
        semitones=-3.0,
        speed=1.25,
        words=(SaidWord(0, 2, 10, ("w", "i"), (20, 30)), SaidWord(3, 7, 40, ("l",), (60,))),
    )
    settings = Settings(
        preset=Preset(id="ann", name="Ann", category="speaker", model="spoken"),
        seed=1,
        engine="cpu",
        kernel_version="",
        model="spoken",
        model_hash="",
        sample_rate=RATE,
        samples=RATE,
        recording=recording_of_text(said, pack_steps(in_steps(frames())), RATE),
        speech=said,
    )
    write_audio(path, tone(ASKED_HZ), RATE, settings=settings.to_json())


class Listener:
    """Understands the first word alone, which begins after 60 ms; the other after 190."""

    def words(self, samples: np.ndarray) -> list[str]:
        return ["we"]

    def starts(self, samples: np.ndarray, words: Sequence[str]) -> list[float] | None:
        assert list(words) == ["we", "left"]
        return [0.06, 0.19]


class Judge:
    def name(self, samples: np.ndarray) -> str:
        return "ann"


def test_a_clip_is_judged_by_what_its_settings_ask_for(tmp_path: Path) -> None:
    write_clip(tmp_path / "one.wav")
    (clip,) = read_clips(tmp_path)
    found = judged(clip, Listener(), Judge(), beside=tone(200.0))
    assert (found.clip, found.voice, found.taken_for) == ("one", "ann", "ann")
    assert found.manner == "-3 st, ×1.25"
    assert (found.words, found.wrong, found.beside) == (2, 1, 1)
    assert found.late_ms == pytest.approx((1000 * (10 / 200 - 0.06), 1000 * (40 / 200 - 0.19)))
    assert np.median(found.cents) < 5.0


@pytest.mark.parametrize("semitones", [-1.0, 2.0])
def test_cents_are_those_between_the_tone_and_what_was_asked_for(semitones: float) -> None:
    apart = cents_apart(frames(), tone(ASKED_HZ * 2.0 ** (semitones / 12.0)), RATE)
    assert len(apart) > FRAMES // 2
    assert np.median(apart) == pytest.approx(100.0 * abs(semitones), abs=5.0)


def test_frames_that_are_not_to_be_voiced_do_not_count() -> None:
    asked = frames()
    asked[:, VOICED] = 0.0
    asked[:, LOG_F0] = 1.0
    assert cents_apart(asked, tone(ASKED_HZ), RATE) == ()


def test_a_text_of_words_that_are_said_otherwise_has_no_times_to_compare(tmp_path: Path) -> None:
    word = SaidWord(0, 2, 10, ("f",), (20,))
    write_clip(tmp_path / "one.wav", SpokenText(text="42", speakers=(("ann", 1.0),), words=(word, word)))
    (clip,) = read_clips(tmp_path)
    assert judged(clip, Listener(), Judge(), None).late_ms == ()


def test_files_that_say_no_text_and_folders_without_any_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no audio files"):
        read_clips(tmp_path)
    write_audio(tmp_path / "tone.wav", tone(200.0), RATE)
    with pytest.raises(StudioError, match=r"tone\.wav: says no text"):
        read_clips(tmp_path)
