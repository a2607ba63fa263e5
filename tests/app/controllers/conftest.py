"""A player on a session and a background of the tests' own, with presets that do and do not have scores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QApplication

from app.controllers.catalogue import Catalogue
from app.controllers.player import Player
from engine.library.models import ModelLibrary
from engine.library.presets import PresetLibrary
from engine.library.scores import PlayedScore, pack_notes
from engine.music.roll import CHANNELS
from engine.music.score import Note, Part, Score, write_midi
from engine.wavenet.config import LocalConfig, VoiceStatistics
from tests.app.controllers.fakes import FakeSession, HeldBackground
from tests.models import save_tiny_model

VOICES = tuple(VoiceStatistics((mean,) * 24, (1.0,) * 24) for mean in (1.0, -1.0))
SPOKEN = LocalConfig(channels=24, hop=80, features="speech", encoder=(8,), voices=VOICES)
SCORED = LocalConfig(channels=CHANNELS, hop=160, features="roll")


@pytest.fixture
def scored(tmp_path: Path) -> Catalogue:
    """``free``, ``tune``, ``other`` and ``gone`` play scores; ``slt`` and ``mute`` are of a model without."""
    models, presets = tmp_path / "scored-models", tmp_path / "scored-presets"
    models.mkdir()
    presets.mkdir()
    save_tiny_model(models / "band.safetensors", "band", local=SCORED, speakers=())
    save_tiny_model(models / "voices.safetensors", "voices", tags=())
    for name, pitch in (("tune", 60), ("other", 72)):
        write_midi(Score(2.0, (Part(0, (Note(0.0, 1.0, pitch, 100),)),)), tmp_path / f"{name}.mid")
    here = tmp_path.as_posix()
    for name, model, line in (
        ("free", "band", "temperature = 0.7"),
        ("tune", "band", f'score = "{here}/tune.mid"\nafter = "silence"'),
        ("other", "band", f'score = "{here}/other.mid"'),
        ("gone", "band", f'score = "{here}/gone.mid"'),
        ("slt", "voices", 'speaker = "slt"\nseed = 77'),
        ("mute", "voices", f'score = "{here}/tune.mid"'),
        ("lost", "missing", ""),
    ):
        text = f'name = "{name.title()}"\ncategory = "genre"\nmodel = "{model}"\n{line}\n'
        (presets / f"{name}.toml").write_text(text)
    return Catalogue(ModelLibrary([models]), PresetLibrary([presets, tmp_path / "mine"]))


@pytest.fixture
def speaking(tmp_path: Path) -> Catalogue:
    """``ann`` and ``bob`` say a hum each, ``dumb`` nothing, ``gone`` cannot; ``free`` is of a music model."""
    models, presets = tmp_path / "spoken-models", tmp_path / "spoken-presets"
    models.mkdir()
    presets.mkdir()
    save_tiny_model(models / "band.safetensors", "band", speakers=())
    save_tiny_model(models / "talk.safetensors", "talk", local=SPOKEN, tags=(), speakers=("ann", "bob"))
    for name, hertz in (("low", 100.0), ("high", 200.0), ("own", 150.0)):
        hum = 0.2 * np.sin(2 * np.pi * hertz * np.arange(8000) / 16_000)
        soundfile.write(tmp_path / f"{name}.wav", hum, 16_000)
    here = tmp_path.as_posix()
    for name, model, line in (
        ("ann", "talk", f'speaker = "ann"\nrecording = "{here}/high.wav"\npitch = 1.0'),
        ("bob", "talk", f'speaker = "bob"\nrecording = "{here}/low.wav"'),
        ("dumb", "talk", ""),
        ("gone", "talk", f'recording = "{here}/gone.wav"'),
        ("wrong", "band", f'recording = "{here}/low.wav"'),
        ("free", "band", ""),
    ):
        text = f'name = "{name.title()}"\ncategory = "genre"\nmodel = "{model}"\n{line}\n'
        (presets / f"{name}.toml").write_text(text)
    return Catalogue(ModelLibrary([models]), PresetLibrary([presets, tmp_path / "mine"]))


@dataclass
class Stand:
    """A player and what it is driven with."""

    session: FakeSession
    background: HeldBackground
    catalogue: Catalogue
    player: Player
    refused: list[str]
    doubted: list[str]

    def choose(self, preset: str, *, read: bool = True) -> None:
        self.player.choose(self.catalogue.find(preset))
        if read:
            self.background.finish_all()

    @property
    def score(self) -> str:
        return self.player.score.name if self.player.score else ""

    @property
    def said(self) -> list[str]:
        """The recording and the speaker of each stream that was asked for."""
        return [
            f"{request.recording.name if request.recording else None}, {request.params.speaker}"
            for request in self.session.requests
        ]


@pytest.fixture
def stand(qapp: QApplication, scored: Catalogue) -> Stand:
    return stand_on(scored)


@pytest.fixture
def talk(qapp: QApplication, speaking: Catalogue) -> Stand:
    return stand_on(speaking)


def stand_on(catalogue: Catalogue) -> Stand:
    session, background = FakeSession(), HeldBackground()
    player = Player(session, catalogue, background)  # type: ignore[arg-type]
    stand = Stand(session, background, catalogue, player, [], [])
    player.refused.connect(stand.refused.append)
    player.scores.doubted.connect(stand.doubted.append)
    return stand


@pytest.fixture
def own_score() -> PlayedScore:
    return PlayedScore("own", pack_notes(np.array([[0, 1, 50, 90, 0, 0]], np.float32)))
