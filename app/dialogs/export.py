"""The export dialog: kind of file, depth, rate, place; the settings are written inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.library.audio_files import Encoding

KINDS = (("WAV", ".wav"), ("FLAC, lossless and small", ".flac"), ("OGG Vorbis, smallest", ".ogg"))
DEPTHS: dict[str, tuple[tuple[str, Encoding], ...]] = {
    ".wav": (("16 bit", "16"), ("24 bit", "24"), ("32 bit float", "float")),
    ".flac": (("16 bit", "16"), ("24 bit", "24")),
    ".ogg": (("Compressed", "16"),),
}
RATES = (16_000, 22_050, 44_100, 48_000)


@dataclass(frozen=True)
class ExportChoice:
    """What the user decided."""

    path: Path
    encoding: Encoding
    sample_rate: int


class ExportDialog(QDialog):
    """Asks how to export one take."""

    def __init__(
        self,
        name: str,
        seconds: float,
        sample_rate: int,
        folder: Path,
        suffix: str,
        parent: QWidget | None = None,
    ) -> None:
        """``name`` is the proposed file name without suffix; ``suffix`` the kind chosen last time."""
        super().__init__(parent)
        self.setWindowTitle("Export take")
        self._folder, self._own_rate = folder, sample_rate
        self.kind, self.bits, self.rate = QComboBox(), QComboBox(), QComboBox()
        for text, value in KINDS:
            self.kind.addItem(text, value)
        for rate in sorted({sample_rate, *RATES}):
            own = " (the model's own)" if rate == sample_rate else ""
            self.rate.addItem(f"{rate / 1000:g} kHz{own}", rate)
        self.path = QLineEdit()
        self.path.setMinimumWidth(340)
        browse = QPushButton("Choose …")
        browse.setToolTip("Pick folder and name")
        browse.setAutoDefault(False)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.path, 1)
        place.addWidget(browse)
        title = QLabel(name)
        title.setObjectName("title")
        length = QLabel(f"{seconds:.1f} s, mono")
        length.setObjectName("subtitle")
        note = QLabel(
            "Preset, seed and every move of a control are written inside, so that it can be made again."
        )
        note.setObjectName("hint")
        note.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow("&Format", self.kind)
        form.addRow("&Depth", self.bits)
        form.addRow("&Rate", self.rate)
        file_label = QLabel("&File")
        file_label.setBuddy(self.path)
        form.addRow(file_label, place)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.save = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.save.setDefault(True)
        self.save.setObjectName("primary")
        self.problem = QLabel()
        self.problem.setObjectName("hint")
        self.problem.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(length)
        layout.addSpacing(4)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self.kind.setCurrentIndex(max(0, self.kind.findData(suffix)))
        self.rate.setCurrentIndex(self.rate.findData(sample_rate))
        self.path.setText(str(folder / f"{name}{self.suffix}"))
        self._list_depths()
        self._check()
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.path.textChanged.connect(self._check)
        browse.clicked.connect(self._browse)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @property
    def suffix(self) -> str:
        """The kind of file, as its suffix."""
        return str(self.kind.currentData())

    @property
    def choice(self) -> ExportChoice:
        """What is set now."""
        depth: Encoding = self.bits.currentData()
        return ExportChoice(Path(self.path.text().strip()).expanduser(), depth, int(self.rate.currentData()))

    def _list_depths(self) -> None:
        current = self.bits.currentData()
        self.bits.clear()
        for text, value in DEPTHS[self.suffix]:
            self.bits.addItem(text, value)
        self.bits.setCurrentIndex(max(0, self.bits.findData(current)))
        single = self.bits.count() == 1
        self.bits.setEnabled(not single)
        self.bits.setToolTip(
            "OGG Vorbis has no bit depth" if single else "More bits: less noise, larger file"
        )

    @Slot()
    def _kind_changed(self) -> None:
        self._list_depths()
        path = Path(self.path.text())
        if path.suffix.lower() in DEPTHS:
            self.path.setText(str(path.with_suffix(self.suffix)))
        self._check()

    @Slot()
    def _check(self) -> None:
        text = self.path.text().strip()
        path = Path(text).expanduser()
        why_not = ""
        if not text or not path.name:
            why_not = "Give the file a name."
        elif path.suffix.lower() != self.suffix:
            why_not = f"The name must end in {self.suffix}, or choose another format."
        elif not path.parent.is_dir():
            why_not = f"There is no folder {path.parent}."
        elif path.is_dir():
            why_not = "This is a folder; give the file a name."
        self.save.setEnabled(not why_not)
        self.save.setToolTip(why_not)
        replaces = not why_not and path.exists()
        self.problem.setText(
            why_not or ("A file of this name is there; it will be replaced." if replaces else "")
        )

    @Slot()
    def _browse(self) -> None:
        names = "".join(f"*{suffix} " for _, suffix in KINDS).strip()
        chosen, _ = QFileDialog.getSaveFileName(self, "Export take", self.path.text(), f"Audio ({names})")
        if chosen:
            path = Path(chosen)
            if path.suffix.lower() not in DEPTHS:
                path = path.with_name(path.name + self.suffix)
            self.path.setText(str(path))
            self.kind.setCurrentIndex(self.kind.findData(path.suffix.lower()))
