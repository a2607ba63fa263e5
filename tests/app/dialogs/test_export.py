from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportChoice, ExportDialog
from app.dialogs.save import SavePresetDialog


@pytest.fixture
def dialog(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> ExportDialog:
    dialog = ExportDialog("Piano 1", 2.5, 16_000, tmp_path, ".wav")
    qtbot.addWidget(dialog)
    return dialog


def test_it_proposes_a_wav_at_the_models_rate(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.choice == ExportChoice(tmp_path / "Piano 1.wav", "16", 16_000)
    assert dialog.save.isEnabled()


def test_the_kind_changes_the_suffix_and_what_depths_there_are(dialog: ExportDialog) -> None:
    dialog.kind.setCurrentIndex(dialog.kind.findData(".flac"))
    assert dialog.choice.path.suffix == ".flac"
    assert [dialog.bits.itemData(i) for i in range(dialog.bits.count())] == ["16", "24"]
    dialog.kind.setCurrentIndex(dialog.kind.findData(".ogg"))
    assert not dialog.bits.isEnabled()
    assert "no bit depth" in dialog.bits.toolTip()


def test_a_depth_that_both_kinds_have_is_kept(dialog: ExportDialog) -> None:
    dialog.bits.setCurrentIndex(dialog.bits.findData("24"))
    dialog.kind.setCurrentIndex(dialog.kind.findData(".flac"))
    assert dialog.choice.encoding == "24"


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


def test_a_preset_needs_a_name_that_no_factory_preset_has(qtbot: QtBot, dressed: QApplication) -> None:
    dialog = SavePresetDialog("My Piano", "", 5, ["Piano"])
    qtbot.addWidget(dialog)
    assert dialog.save.isEnabled()
    for name, why in (("piano", "factory"), ("!!", "letter"), ("", "letter")):
        dialog.name.setText(name)
        assert not dialog.save.isEnabled()
        assert why in dialog.problem.text()
