from __future__ import annotations

from itertools import combinations

import pytest

from engine.composing.composer import GENRES, TAGS
from engine.corpus.speech.voices import VOICES
from engine.library.paths import preset_folders, recording_folders
from engine.library.presets import Preset, PresetLibrary
from engine.library.recording_files import find_recording, recording_of

LIBRARY = PresetLibrary(preset_folders()[:1])
PRESETS = LIBRARY.presets()


def genre_presets() -> list[Preset]:
    return [preset for preset in PRESETS if preset.category == "genre"]


def test_every_factory_preset_can_be_read() -> None:
    assert LIBRARY.problems == []
    assert len(PRESETS) == len(list(preset_folders()[0].glob("*")))


def test_every_genre_has_a_preset_of_its_name() -> None:
    assert len(GENRES) >= 10
    for genre in GENRES:
        preset = LIBRARY.find(genre)
        assert preset.category == "genre"
        assert preset.tags[genre] == 1.0


def speakers_of(model: str) -> dict[str, Preset]:
    found = {
        preset.id: preset for preset in PRESETS if preset.category == "speaker" and preset.model == model
    }
    assert all(preset.speaker == speaker for speaker, preset in found.items())
    return found


def test_every_voice_has_a_preset_of_its_name() -> None:
    speakers = speakers_of("speech")
    assert set(speakers) == {voice.speaker for voice in VOICES}
    assert len(speakers) >= 7
    assert all(preset.description.startswith("Babbles: ") for preset in speakers.values())


def test_every_natural_voice_has_a_preset_that_says_a_short_sentence() -> None:
    speakers = speakers_of("voices")
    assert set(speakers) == {"bella", "heart", "fenrir", "michael", "emma", "george"}
    for speaker, preset in speakers.items():
        assert (preset.name, preset.recording) == (speaker.title(), speaker)
        recording = recording_of(preset, 16_000)
        assert recording is not None
        assert 3.0 < recording.seconds < 5.0
        assert (recording.pitch, recording.speed, recording.as_recorded) == (0.0, 1.0, False)
        assert find_recording(speaker).stat().st_size < 100_000


def test_no_recording_is_shipped_that_no_preset_says() -> None:
    shipped = {path.stem for path in recording_folders()[0].glob("*.safetensors")}
    assert shipped == {preset.recording for preset in PRESETS if preset.recording}


@pytest.mark.parametrize("preset", genre_presets(), ids=lambda preset: preset.id)
def test_a_genre_preset_names_one_genre_and_tags_of_the_corpus(preset: Preset) -> None:
    assert set(preset.tags) <= set(TAGS)
    assert len(set(preset.tags) & set(GENRES)) == 1


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_factory_preset_is_fit_to_be_shown(preset: Preset) -> None:
    assert preset.factory
    assert preset.category != "user"
    assert preset.name[0].isupper()
    assert preset.description.endswith(".")
    assert len(preset.description) <= 70  # one line in the window
    assert 0.9 <= preset.temperature <= 1.05


def test_no_two_presets_are_alike() -> None:
    for one, other in combinations(PRESETS, 2):
        assert one.name.casefold() != other.name.casefold()
        assert (one.model, one.params()) != (other.model, other.params())
