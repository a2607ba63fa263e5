"""The figure of a benchmark: times real time of every model and engine, beside the machine's limit."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from engine.benchmark.machine import Machine
from engine.benchmark.models import RATE
from engine.benchmark.speed import Speed
from engine.errors import StudioError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, ROW, REST = 8.0, 0.3, 1.6
"""Inches: of the figure, and of its height for each row and for all else."""
GAP = 0.4
"""Between models, in rows."""
MEASURED, LIMIT, FAINT = "#1f5fa8", "#c2571a", "#9aa0a6"


def check_plot(path: Path) -> None:
    """Raise StudioError where ``plot`` could not write to ``path``, before anything is measured."""
    if path.suffix.lower() != ".png":
        raise StudioError(f"{path}: --plot writes .png; give a name that ends so")
    if not path.parent.is_dir():
        raise StudioError(f"{path}: there is no folder {path.parent}; make it first")
    if importlib.util.find_spec("matplotlib") is None:
        raise StudioError("--plot needs matplotlib, which --light left out: run ./studio --full")


def plot(speeds: Sequence[Speed], machine: Machine, path: Path) -> None:
    """Write the figure of ``speeds``, grouped by model. Raises StudioError where it cannot be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows, heads, at = [], [], 0.0
    for model, group in groupby(speeds, lambda speed: speed.model):
        heads.append((at, model))
        for speed in group:
            at += 1.0
            rows.append((at, speed))
        at += 1.0 + GAP
    figure = Figure(figsize=(WIDTH, REST + ROW * at), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw_rows(axes, rows)
    axes.set_yticks([y for y, _ in rows], [speed.engine for _, speed in rows])
    for y, model in heads:
        axes.annotate(
            model, (0.0, y), (-4, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            ha="right", va="center", weight="bold",
        )  # fmt: skip
    axes.set_ylim(at - GAP, -0.8)
    _dress(axes)
    figure.suptitle("Speed of one stream on one core", x=0.01, ha="left", weight="bold")
    axes.set_title(
        f"probes: int8 {machine.int8_gigaops:.0f}, int16 {machine.int16_gigaops:.0f} GOP/s, "
        f"float32 {machine.float32_gigaops:.0f} GFLOP/s, "
        f"L2 {machine.l2_gigabytes:.0f} GB/s",
        loc="right", fontsize=8, color="#5f6368",
    )  # fmt: skip
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise StudioError(f"{path}: cannot write the figure: {error.strerror}") from None


def _draw_rows(axes: Axes, rows: Sequence[tuple[float, Speed]]) -> None:
    """A line from each measurement, a dot, to its limit, a bar."""
    ys = [y for y, _ in rows]
    reached = [speed.real_time_factor for _, speed in rows]
    limits = [speed.real_time_factor / speed.share for _, speed in rows]
    axes.hlines(ys, reached, limits, color=FAINT, linewidth=1.0, zorder=1)
    axes.scatter(reached, ys, s=36, color=MEASURED, zorder=3, label="measured")
    axes.scatter(limits, ys, s=90, marker="|", linewidths=2.0, color=LIMIT, zorder=3, label="limit")
    for y, factor, limit, (_, speed) in zip(ys, reached, limits, rows, strict=True):
        axes.annotate(
            f"{factor:.2g}×", (factor, y), (-7, 0),
            textcoords="offset points", ha="right", va="center", size=8,
        )  # fmt: skip
        axes.annotate(
            f"{limit:.2g}×  ({speed.share:.0%} reached)", (limit, y), (7, 0),
            textcoords="offset points", ha="left", va="center", size=8, color=LIMIT,
        )  # fmt: skip


def _dress(axes: Axes) -> None:
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(low / 2.0, high * 9.0)  # room for the words beside the marks
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}×")
    axes.axvline(1.0, color="#3c4043", linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.annotate(
        "real time", (1.0, 1.0), (4, -3), xycoords=("data", "axes fraction"), textcoords="offset points",
        va="top", size=8, color="#3c4043",
    )  # fmt: skip
    axes.set_xlabel(f"seconds of {RATE / 1000:g} kHz audio per second of work (logarithmic)")
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="x", color="#e8eaed", linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.03), ncols=2, frameon=False, fontsize=8)
