from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from app.controllers.recording_choice import RecordingChoice
from engine.library.recording_files import listen
from engine.library.recordings import SpokenRecording
from tests.app.controllers.conftest import Stand


@pytest.fixture
def choice(talk: Stand) -> RecordingChoice:
    return talk.player.recordings


@pytest.fixture
def own(talk: Stand, tmp_path: Path) -> SpokenRecording:
    return listen(tmp_path / "own.wav", 16_000)


def name(choice: RecordingChoice) -> str:
    return choice.recording.name if choice.recording else ""


def test_a_presets_recording_is_read_aside_and_bent_as_it_asks(
    talk: Stand, choice: RecordingChoice, tmp_path: Path
) -> None:
    talk.choose("ann", read=False)
    assert (choice.reading, name(choice)) == (True, "")
    talk.background.finish()
    assert (choice.reading, name(choice), choice.is_own) == (False, "high", False)
    assert choice.recording is not None
    assert choice.recording.pitch == 1.0
    assert choice.source == f"{tmp_path.as_posix()}/high.wav"
    talk.choose("free")
    assert choice.recording is None


def test_the_users_own_stays_from_preset_to_preset_until_it_is_put_away(
    talk: Stand, choice: RecordingChoice, own: SpokenRecording
) -> None:
    talk.choose("ann")
    choice.open(own, "/home/me/own.wav")
    assert (name(choice), choice.is_own, choice.source) == ("own", True, "/home/me/own.wav")
    talk.choose("bob", read=False)
    assert (name(choice), talk.background.waiting) == ("own", [])
    choice.put_away(talk.player.preset, lambda: None)
    talk.background.finish()
    assert (name(choice), choice.is_own) == ("low", False)


def test_a_bend_changes_what_is_said_and_only_then_counts(
    talk: Stand, choice: RecordingChoice, own: SpokenRecording
) -> None:
    assert not choice.bend(2.0, 1.0, as_recorded=False)
    choice.open(own, "")
    assert choice.bend(2.0, 0.5, as_recorded=True)
    assert choice.recording == dataclasses.replace(own, pitch=2.0, speed=0.5, as_recorded=True)
    assert not choice.bend(2.0, 0.5, as_recorded=True)
    talk.choose("ann")
    choice.put_away(talk.player.preset, lambda: None)
    talk.background.finish()
    assert choice.bend(-1.0, 1.0, as_recorded=False)
    assert (name(choice), choice.is_own) == ("high", False)


def test_what_a_take_said_comes_back_and_a_take_that_said_nothing_changes_nothing(
    talk: Stand, choice: RecordingChoice, own: SpokenRecording
) -> None:
    talk.choose("ann")
    of_preset = choice.recording
    assert of_preset is not None
    choice.open(own, "")
    choice.restore(None)
    assert choice.recording == own
    lower = dataclasses.replace(of_preset, pitch=-3.0)
    choice.restore(lower)
    assert (choice.recording, choice.is_own) == (lower, False)  # the presets' own is not the user's
    choice.restore(own)
    assert (choice.recording, choice.is_own) == (own, True)


def test_a_recording_that_cannot_be_read_or_said_is_told(talk: Stand, choice: RecordingChoice) -> None:
    talk.choose("gone")
    assert "gone.wav" in talk.refused[0]
    assert choice.recording is None
    talk.choose("wrong")
    assert talk.refused[-1] == "The recording of “Wrong” is not said: model 'band' says no recordings"
    assert choice.problem == talk.refused[-1]
    talk.choose("ann")
    assert choice.problem == ""
