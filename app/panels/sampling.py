"""How the next sample is drawn: temperature, nucleus, and how many values may come at all."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from app.look.colours import Theme
from app.widgets.card import Card
from app.widgets.number import NumberRow
from engine.wavenet.mulaw import LEVELS

HOTTEST = 2.0
TEMPERATURE = (
    "Low: safe, steady, at 0 frozen on the likeliest value. 1: as learnt. High: freer, in the end noise.\n"
    "Double-click resets; Shift moves finely."
)
TOP_P = (
    "Low: only the likeliest values may come, cleaner but poorer. 1: all may.\n"
    "Double-click resets; Shift moves finely."
)
TOP_K = "Low: only so many values may come, cleaner but poorer. 256: all may.\nDouble-click resets."


class SamplingPanel(Card):
    """``changed`` when the user moved any of the three."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Sampling")
        self.temperature = NumberRow(
            "Temperature", TEMPERATURE, low=0.0, high=HOTTEST, step=0.01, default=1.0
        )
        self.top_p = NumberRow("Nucleus (top-p)", TOP_P, low=0.01, high=1.0, step=0.01, default=1.0)
        self.top_k = NumberRow("Top-k", TOP_K, low=1.0, high=LEVELS, step=1.0, default=LEVELS, decimals=0)
        for row in (self.temperature, self.top_p, self.top_k):
            self.body.addWidget(row)
            row.changed.connect(self._tell)

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

    def set_theme(self, theme: Theme) -> None:
        for row in (self.temperature, self.top_p, self.top_k):
            row.set_theme(theme)

    @Slot(float)
    def _tell(self, _value: float) -> None:
        self.changed.emit()
