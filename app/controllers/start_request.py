"""What is asked of the session where a take begins with the settings of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from engine.stream.messages import Request

if TYPE_CHECKING:
    from app.controllers.catalogue import Catalogue
    from app.controllers.recording_choice import RecordingChoice
    from app.controllers.score_choice import ScoreChoice
    from app.controllers.speech_choice import SpeechChoice
    from engine.library.presets import Preset
    from engine.library.scores import PlayedScore
    from engine.wavenet.config import GenerationParams

NO_PRESET = "There is no preset to play."


class SettingsOfNow(Protocol):
    """What the player knows that a take begins with."""

    preset: Preset | None
    params: GenerationParams
    engine: str
    scores: ScoreChoice
    recordings: RecordingChoice
    speech: SpeechChoice

    @property
    def score(self) -> PlayedScore | None:
        """What streams of models that can play it are given."""
        ...

    def why_no_score(self) -> str:
        """Why no score can be played; empty where one can."""
        ...


def reading(player: SettingsOfNow) -> bool:
    """Whether the score or the recording that it begins with is still being read."""
    return not player.speech.on and (player.scores.reading or player.recordings.reading)


def why_not_start(player: SettingsOfNow, catalogue: Catalogue) -> str:
    """Why no take can begin; empty where one can, if only once something was read."""
    if player.preset is None:
        return NO_PRESET
    why_not = catalogue.why_not(player.preset)
    if not why_not and catalogue.says(player.preset) and not reading(player):
        why_not = player.speech.why_not if player.speech.on else player.recordings.why_not
    return why_not


def start_request(player: SettingsOfNow, preset: Preset, seed: int, catalogue: Catalogue) -> Request:
    """A stream of ``preset``, which is in use, from its first sample on; a text to say comes on top."""
    says_recording = catalogue.says(preset) and not player.speech.on
    recording = player.recordings.recording if says_recording else None
    score = None if player.why_no_score() else player.score
    loader = catalogue.loader(preset)
    return Request(loader, preset, player.params, seed, player.engine, score, recording)
