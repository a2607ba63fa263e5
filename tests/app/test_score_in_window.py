"""Scores at work in the whole window: opened, dropped, played, kept with takes and presets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.controllers.catalogue import Catalogue
from engine.composing.composer import compose_like
from engine.generation.backends import select_kernel
from engine.library.models import ModelLibrary
from engine.library.paths import user_folder
from engine.library.presets import PresetLibrary
from engine.library.replay import replay
from engine.music.roll import CHANNELS
from engine.music.score import Note, Part, Score, write_midi
from engine.wavenet.config import LocalConfig
from tests.app.conftest import PLAY_MS, Studio
from tests.models import save_tiny_model
from tests.notes import notes_of

SCORED = LocalConfig(channels=CHANNELS, hop=160, features="roll")
TUNE = Score(2.0, (Part(program=0, notes=(Note(0.0, 1.0, 60, 100), Note(1.0, 0.5, 67, 90))),))
OTHER = Score(2.0, (Part(program=9, notes=(Note(0.0, 60.0, 72, 100),)),))


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    write_midi(TUNE, tmp_path / "tune.mid")
    write_midi(OTHER, tmp_path / "other.mid")
    return tmp_path / "tune.mid"


@pytest.fixture
def catalogue(tmp_path: Path, tune: Path) -> Catalogue:
    models, presets = tmp_path / "models", tmp_path / "presets"
    models.mkdir()
    presets.mkdir()
    save_tiny_model(models / "band.safetensors", "band", local=SCORED, speakers=())
    save_tiny_model(models / "voices.safetensors", "voices", tags=())
    for name, line in (
        ("free", ""),
        ("calm", "[tags]\ncalm = 1.0"),
        ("other", f'score = "{tune.with_name("other.mid").as_posix()}"\nafter = "silence"'),
        ("lost", 'score = "nowhere"'),
    ):
        text = f'name = "{name.title()}"\ncategory = "genre"\nmodel = "band"\n{line}\n'
        (presets / f"{name}.toml").write_text(text)
    (presets / "slt.toml").write_text(
        'name = "Slt"\ncategory = "speaker"\nmodel = "voices"\nspeaker = "slt"\n'
    )
    (presets / "mute.toml").write_text(
        f'name = "Mute"\ncategory = "genre"\nmodel = "voices"\nscore = "{tune.as_posix()}"\n'
    )
    return Catalogue(ModelLibrary([models]), PresetLibrary([presets, tmp_path / "mine"]))


@pytest.fixture
def band(studio: Studio) -> Studio:
    """The window with a preset whose model plays scores."""
    studio.controller.presets.choose("free")
    return studio


def drag(studio: Studio, path: Path) -> bool:
    """Drag a file onto the window and let it go, if it is welcome."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    kinds = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(300, 300), *kinds)
    QApplication.sendEvent(studio.window.stage.wave, enter)
    if enter.isAccepted():
        studio.window.dropEvent(QDropEvent(QPointF(300, 300), *kinds))
    return enter.isAccepted()


def loaded(studio: Studio) -> str:
    score = studio.controller.player.score
    return score.name if score else ""


def play(qtbot: QtBot, studio: Studio, samples: int) -> None:
    """Play until so much was heard, then stop; the take is kept."""
    count = len(studio.controller.store.takes)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played >= samples, timeout=PLAY_MS)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) > count, timeout=PLAY_MS)


def test_only_models_that_play_scores_show_the_panel(band: Studio) -> None:
    assert band.window.stage.score.isVisible()
    assert band.actions["open_score"].isEnabled()
    assert not band.actions["clear_score"].isEnabled()
    band.controller.presets.choose("slt")
    assert not band.window.stage.score.isVisible()
    assert not band.actions["open_score"].isEnabled()
    assert "model 'voices' plays no scores; these can: band" in band.actions["open_score"].toolTip()


def test_a_piece_is_composed_with_the_tags_that_are_set_kept_and_played(qtbot: QtBot, band: Studio) -> None:
    band.controller.presets.choose("calm")
    band.press("compose_score")
    qtbot.waitUntil(lambda: loaded(band).startswith("piano "), timeout=5_000)  # of no genre: a piano
    (kept,) = (user_folder() / "scores").glob("*.mid")
    assert kept.stem == loaded(band)
    score = band.controller.player.score
    assert score is not None
    np.testing.assert_array_equal(score.array(), notes_of(kept))
    piece = compose_like("piano", int(kept.stem.split()[1]), ("calm",))
    assert "calm" in piece.tags
    assert len(score.array()) == sum(len(part.notes) for part in piece.score.parts)
    band.press("compose_score")
    qtbot.waitUntil(lambda: loaded(band) not in ("", kept.stem), timeout=5_000)


def test_a_file_is_opened_from_the_dialog(
    qtbot: QtBot, band: Studio, tune: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tune), ""))
    band.press("open_score")
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    panel = band.window.stage.score
    assert (panel.name.text(), panel.length.text()) == ("tune", "0:02 · 2 notes")
    assert panel.after.buttons["improvise"].isChecked()
    assert "“tune” is open; Space plays it" in band.window.messages.text.text()
    assert band.controller.settings.score_folder == tune.parent
    band.press("clear_score")
    assert loaded(band) == ""
    assert panel.open.isVisible()


def test_a_midi_file_can_be_dropped_and_other_files_cannot(qtbot: QtBot, band: Studio, tune: Path) -> None:
    assert drag(band, tune)
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    assert not drag(band, tune.with_suffix(".pdf"))


def test_dropping_on_a_model_that_plays_none_says_who_can(band: Studio, tune: Path) -> None:
    band.controller.presets.choose("slt")
    assert drag(band, tune)
    assert "these can: band" in band.window.messages.text.text()
    assert loaded(band) == ""


def test_a_damaged_file_is_told_and_the_score_of_before_stays(qtbot: QtBot, band: Studio, tune: Path) -> None:
    band.controller.scores.open(tune)
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    bad = tune.with_name("bad.mid")
    bad.write_bytes(b"This is no music.")
    band.controller.scores.open(bad)
    qtbot.waitUntil(lambda: "Not opened: " in band.window.messages.text.text(), timeout=5_000)
    assert "bad.mid: not a MIDI file" in band.window.messages.text.text()
    assert loaded(band) == "tune"


def test_a_take_plays_the_score_and_is_made_again_with_it(qtbot: QtBot, band: Studio, tune: Path) -> None:
    band.controller.scores.open(tune)
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    band.window.stage.score.after.buttons["silence"].click()
    play(qtbot, band, 4000)
    take = band.controller.store.takes[0]
    assert take.score is not None
    assert (take.score.name, take.score.after) == ("tune", "silence")
    np.testing.assert_array_equal(take.score.array(), notes_of(tune))
    model = band.controller.catalogue.loader(band.controller.player.preset)()
    np.testing.assert_array_equal(replay(take, select_kernel(model)), take.codes)
    assert str(tune.parent) not in str(take.settings())
    band.press("clear_score")
    band.press("take_apply")
    assert loaded(band) == "tune"
    assert band.window.stage.score.after.buttons["silence"].isChecked()


def test_the_line_follows_what_is_heard_and_goes_when_it_stops(
    qtbot: QtBot, band: Studio, tune: Path
) -> None:
    band.controller.scores.open(tune)
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    roll = band.window.stage.piano_roll
    assert roll.playhead is None
    band.press("play")
    qtbot.waitUntil(lambda: (roll.playhead or 0.0) > 5.0, timeout=PLAY_MS)

    def follows() -> bool:
        status = band.session.status()
        view = band.window.stage.axis.view
        heard = (status.played / status.sample_rate - view.start_s) / view.span_s * roll.width()
        return roll.playhead == pytest.approx(heard, abs=0.1 / view.span_s * roll.width())

    qtbot.waitUntil(follows, timeout=5_000)
    band.press("stop")
    qtbot.waitUntil(lambda: roll.playhead is None, timeout=PLAY_MS)


def test_opening_a_score_while_playing_starts_a_new_take_with_it(
    qtbot: QtBot, band: Studio, tune: Path
) -> None:
    band.press("play")
    qtbot.waitUntil(lambda: band.session.status().played > 1000, timeout=PLAY_MS)
    band.controller.scores.open(tune)
    store = band.controller.store
    qtbot.waitUntil(lambda: len(store.takes) == 1, timeout=PLAY_MS)  # the take without it has ended
    assert store.takes[0].score is None
    assert "a new take plays it" in band.window.messages.text.text()
    band.window.stage.score.after.buttons["silence"].click()
    assert "from the next take on" in band.window.messages.text.text()
    band.press("stop")
    qtbot.waitUntil(lambda: len(store.takes) == 2, timeout=PLAY_MS)
    assert store.takes[0].score is not None
    assert store.takes[0].score.after == "improvise"


def test_ones_own_score_stays_from_preset_to_preset_and_a_presets_goes_with_it(
    qtbot: QtBot, band: Studio, tune: Path
) -> None:
    choose = band.controller.presets.choose
    band.controller.scores.open(tune)
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    choose("calm")
    assert loaded(band) == "tune"
    choose("other")
    qtbot.waitUntil(lambda: loaded(band) == "other", timeout=5_000)
    assert band.window.stage.score.after.buttons["silence"].isChecked()
    choose("calm")
    assert loaded(band) == ""


@pytest.mark.parametrize("left_for", ["calm", "slt"])
def test_the_panel_is_as_low_as_before_once_a_preset_with_a_score_is_left(
    qtbot: QtBot, band: Studio, left_for: str
) -> None:
    panel, choose = band.window.stage.score, band.controller.presets.choose
    qtbot.wait(50)
    before = panel.height()
    for _ in range(2):
        choose("other")
        qtbot.waitUntil(lambda: panel.piano_roll.isVisible() and panel.height() > 2 * before, timeout=5_000)
        choose(left_for)
        choose("free")
        qtbot.waitUntil(lambda: panel.height() <= before + 4, timeout=5_000)


def test_a_preset_whose_score_is_missing_says_so_and_is_there(qtbot: QtBot, band: Studio) -> None:
    band.controller.presets.choose("lost")
    reported = band.window.messages.text
    qtbot.waitUntil(lambda: "preset 'lost': score 'nowhere' is unknown" in reported.text(), timeout=5_000)
    assert band.controller.player.preset is not None
    assert band.controller.player.preset.id == "lost"
    assert loaded(band) == ""


def test_a_preset_with_a_score_for_a_model_that_plays_none_says_so(qtbot: QtBot, band: Studio) -> None:
    band.controller.presets.choose("mute")
    reason = "The score of “Mute” is not played: model 'voices' plays no scores"
    reported = band.window.messages.text
    qtbot.waitUntil(lambda: reported.text().startswith(reason), timeout=5_000)


def test_a_saved_preset_brings_the_score_back(qtbot: QtBot, band: Studio, tune: Path) -> None:
    band.controller.scores.open(tune)
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    band.window.stage.score.after.buttons["silence"].click()
    band.controller.presets.save("March", "", with_seed=False)
    qtbot.waitUntil(lambda: band.window.top.title.text() == "March", timeout=5_000)
    band.controller.presets.choose("free")
    assert loaded(band) == ""
    band.controller.presets.choose("march")
    qtbot.waitUntil(lambda: loaded(band) == "tune", timeout=5_000)
    assert band.window.stage.score.after.buttons["silence"].isChecked()
