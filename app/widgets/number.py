"""A named value: its name, the number to read or type, and a slider under them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QWidget

from app.look.colours import Theme
from app.widgets.field import OWN_KEYS, keeps
from app.widgets.slider import Slider


class NumberBox(QDoubleSpinBox):
    """A number to type, without arrows. Return accepts it, Escape does not; both end the typing."""

    def __init__(self, low: float, high: float, step: float, decimals: int, suffix: str = "") -> None:
        super().__init__()
        self.setObjectName("number")
        # The style sheet hides the arrows: Qt's own NoButtons leaves the text no room beside a style sheet.
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setDecimals(decimals)
        self.setSuffix(suffix)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(62)
        self.lineEdit().returnPressed.connect(self._done)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The wheel over a number that nobody is typing into belongs to the list around it.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if keeps(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.lineEdit().setText(self.textFromValue(self.value()) + self.suffix())
            self.clearFocus()
        else:
            super().keyPressEvent(event)
        if event.key() in OWN_KEYS:
            event.accept()

    @Slot()
    def _done(self) -> None:
        self.clearFocus()


class NumberRow(QWidget):
    """One real parameter. ``default`` is what a double-click leads back to."""

    changed = Signal(float)
    """The user chose another value; not sent by ``set_value``."""

    def __init__(
        self,
        name: str,
        tip: str,
        *,
        low: float,
        high: float,
        step: float,
        default: float,
        decimals: int = 2,
        suffix: str = "",
    ) -> None:
        super().__init__()
        self._default = default
        self.label = QLabel(name)
        self.box = NumberBox(low, high, step, decimals, suffix)
        self.slider = Slider(low, high, step, mark=default)
        self.label.setBuddy(self.box)
        for widget, kind in ((self.box, "value"), (self.slider, "slider")):
            widget.setToolTip(tip)
            widget.setAccessibleName(f"{name} {kind}")
            widget.setAccessibleDescription(tip)
        self.label.setToolTip(tip)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(4)
        layout.setVerticalSpacing(1)
        layout.addWidget(self.label, 0, 0)
        layout.addWidget(self.box, 0, 1)
        layout.addWidget(self.slider, 1, 0, 1, 2)
        layout.setColumnStretch(0, 1)
        self.set_value(default)
        self.slider.value_moved.connect(self._slid)
        self.slider.reset_asked.connect(self.reset)
        self.box.valueChanged.connect(self._typed)

    @property
    def value(self) -> float:
        """The value shown."""
        return self.box.value()

    def set_value(self, value: float) -> None:
        """Show a value, clamped to the range, without a signal."""
        blocked = self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(blocked)
        self.slider.set_real(value)

    def set_default(self, value: float) -> None:
        """What a reset leads back to."""
        self._default = value
        self.slider.set_mark(value)

    @Slot()
    def reset(self) -> None:
        """Back to the default, as if the user had typed it."""
        self.box.setValue(self._default)

    def set_theme(self, theme: Theme) -> None:
        self.slider.set_theme(theme)

    @Slot(float)
    def _slid(self, value: float) -> None:
        self.box.setValue(value)

    @Slot(float)
    def _typed(self, value: float) -> None:
        self.slider.set_real(value)
        self.changed.emit(value)
