from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from engine.benchmark.machine import Machine
from engine.benchmark.plot import check_plot, plot
from engine.benchmark.speed import Speed
from engine.benchmark.work import Work
from engine.errors import StudioError

MACHINE = Machine({}, 1 << 20, False, 100.0, 200.0, 250.0, 100.0, 0.01)


def speed(model: str, engine: str, microseconds: float) -> Speed:
    work = Work(operations=1_000_000, read=250_000.0, stored=500_000)
    return Speed(
        model, "custom", engine, "2", microseconds, microseconds, 1.0, work, MACHINE.limit(work, "int8")
    )


def test_the_figure_has_a_mark_for_each_measurement_and_each_limit(tmp_path: Path) -> None:
    import numpy as np
    from matplotlib.image import imread

    path = tmp_path / "speed.png"
    speeds = [
        speed("lite", "cpu int8", 10.0),
        speed("lite", "reference", 1e3),
        speed("large", "cpu int8", 50.0),
    ]
    plot(speeds, MACHINE, path)
    pixels = np.rint(imread(path)[:, :, :3] * 255).astype(int)
    for colour in ((0x1F, 0x5F, 0xA8), (0xC2, 0x57, 0x1A)):
        rows = np.flatnonzero((pixels == colour).all(axis=2).any(axis=1))
        bands = 1 + np.count_nonzero(np.diff(rows) > 1)
        assert bands == 4  # three rows of the figure and the legend
    check_plot(path)  # an old one may be replaced


def test_where_a_figure_cannot_go_is_said_beforehand(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"writes \.png"):
        check_plot(tmp_path / "speed.pdf")
    with pytest.raises(StudioError, match="there is no folder"):
        check_plot(tmp_path / "nowhere" / "speed.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(StudioError, match="cannot write"):
        plot([speed("lite", "cpu int8", 10.0)], MACHINE, tmp_path / "folder.png")


def test_a_light_set_up_is_told_how_to_get_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudioError, match="--full"):
        check_plot(tmp_path / "speed.png")
