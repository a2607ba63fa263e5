"""How freely the next sample is drawn: temperature; nucleus and how many values may come, under More."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from app.look.colours import Theme
from app.widgets.buttons import Button
from app.widgets.card import Card
from app.widgets.number import NumberRow
from engine.wavenet.mulaw import LEVELS

HOTTEST, LEAST_TOP_P = 2.0, 0.01
TEMPERATURE = "Low: safe, at 0 frozen. 1: as learnt. High: freer, in the end noise.\nDouble-click resets."
TOP_P = "Low: only the likeliest values, cleaner but poorer. 1: all.\nDouble-click resets."
TOP_K = "Low: only so many values, cleaner but poorer. 256: all.\nDouble-click resets."


class SamplingPanel(Card):
    """``changed`` when the user moved any of the three."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Feel")
        self.temperature = NumberRow(
            "Temperature", TEMPERATURE, low=0.0, high=HOTTEST, step=0.01, default=1.0
        )
        self.top_p = NumberRow("Nucleus", TOP_P, low=LEAST_TOP_P, high=1.0, step=0.01, default=1.0)
        self.top_k = NumberRow("Top-k", TOP_K, low=1.0, high=LEVELS, step=1.0, default=LEVELS, decimals=0)
        self.more = Button(
            "More", style="plain", tip="Nucleus and top-k: which values may come", checkable=True
        )
        self.more.toggled.connect(self._unfold)
        self.add_tool(self.more)
        for row in (self.temperature, self.top_p, self.top_k):
            self.body.addWidget(row)
            row.changed.connect(self._tell)
        self._unfold(False)

    @property
    def values(self) -> tuple[float, float, int]:
        """(temperature, top_p, top_k), as ``GenerationParams`` has them: top_k 0 for all."""
        top_k = round(self.top_k.value)
        return self.temperature.value, self.top_p.value, 0 if top_k == LEVELS else top_k

    def set_values(self, temperature: float, top_p: float, top_k: int) -> None:
        """Show these, without a signal."""
        self.temperature.set_value(temperature)
        self.top_p.set_value(top_p)
        self.top_k.set_value(top_k or LEVELS)

    def set_defaults(self, temperature: float, top_p: float, top_k: int) -> None:
        """What a double-click leads back to."""
        self.temperature.set_default(temperature)
        self.top_p.set_default(top_p)
        self.top_k.set_default(top_k or LEVELS)
        if top_p < 1.0 or top_k:  # what a preset asks for is not hidden
            self.more.setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        for row in (self.temperature, self.top_p, self.top_k):
            row.set_theme(theme)

    @Slot(bool)
    def _unfold(self, on: bool) -> None:
        self.more.setText("Less" if on else "More")
        for row in (self.top_p, self.top_k):
            row.setVisible(on)

    @Slot(float)
    def _tell(self, _value: float) -> None:
        self.changed.emit()
