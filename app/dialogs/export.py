"""The export dialog: which takes, how, and where to; the settings are written inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.export_form import DEPTHS, KINDS, ExportForm
from engine.library.export import ExportOptions


@dataclass(frozen=True)
class Batch:
    """What can be exported in one go."""

    text: str
    """What it is called in the list, such as ``3 starred takes``."""
    file_name: str
    """Without suffix; empty for several takes, which go into a folder."""
    seconds: float
    """Of all of it together."""
    sample_rate: int
    note: str = "Preset, seed and every move of a control are written inside, so that it can be made again."
    """What there is to know of it."""


@dataclass(frozen=True)
class ExportChoice:
    """What the user decided."""

    path: Path
    """The file, or the folder where several takes go."""
    suffix: str
    options: ExportOptions
    batch: int = 0
    """Which of those that were offered."""


class ExportDialog(QDialog):
    """Asks how to export one take, or several into a folder."""

    def __init__(
        self,
        batches: Sequence[Batch],
        folder: Path,
        suffix: str,
        options: ExportOptions,
        parent: QWidget | None = None,
    ) -> None:
        """The first of ``batches`` is proposed; ``suffix`` and ``options`` are those of last time."""
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._batches, self._folder = tuple(batches), folder
        self.form = ExportForm(suffix, options)
        self.takes = QComboBox()
        self.takes.setAccessibleName("What to export")
        for batch in self._batches:
            self.takes.addItem(batch.text)
        self._title = QLabel()
        self._title.setObjectName("title")
        self._length = QLabel()
        self._length.setObjectName("subtitle")
        self.path = QLineEdit()
        self.path.setMinimumWidth(340)
        self._place = QLabel("Fi&le")
        self._place.setBuddy(self.path)
        self.form.insertRow(0, "Ta&kes", self.takes)
        self.form.setRowVisible(self.takes, len(self._batches) > 1)
        self.form.addRow(self._place, self._path_line())
        self._note = QLabel()
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.save = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.save.setDefault(True)
        self.save.setObjectName("primary")
        self.problem = QLabel()
        for label in (self._note, self.problem):
            label.setObjectName("hint")
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(self._title)
        layout.addWidget(self._length)
        layout.addSpacing(4)
        layout.addLayout(self.form)
        layout.addWidget(self._note)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self._show_batch()
        self.takes.currentIndexChanged.connect(self._show_batch)
        self.form.kind.currentIndexChanged.connect(self._kind_changed)
        self.form.start.valueChanged.connect(self._check)
        self.form.end.valueChanged.connect(self._check)
        self.path.textChanged.connect(self._check)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @property
    def batch(self) -> Batch:
        """What is to be exported."""
        return self._batches[max(0, self.takes.currentIndex())]

    @property
    def choice(self) -> ExportChoice:
        """What is set now."""
        path = Path(self.path.text().strip()).expanduser()
        return ExportChoice(path, self.form.suffix, self.form.options, max(0, self.takes.currentIndex()))

    def _path_line(self) -> QWidget:
        browse = QPushButton("Choose …")
        browse.setToolTip("Pick folder and name")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.path, 1)
        line.addWidget(browse)
        return holder

    @Slot()
    def _show_batch(self) -> None:
        batch = self.batch
        self._title.setText(batch.file_name or batch.text)
        self._length.setText(f"{batch.seconds:.1f} s, mono")
        self._note.setText(batch.note)
        self.form.show_takes(batch.file_name, batch.seconds if batch.file_name else 0.0, batch.sample_rate)
        self._place.setText("Fi&le" if batch.file_name else "Fo&lder")
        name = f"{batch.file_name}{self.form.suffix}" if batch.file_name else ""
        self.path.setText(str(self._folder / name))
        self._check()

    @Slot()
    def _kind_changed(self) -> None:
        path = Path(self.path.text())
        if self.batch.file_name and path.suffix.lower() in DEPTHS:
            self.path.setText(str(path.with_suffix(self.form.suffix)))
        self._check()

    @Slot()
    def _check(self) -> None:
        text = self.path.text().strip()
        path = Path(text).expanduser()
        single = bool(self.batch.file_name)
        why_not = (_why_no_file(text, path, self.form.suffix) if single else _why_no_folder(text, path)) or (
            self.form.why_not()
        )
        self.save.setEnabled(not why_not)
        self.save.setToolTip(why_not)
        note = "" if single else "Names that are there already get a number: nothing is replaced."
        if single and not why_not and path.exists():
            note = "A file of this name is there; it will be replaced."
        self.problem.setText(why_not or note)

    @Slot()
    def _browse(self) -> None:
        if not self.batch.file_name:
            chosen = QFileDialog.getExistingDirectory(self, "Export takes", self.path.text())
            if chosen:
                self.path.setText(chosen)
            return
        names = "".join(f"*{suffix} " for _, suffix in KINDS).strip()
        chosen, _ = QFileDialog.getSaveFileName(self, "Export take", self.path.text(), f"Audio ({names})")
        if chosen:
            path = Path(chosen)
            if path.suffix.lower() not in DEPTHS:
                path = path.with_name(path.name + self.form.suffix)
            self.path.setText(str(path))
            self.form.kind.setCurrentIndex(self.form.kind.findData(path.suffix.lower()))


def _why_no_file(text: str, path: Path, suffix: str) -> str:
    if not text or not path.name:
        return "Give the file a name."
    if path.suffix.lower() != suffix:
        return f"The name must end in {suffix}, or choose another format."
    if not path.parent.is_dir():
        return f"There is no folder {path.parent}."
    return "This is a folder; give the file a name." if path.is_dir() else ""


def _why_no_folder(text: str, path: Path) -> str:
    if not text:
        return "Choose a folder."
    return "" if path.is_dir() else f"There is no folder {path}."
