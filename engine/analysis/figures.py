"""The figures of an inspection, drawn by matplotlib: contributions, responses, receptive field."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.analysis import responses
from engine.analysis.inspection import SHARES, STEP_S, Inspection, centred, correlations
from engine.errors import StudioError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

WIDTH = 11.0
"""Inches."""
ROW = 0.155
"""Inches of a layer's height."""
DPI = 72
MARK, CURVE, INK = "#c2571a", "#1f5fa8", "#3c4043"
RANGE_DB = 30.0


def check_matplotlib(path: Path) -> None:
    """Raise StudioError where there is nothing to draw figures with."""
    if importlib.util.find_spec("matplotlib") is None:
        raise StudioError(
            f"{path}: figures need matplotlib, which --light left out: write .json, or run ./studio --full"
        )


def as_png(figure: Figure) -> bytes:
    """A figure as a PNG file, always the same bytes for the same figure."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


def contributions_figure(found: Inspection) -> Figure:
    """Over time which layer says how much, over the sound; beside it, of the whole sound."""
    from matplotlib.colors import PowerNorm

    figure = _figure(len(found.parts), 2.2)
    axes = figure.subplots(2, 2, height_ratios=(1, 4), width_ratios=(4, 1), sharex="col", squeeze=False)
    heat, bars = axes[1]
    axes[0, 1].set_visible(False)
    seconds = len(found.sound.codes) / found.model.config.sample_rate
    _draw_wave(axes[0, 0], found, seconds)
    end = found.over_time.shape[1] * STEP_S
    brightest = max(1e-6, float(np.percentile(found.over_time, 99.5)))
    heat.imshow(
        found.over_time, origin="lower", aspect="auto", interpolation="nearest", cmap="magma",
        extent=(0.0, end, -0.5, len(found.parts) - 0.5), norm=PowerNorm(0.5, 0.0, brightest),
    )  # fmt: skip
    heat.set_xlabel("seconds")
    _name_layers(heat, found)
    rows = np.arange(len(found.parts))
    bars.barh(rows, 100.0 * found.parts, color=CURVE)
    bars.set_ylim(-0.5, len(rows) - 0.5)
    bars.set_yticks([])
    bars.set_xlabel("% of the whole")
    figure.suptitle(_title(found, "what each layer contributes to the drawn sample"))
    return figure


def responses_figure(found: Inspection) -> Figure:
    """By bands what comes out of each layer: of a sweep, of noise, of the sound itself."""
    figure = _figure(len(found.parts), 1.6)
    panels = figure.subplots(1, 3, sharey=True)
    ranks, centres = correlations(found), centred(found)
    shown = (
        ("sweep", "a sweep", found.sweep.gains),
        ("noise", "noise", found.noise.gains),
        ("sound", "the sound (energy)", np.sqrt(found.from_sound.energies)),
    )
    for axes, (name, words, gains) in zip(panels, shown, strict=True):
        _draw_response(axes, found, gains, centres[name][0])
        each = ranks[name]
        axes.set_title(f"{words}: rank correlation {each.every:+.2f}, {each.resolved:+.2f}", fontsize=9)
        axes.set_xlabel("Hz")
    _name_layers(panels[0], found)
    panels[0].legend(loc="upper left", fontsize=7, framealpha=0.85)
    figure.suptitle(_title(found, f"what comes out of each layer, {RANGE_DB:g} dB from dark to bright"))
    return figure


def reach_figure(found: Inspection) -> Figure:
    """The gradient of the last moment over the sound, and its size by lag."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    over, by_lag = figure.subplots(1, 2, width_ratios=(3, 2))
    rate, at, gradient = found.model.config.sample_rate, found.reach.at[-1], found.reach.last
    times = (at - 1 - np.arange(len(gradient))) / rate
    codes = found.sound.samples[at - len(gradient) : at][::-1]
    over.plot(times, codes, color="#9aa0a6", linewidth=0.6)
    over.set_xlabel("seconds; the drawn sample is at the right end")
    over.set_ylabel("amplitude", color="#5f6368")
    beside = over.twinx()
    beside.plot(times, np.abs(gradient), color=MARK, linewidth=0.6)
    beside.set_yscale("log")
    beside.set_ylim(max(1e-9, float(np.abs(gradient).max()) * 1e-5), float(np.abs(gradient).max()) * 2 + 1e-8)
    beside.set_ylabel("|gradient|", color=MARK)
    lags = 1000.0 * np.arange(1, len(found.reach.sizes) + 1) / rate
    total = np.cumsum(found.reach.sizes)
    by_lag.plot(lags, 100.0 * total / max(float(total[-1]), 1e-30), color=CURVE)
    for share in SHARES:
        lag = 1000.0 * found.reach.holding(share) / rate
        by_lag.axvline(lag, color="#9aa0a6", linewidth=0.8, linestyle=(0, (4, 3)))
        by_lag.annotate(
            f"{share:.0%}: {lag:.3g} ms",
            (lag, 100 * share),
            (-4, 4),
            textcoords="offset points",
            size=8,
            ha="right",
        )
    by_lag.set_xscale("log")
    by_lag.set_xlabel("milliseconds back")
    by_lag.set_ylabel("% of the gradient")
    figure.suptitle(_title(found, "how far back the drawn sample looks"))
    return figure


def one_figure(found: Inspection) -> bytes:
    """All three, one above the other, as a PNG file."""
    from matplotlib.figure import Figure
    from matplotlib.image import imread

    drawn = (contributions_figure(found), responses_figure(found), reach_figure(found))
    picture = np.concatenate([imread(io.BytesIO(as_png(figure))) for figure in drawn])
    whole = Figure(figsize=(picture.shape[1] / DPI, picture.shape[0] / DPI))
    whole.figimage(picture)
    return as_png(whole)


def _figure(layers: int, rest: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, rest + 1.0 + ROW * layers), layout="constrained")


def _title(found: Inspection, words: str) -> str:
    return f"{found.model.header.name} on {found.sound.name}: {words}"


def _draw_wave(axes: Axes, found: Inspection, seconds: float) -> None:
    axes.plot(
        np.linspace(0.0, seconds, len(found.sound.samples)), found.sound.samples, color=INK, linewidth=0.4
    )
    axes.set_yticks([])
    axes.set_xlim(0.0, found.over_time.shape[1] * STEP_S)


def _name_layers(axes: Axes, found: Inspection) -> None:
    dilations = found.model.config.dilations
    axes.set_yticks(range(len(dilations)), [f"{i}: {d}" for i, d in enumerate(dilations)], fontsize=7)
    axes.set_ylabel("layer: dilation")


def _draw_response(
    axes: Axes, found: Inspection, gains: NDArray[np.float64], centres: NDArray[np.float64]
) -> None:
    """A row a layer, each against its own loudest band; its centre, and the first null of its dilation."""
    rate, layers = found.model.config.sample_rate, len(gains)
    known = np.nan_to_num(gains)
    loudest = np.maximum(known.max(axis=1, keepdims=True), 1e-30)
    decibels = 20.0 * np.log10(np.maximum(known / loudest, 1e-6))
    edges = responses.bands(rate)
    axes.pcolormesh(
        np.append(edges[:, 0], edges[-1, 1]), np.arange(layers + 1) - 0.5, decibels,
        cmap="viridis", vmin=-RANGE_DB, vmax=0.0, rasterized=True,
    )  # fmt: skip
    rows = np.arange(layers)
    axes.plot(centres, rows, "o", color="white", markeredgecolor="black", markersize=4, label="centre")
    half = rate / 2.0 / np.array(found.model.config.dilations)
    axes.plot(half, rows, "x", color="#ff6d3a", markersize=4, label="rate / (2 · dilation)")
    axes.set_xscale("log")
    axes.set_xlim(edges[0, 0], edges[-1, 1])
