"""What a screen reader says of the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.look.time_text import format_time

if TYPE_CHECKING:
    from app.stage import Stage


def describe(stage: Stage, bits: tuple[float, float] | None) -> None:
    """Give each lane its text; ``bits``: of the next sample, before and after shaping, while one is drawn."""
    view = stage.axis.view
    until = min(view.start_s + view.span_s, max(stage.axis.duration_s, view.start_s))
    place = f"{format_time(view.start_s)} to {format_time(until)} of {format_time(stage.axis.duration_s)}"
    for plot in (stage.wave, stage.heatmap, stage.spectrum, stage.layers, stage.overview):
        plot.setAccessibleDescription(place)
    text = f"{bits[1]:.1f} bits now" if bits else "nothing is drawn now"
    stage.bits.setAccessibleDescription(text)
    stage.distribution.setAccessibleDescription(text)
    words = "; ".join(f"{format_time(s)} {text}" for s, text in stage.changes.marks)
    stage.changes.setAccessibleDescription(words or "nothing was moved")
