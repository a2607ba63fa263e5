"""Gains of layers by frequency: those of a network made by hand, kept in the cache, measured once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.responses import middles
from engine.errors import StudioError
from engine.stream import layer_gains as module
from engine.stream.layer_gains import gains_file, layer_gains
from tests.engine.analysis.two_sines import RATE, two_sines_model


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "kernel_folder", lambda: tmp_path / "kernels")
    return tmp_path / "layers"


def test_two_layers_have_the_gains_of_their_formulas() -> None:
    gains = layer_gains(two_sines_model())
    hertz = middles(RATE)
    low = hertz < 1500.0  # where a third of an octave is narrow beside the teeth of the comb
    angle = np.pi * hertz[low] * 4 / RATE
    np.testing.assert_allclose(gains[0, low], np.abs(np.cos(angle)), rtol=0.03, atol=0.01)
    np.testing.assert_allclose(gains[1, low], np.abs(np.sin(angle)), rtol=0.1, atol=0.01)


def test_they_are_measured_once_and_then_read(cache: Path) -> None:
    layers: list[None] = []
    measured = layer_gains(two_sines_model(), lambda: layers.append(None))
    assert len(layers) == 2
    again = layer_gains(two_sines_model(), lambda: layers.append(None))
    assert len(layers) == 2
    np.testing.assert_allclose(again, measured, rtol=1e-3)
    assert gains_file("abc") == cache / "abc.json"


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "[]",
        '{"version": 0, "gains": []}',
        '{"version": 1, "gains": [[1.0]]}',
        '{"version": 1, "gains": [["x"]]}',
    ],
)
def test_what_is_none_of_ours_in_the_cache_is_measured_anew(stored: str) -> None:
    file = gains_file("")
    file.parent.mkdir(parents=True)
    file.write_text(stored)
    assert layer_gains(two_sines_model()).shape == (2, len(middles(RATE)))
    assert json.loads(file.read_text())["version"] == 1


def test_it_ends_when_nobody_wants_it_any_more_and_keeps_nothing(cache: Path) -> None:
    def enough() -> None:
        raise StudioError("enough")

    with pytest.raises(StudioError, match="enough"):
        layer_gains(two_sines_model(), enough)
    assert not cache.exists()
