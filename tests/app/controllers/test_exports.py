"""Keeping and exporting without a window: what is asked of the session, and which files come of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.controllers.exports import ExportController, show_folder
from app.controllers.take_selection import TakeSelection
from app.dialogs.export import ExportChoice, ExportDialog
from app.settings import AppSettings
from engine.errors import StudioError
from engine.library.audio_files import read_settings
from engine.library.export import ExportOptions
from engine.library.spoken_texts import SaidWord, SpokenText
from engine.library.take_store import TakeStore
from engine.library.takes import Settings, Take
from engine.stream.states import State
from tests.app.controllers.conftest import Stand
from tests.takes import make_take


class Case:
    def __init__(self, qtbot: QtBot, stand: Stand, folder: Path) -> None:
        self.stand, self.actions, self.music = stand, Actions(), folder / "music"
        self.settings = AppSettings(folder / "window.json")
        self.music.mkdir()
        self.settings.export_folder = self.music
        self.selection = TakeSelection(TakeStore())
        self.marked: list[str] = []
        panel = QWidget()
        panel.selection = self.marked  # type: ignore[attr-defined]
        qtbot.addWidget(panel)
        self.controller = ExportController(
            panel,  # type: ignore[arg-type]
            self.actions,
            stand.player,
            self.selection,
            stand.session,  # type: ignore[arg-type]
            self.settings,
            stand.background,  # type: ignore[arg-type]
        )
        self.reported: list[str] = []
        self.written: list[tuple[str, str]] = []
        self.controller.reported.connect(lambda text, kind: self.reported.append(f"{kind}: {text}"))
        self.controller.written.connect(lambda text, folder: self.written.append((text, folder)))

    def add(self, *takes: Take) -> None:
        for take in takes:
            self.selection.add(take)
        self.controller.show()

    def play(self) -> None:
        self.stand.choose("free")
        self.stand.player.start()
        self.controller.show()

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.music.iterdir())


@pytest.fixture
def case(qtbot: QtBot, dressed: QApplication, stand: Stand, tmp_path: Path) -> Case:
    return Case(qtbot, stand, tmp_path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[ExportDialog]:
    """The dialogs that were shown, each accepted as it was."""
    shown: list[ExportDialog] = []

    def accept(dialog: ExportDialog) -> int:
        shown.append(dialog)
        return int(ExportDialog.DialogCode.Accepted)

    monkeypatch.setattr(ExportDialog, "exec", accept)
    return shown


def named(number: int, samples: int) -> Take:
    return dataclasses.replace(make_take(number), name="Guitar", codes=np.full(samples, 200, np.uint8))


def test_while_a_stream_plays_it_is_kept_from_its_start_to_now_and_plays_on(case: Case) -> None:
    case.add(make_take(1))  # an older take, which is selected and is not what sounds
    case.play()
    case.actions["keep"].trigger()
    assert case.stand.session.snapshots == 1
    case.controller.snapshot(lambda: named(2, 4000))
    case.stand.background.finish()
    case.stand.background.finish()
    assert case.stand.session.now.state is State.PLAYING
    assert case.files == ["Guitar.wav"]
    samples, rate = soundfile.read(case.music / "Guitar.wav")
    assert (len(samples), rate) == (4000, 16_000)
    assert Settings.from_json(read_settings(case.music / "Guitar.wav") or {}).seed == 2
    assert case.written == [(f"Kept {case.music / 'Guitar.wav'}", str(case.music))]


def test_keeping_again_replaces_no_file(case: Case) -> None:
    case.play()
    for length in (4000, 5000):
        case.actions["keep"].trigger()
        case.controller.snapshot(lambda length=length: named(2, length))
        case.stand.background.finish()
        case.stand.background.finish()
    assert case.files == ["Guitar 2.wav", "Guitar.wav"]
    assert soundfile.info(case.music / "Guitar.wav").frames == 4000


def test_the_take_that_is_played_back_is_kept_before_the_one_that_is_selected(case: Case) -> None:
    case.add(make_take(1), make_take(2))
    case.stand.player.play_take(case.selection.store.takes[1])
    case.actions["keep"].trigger()
    case.stand.background.finish()
    assert case.files == ["Piano 1.wav"]
    assert case.selection.store.is_saved("1")
    case.stand.player.pause(True)
    case.actions["keep"].trigger()
    case.stand.background.finish()
    assert (case.files, case.stand.session.snapshots) == (["Piano 1 2.wav", "Piano 1.wav"], 0)
    case.stand.player.stop()
    case.actions["keep"].trigger()
    case.stand.background.finish()
    assert case.files[-1] == "Piano 2.wav"


def test_a_stream_that_ended_just_before_is_kept_as_the_take_that_came_of_it(case: Case) -> None:
    case.play()
    case.actions["keep"].trigger()
    case.stand.session.stop()
    case.add(named(3, 800))
    case.controller.snapshot(None)
    case.stand.background.finish()
    assert case.files == ["Piano 1.wav"]


def test_what_has_not_sounded_yet_is_not_kept_and_that_is_said(case: Case) -> None:
    case.play()
    case.actions["keep"].trigger()
    case.controller.snapshot(None)
    assert (case.files, case.reported) == ([], ["info: Nothing of this take has sounded yet"])


def test_what_cannot_be_read_back_is_not_kept_then_or_later(case: Case) -> None:
    def unreadable() -> Take:
        raise StudioError("what was played before cannot be read back: gone")

    case.play()
    case.actions["keep"].trigger()
    case.controller.snapshot(unreadable)
    case.stand.background.finish()
    assert (case.files, case.reported) == (
        [],
        ["error: Not exported: what was played before cannot be read back: gone"],
    )
    case.actions["keep"].trigger()
    case.controller.snapshot(lambda: named(2, 800))
    case.stand.background.finish_all()
    assert case.files == ["Guitar.wav"]


def test_without_a_take_nothing_can_be_kept_and_the_buttons_say_why(case: Case) -> None:
    for name in ("keep", "export", "take_export"):
        assert not case.actions[name].isEnabled()
        assert "no take yet" in case.actions[name].toolTip()
    case.play()
    assert case.actions["keep"].isEnabled()
    assert not case.actions["take_export"].isEnabled()


def test_keep_does_as_the_dialog_was_answered_last(case: Case, asked: list[ExportDialog]) -> None:
    case.play()
    case.actions["export"].trigger()
    choice = ExportChoice(
        case.music / "first.flac",
        ".flac",
        ExportOptions(encoding="24", rate=48_000, artist="me", title="First"),
    )
    case.controller.export([named(2, 4000)], choice)
    case.stand.background.finish()
    case.actions["keep"].trigger()
    case.controller.snapshot(lambda: named(2, 1600))  # both wait for it
    case.stand.background.finish_all()
    assert "Guitar.flac" in case.files
    with soundfile.SoundFile(case.music / "Guitar.flac") as file:
        assert (file.samplerate, file.subtype, file.frames) == (48_000, "PCM_24", 4800)
        assert (file.title, file.artist) == ("Guitar", "me")


def test_the_dialog_exports_what_sounds_while_it_plays(case: Case, asked: list[ExportDialog]) -> None:
    case.add(make_take(1))
    case.play()
    case.actions["export"].trigger()
    assert asked == []
    case.controller.snapshot(lambda: named(2, 4000))
    case.stand.background.finish()
    (dialog,) = asked
    assert dialog.choice.path == case.music / "Guitar.wav"
    case.stand.background.finish()
    assert soundfile.info(case.music / "Guitar.wav").frames == 4000


@pytest.mark.parametrize(
    ("marked", "offered"),
    [
        ([], ["Piano 3", "2 starred takes", "All 3 takes"]),
        (["3", "2"], ["2 selected takes", "2 starred takes", "All 3 takes", "Piano 3"]),
        (["1", "2"], ["2 selected takes", "All 3 takes", "Piano 3"]),  # the same two are starred
        (["1", "2", "3"], ["3 selected takes", "2 starred takes", "Piano 3"]),
    ],
)
def test_selected_starred_or_all_takes_are_offered(
    case: Case, asked: list[ExportDialog], marked: list[str], offered: list[str]
) -> None:
    case.add(make_take(1), make_take(2), make_take(3))
    case.marked.extend(marked)
    for number in ("1", "2"):
        case.selection.store.star(number, True)
    case.actions["take_export"].trigger()
    (dialog,) = asked
    assert [dialog.takes.itemText(i) for i in range(dialog.takes.count())] == offered


def test_several_takes_are_written_into_a_folder_each_under_its_name_and_marked(case: Case) -> None:
    case.add(make_take(1), make_take(2))
    (case.music / "Piano 1.ogg").write_bytes(b"older")
    choice = ExportChoice(case.music, ".ogg", ExportOptions())
    case.controller.export(case.selection.store.takes, choice)
    case.stand.background.finish()
    assert case.files == ["Piano 1 2.ogg", "Piano 1.ogg", "Piano 2.ogg"]
    assert (case.music / "Piano 1.ogg").read_bytes() == b"older"
    assert all(case.selection.store.is_saved(number) for number in ("1", "2"))
    assert case.written == [(f"Exported 2 takes to {case.music}", str(case.music))]
    assert case.settings.export_folder == case.music


def test_an_export_that_fails_is_told_and_the_take_stays_unsaved(case: Case, tmp_path: Path) -> None:
    case.add(make_take(1))
    choice = ExportChoice(tmp_path / "none" / "a.wav", ".wav", ExportOptions())
    case.controller.export(case.selection.store.takes, choice)
    case.stand.background.finish()
    (text,) = case.reported
    assert text.startswith("error: Not exported: ")
    assert not case.selection.store.is_saved("1")


def test_options_of_an_unknown_kind_give_the_defaults(case: Case) -> None:
    case.settings.export_options = '{"loud": true}'
    assert case.controller.options == ExportOptions()


def test_the_folder_is_opened_in_the_desktops_file_manager(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    show_folder(str(tmp_path))
    assert [url.toLocalFile() for url in opened] == [str(tmp_path)]


def spoken(number: int) -> Take:
    """A take of a second that says two paragraphs."""
    words = (SaidWord(0, 2, 0, ("a",), (80,)), SaidWord(5, 7, 120, ("c",), (180,)))
    speech = SpokenText(text="Ab.\n\nCd.", speakers=(("ann", 1.0),), words=words)
    return dataclasses.replace(named(number, 16_000), speech=speech)


def test_a_take_of_several_paragraphs_can_be_written_as_a_file_each(
    case: Case, asked: list[ExportDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    case.add(spoken(1))
    accept = ExportDialog.exec

    def choose_the_last(dialog: ExportDialog) -> int:
        dialog.takes.setCurrentIndex(dialog.takes.count() - 1)
        return accept(dialog)

    monkeypatch.setattr(ExportDialog, "exec", choose_the_last)
    case.actions["take_export"].trigger()
    case.stand.background.finish()
    (dialog,) = asked
    assert [dialog.takes.itemText(i) for i in range(dialog.takes.count())] == [
        "Piano 1",
        "Its 2 paragraphs, a file each",
    ]
    assert case.files == [
        f"Piano 1 00{part}{suffix}" for part in (1, 2) for suffix in (".json", ".srt", ".wav")
    ]
    assert soundfile.info(case.music / "Piano 1 001.wav").frames == 8_000  # the middle of frames 80 and 120
    assert soundfile.info(case.music / "Piano 1 002.wav").frames == 8_000
    assert case.written == [(f"Exported 2 paragraphs to {case.music}", str(case.music))]
    assert not case.selection.store.is_saved("1")


def test_a_take_of_one_paragraph_is_one_file(case: Case, asked: list[ExportDialog]) -> None:
    take = spoken(1)
    assert take.speech is not None
    case.add(dataclasses.replace(take, speech=dataclasses.replace(take.speech, words=take.speech.words[:1])))
    case.actions["take_export"].trigger()
    (dialog,) = asked
    assert dialog.takes.count() == 1
