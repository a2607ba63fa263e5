"""What is said of sounds and of a training."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.train_words import (
    JobView,
    clip_name,
    estimate_text,
    job_text,
    length_text,
    share_of,
    sounds_text,
)
from engine.corpus.sounds import Sound
from engine.library.training_jobs import JobState, OwnRequest

REQUEST = OwnRequest(sources=("/a",), kind="tag", label="harp", seconds=1800.0)


def view(phase: str, share: float = 0.0, *, running: bool = True, **fields: object) -> JobView:
    state = JobState(phase=phase, share=share, **fields)  # type: ignore[arg-type]
    return JobView(Path("/job"), REQUEST, state, running, (), ())


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(50.0, "50 seconds"), (600.0, "10 minutes"), (2040.0, "34 minutes"), (7500.0, "2 h 5 min")],
)
def test_lengths_are_told_as_one_says_them(seconds: float, text: str) -> None:
    assert length_text(seconds) == text


def test_sounds_are_counted_without_those_that_cannot_be_read() -> None:
    sounds = [Sound(Path("a"), 300.0, 16_000), Sound(Path("b"), 300.0, 16_000), Sound(Path("c"), broken="no")]
    assert sounds_text(sounds) == "2 files, 10 minutes"
    assert sounds_text([]) == ""


def test_half_of_what_is_heard_in_a_lesson_is_the_users() -> None:
    """8,000 samples a second for 30 minutes are 15 minutes at 16 kHz."""
    text = estimate_text(600.0, 1800.0, 8000.0, "music", 16_000)
    assert "8,000 samples a second" in text
    assert "In 30 minutes it hears 8 minutes of your sounds, 0.8 times all of them." in text
    assert "A day" not in text


def test_before_it_was_measured_no_time_is_promised_and_from_nothing_is_warned_of() -> None:
    assert estimate_text(600.0, 1800.0, None, "music", 16_000).endswith("is being measured …")
    assert "From nothing takes a day or more" in estimate_text(600.0, 1800.0, 8000.0, "", 16_000)


def test_a_job_tells_what_it_does() -> None:
    assert job_text(view("reading", 0.5)) == "“music with harp”: your sounds are read, 50%."
    assert (
        job_text(view("training", 0.25, seconds_left=1350.0)) == "“music with harp” learns: 25%, 22:30 left."
    )
    assert job_text(view("paused", 0.25)) == "“music with harp” rests at 25%."
    assert job_text(view("finished", 1.0)).endswith("it is among your sounds.")
    assert "Only 20 s" in job_text(view("failed", message="Only 20 s of sound"))


def test_a_job_whose_program_is_gone_was_interrupted_and_rests() -> None:
    job = view("training", 0.4, running=False)
    assert job_text(job) == "“music with harp” was interrupted at 40%."
    assert job.resting
    assert not view("training", 0.4).resting
    assert not view("finished", running=False).resting


def test_the_bar_shows_what_is_known() -> None:
    assert share_of(view("training", 0.4)) == 0.4
    assert share_of(view("finishing")) is None


def test_clips_are_called_by_when_they_were_made() -> None:
    assert clip_name(Path("0005m00s.wav")) == "after 5 min"
    assert clip_name(Path("0000m32s.wav")) == "after 32 s"
