from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.export import Batch, ExportChoice, ExportDialog
from app.dialogs.save import SavePresetDialog
from app.look.colours import LIGHT
from app.look.theme import dress
from engine.library.export import ExportOptions

ONE = Batch("Piano 1", "Piano 1", 2.5, 16_000)
THREE = Batch("3 starred takes", "", 30.0, 16_000)


def make(
    qtbot: QtBot, folder: Path, *batches: Batch, options: ExportOptions | None = None, suffix: str = ".wav"
) -> ExportDialog:
    dialog = ExportDialog(batches, folder, suffix, options or ExportOptions())
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def dialog(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> ExportDialog:
    return make(qtbot, tmp_path, ONE)


def test_it_proposes_a_wav_of_the_whole_take_as_it_is(dialog: ExportDialog, tmp_path: Path) -> None:
    options = ExportOptions(title="Piano 1")
    assert dialog.choice == ExportChoice(tmp_path / "Piano 1.wav", ".wav", options)
    assert dialog.save.isEnabled()


def test_what_was_chosen_last_time_is_proposed_again(
    qtbot: QtBot, dressed: QApplication, tmp_path: Path
) -> None:
    options = ExportOptions(encoding="24", rate=44_100, lufs=-17.5, fade_in=0.5, fade_out=2.0, artist="me")
    dialog = make(qtbot, tmp_path, ONE, options=options, suffix=".flac")
    assert dialog.choice.options == dataclasses.replace(options, title="Piano 1")
    assert dialog.choice.path == tmp_path / "Piano 1.flac"


def test_every_choice_is_in_what_comes_out(dialog: ExportDialog) -> None:
    form = dialog.form
    form.bits.setCurrentIndex(form.bits.findData("float"))
    form.rate.setCurrentIndex(form.rate.findData(22_050))
    form.loudness.setCurrentIndex(form.loudness.findData(-16.0))
    for box, value in ((form.fade_in, 0.1), (form.fade_out, 0.2), (form.start, 0.5), (form.end, 2.0)):
        box.setValue(value)
    for field, text in ((form.title, "T"), (form.artist, "A"), (form.comment, "C")):
        field.setText(text)
    assert dialog.choice.options == ExportOptions("float", 22_050, -16.0, 0.1, 0.2, 0.5, 2.0, "T", "A", "C")


def test_a_part_that_ends_before_it_begins_is_refused(dialog: ExportDialog) -> None:
    dialog.form.start.setValue(2.0)
    dialog.form.end.setValue(1.0)
    assert not dialog.save.isEnabled()
    assert dialog.problem.text() == "The part ends before it begins."


def test_the_kind_changes_the_suffix_and_what_depths_there_are(dialog: ExportDialog) -> None:
    kind, bits = dialog.form.kind, dialog.form.bits
    kind.setCurrentIndex(kind.findData(".flac"))
    assert dialog.choice.path.suffix == ".flac"
    assert [bits.itemData(i) for i in range(bits.count())] == ["16", "24"]
    kind.setCurrentIndex(kind.findData(".ogg"))
    assert not bits.isEnabled()
    assert "no bit depth" in bits.toolTip()


def test_a_depth_that_both_kinds_have_is_kept(dialog: ExportDialog) -> None:
    dialog.form.bits.setCurrentIndex(dialog.form.bits.findData("24"))
    dialog.form.kind.setCurrentIndex(dialog.form.kind.findData(".flac"))
    assert dialog.choice.options.encoding == "24"


@pytest.mark.parametrize(
    ("path", "why"),
    [("", "name"), ("{}/a.mp3", "must end in .wav"), ("{}/no/a.wav", "no folder"), ("{}", "must end in")],
)
def test_a_bad_place_disables_export_and_says_why(
    dialog: ExportDialog, tmp_path: Path, path: str, why: str
) -> None:
    dialog.path.setText(path.format(tmp_path))
    assert not dialog.save.isEnabled()
    assert why in dialog.problem.text()
    assert why in dialog.save.toolTip()


def test_replacing_a_file_is_said(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "old.wav").write_bytes(b"")
    dialog.path.setText(str(tmp_path / "old.wav"))
    assert dialog.save.isEnabled()
    assert "replaced" in dialog.problem.text()


def test_several_takes_go_into_a_folder_each_whole_and_under_its_own_name(
    qtbot: QtBot, dressed: QApplication, tmp_path: Path
) -> None:
    dialog = make(qtbot, tmp_path, ONE, THREE)
    dialog.form.start.setValue(1.0)
    dialog.takes.setCurrentIndex(1)
    assert dialog.choice == ExportChoice(tmp_path, ".wav", ExportOptions(), 1)
    assert not dialog.form.title.isEnabled()
    assert "nothing is replaced" in dialog.problem.text()
    dialog.path.setText(str(tmp_path / "none"))
    assert not dialog.save.isEnabled()
    dialog.takes.setCurrentIndex(0)
    assert dialog.choice.path == tmp_path / "Piano 1.wav"


def test_a_preset_needs_a_name_that_no_factory_preset_has(qtbot: QtBot, dressed: QApplication) -> None:
    dialog = SavePresetDialog("My Piano", "", 5, ["Piano"])
    qtbot.addWidget(dialog)
    assert dialog.save.isEnabled()
    for name, why in (("piano", "factory"), ("!!", "letter"), ("", "letter")):
        dialog.name.setText(name)
        assert not dialog.save.isEnabled()
        assert why in dialog.problem.text()


def test_numbers_stand_as_texts_do_in_the_fields_around_them(dialog: ExportDialog) -> None:
    form = dialog.form
    dress(dialog, LIGHT)
    dialog.grab()  # now all has its place
    assert form.start.height() == form.title.height() == form.kind.height()
    margins = form.start.lineEdit().textMargins()
    assert margins.left() == margins.right() == 8
