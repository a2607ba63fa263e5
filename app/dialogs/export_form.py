"""The part of the export dialog that says how: depth, rate, loudness, fades, which seconds, title."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.widgets.number_field import give_room
from engine.library.audio_files import Encoding
from engine.library.export import RATES, ExportOptions

KINDS = (("WAV", ".wav"), ("FLAC, lossless and small", ".flac"), ("OGG Vorbis, smallest", ".ogg"))
DEPTHS: dict[str, tuple[tuple[str, Encoding], ...]] = {
    ".wav": (("16 bit", "16"), ("24 bit", "24"), ("32 bit float", "float")),
    ".flac": (("16 bit", "16"), ("24 bit", "24")),
    ".ogg": (("Compressed", "16"),),
}
LOUDNESS: tuple[tuple[str, float | None], ...] = (
    ("As it is", None),
    ("−14 LUFS, for streaming", -14.0),
    ("−16 LUFS, for podcasts", -16.0),
    ("−18 LUFS, for albums", -18.0),
    ("−23 LUFS, for broadcast", -23.0),
)
LONGEST_FADE_S = 60.0


class SecondsBox(QDoubleSpinBox):
    """Seconds to a hundredth."""

    def __init__(self, name: str, tip: str, most: float) -> None:
        super().__init__()
        self.setRange(0.0, most)
        self.setDecimals(2)
        self.setSingleStep(0.1)
        self.setSuffix(" s")
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        give_room(self)


class ExportForm(QFormLayout):
    """Rows for a dialog; ``options`` is what they say."""

    def __init__(self, kind: str, options: ExportOptions) -> None:
        """``kind`` is a suffix of ``DEPTHS``."""
        super().__init__()
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(10)
        self._seconds = 0.0
        self.kind, self.bits, self.rate, self.loudness = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.fade_in = SecondsBox("Fade in", "Rise from silence over so long", LONGEST_FADE_S)
        self.fade_out = SecondsBox("Fade out", "Fall to silence over so long", LONGEST_FADE_S)
        self.start = SecondsBox("From", "Leave out what comes before", 0.0)
        self.end = SecondsBox("To", "Leave out what comes after", 0.0)
        self.title, self.artist, self.comment = QLineEdit(), QLineEdit(), QLineEdit()
        for text, value in KINDS:
            self.kind.addItem(text, value)
        for text, lufs in LOUDNESS:
            self.loudness.addItem(text, lufs)
        self.loudness.setToolTip(
            "How loud the whole of it is, by ITU-R BS.1770. Peaks stay below −1 dB: what has high peaks "
            "may stay quieter than asked for."
        )
        self.addRow("&Format", _line(self.kind, ("&Depth", self.bits)))
        self.addRow("&Rate", _line(self.rate, ("&Loudness", self.loudness)))
        self.addRow("Fade &in", _line(self.fade_in, ("&out", self.fade_out)))
        self._part = _line(self.start, ("&to", self.end))
        self.addRow("Fro&m", self._part)
        self.addRow("&Title", self.title)
        self.addRow("&Artist", self.artist)
        self.addRow("&Comment", self.comment)
        for field, name in ((self.title, "Title"), (self.artist, "Artist"), (self.comment, "Comment")):
            field.setMaxLength(200)
            field.setAccessibleName(name)
        self._show(kind, options)
        self.kind.currentIndexChanged.connect(self._list_depths)

    @property
    def suffix(self) -> str:
        """The kind of file, as its suffix."""
        return str(self.kind.currentData())

    @property
    def options(self) -> ExportOptions:
        """What is set now."""
        rate = self.rate.currentData()
        end = self.end.value()
        return ExportOptions(
            encoding=self.bits.currentData(),
            rate=None if rate is None else int(rate),
            lufs=self.loudness.currentData(),
            fade_in=self.fade_in.value(),
            fade_out=self.fade_out.value(),
            start=self.start.value(),
            end=None if end >= self._seconds else end,
            title=self.title.text().strip(),
            artist=self.artist.text().strip(),
            comment=self.comment.text().strip(),
        )

    def show_takes(self, name: str, seconds: float, sample_rate: int) -> None:
        """What is to be written: one take, or several where ``seconds`` is 0, each under its own name."""
        chosen = self.rate.currentData()
        self.rate.clear()
        self.rate.addItem(f"{sample_rate / 1000:g} kHz, the model's own", None)
        for rate in RATES:
            if rate != sample_rate:
                self.rate.addItem(f"{rate / 1000:g} kHz", rate)
        self._choose_rate(chosen)
        several = not seconds
        self._seconds = round(seconds, 2)
        for box, value in ((self.start, 0.0), (self.end, self._seconds)):
            box.setMaximum(self._seconds)
            box.setValue(value)
        self.setRowVisible(self._part, not several)
        self.title.setText("" if several else name)
        self.title.setEnabled(not several)
        self.title.setPlaceholderText("Each has its take's name" if several else "")

    def why_not(self) -> str:
        """What of it cannot be; empty where all can."""
        if self._seconds and self.start.value() >= self.end.value():
            return "The part ends before it begins."
        return ""

    def _show(self, kind: str, options: ExportOptions) -> None:
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self._list_depths()
        self.bits.setCurrentIndex(max(0, self.bits.findData(options.encoding)))
        self.rate.addItem("", options.rate)
        if options.lufs is not None and self.loudness.findData(options.lufs) < 0:
            self.loudness.addItem(f"{options.lufs:g} LUFS".replace("-", "−"), options.lufs)
        self.loudness.setCurrentIndex(max(0, self.loudness.findData(options.lufs)))
        self.fade_in.setValue(options.fade_in)
        self.fade_out.setValue(options.fade_out)
        self.artist.setText(options.artist)

    def _choose_rate(self, rate: int | None) -> None:
        self.rate.setCurrentIndex(max(0, self.rate.findData(rate)))

    @Slot()
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


def _line(first: QWidget, second: tuple[str, QWidget]) -> QWidget:
    """Two fields beside each other, the second with its name."""
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    label = QLabel(second[0])
    label.setBuddy(second[1])
    label.setMinimumWidth(66)
    line.addWidget(first, 1)
    line.addWidget(label)
    line.addWidget(second[1], 1)
    holder.setFocusProxy(first)
    return holder
