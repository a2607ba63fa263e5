from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.benchmark.beside_window import PlayingWindow, measure_beside
from engine.errors import StudioError
from tests.models import save_tiny_model

PLAYS = """
import signal, sys, time
assert sys.argv[1:] == ["--debug", "--play", "piano"]
def end(*_):
    print("played 1.0 s, 3 underruns", file=sys.stderr, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
while True:
    sum(range(100_000))
"""


def window(folder: Path, program: str, start_s: float = 1.0) -> PlayingWindow:
    (folder / "main.py").write_text(program)
    return PlayingWindow("piano", folder, start_s)


@pytest.fixture(autouse=True)
def display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def test_a_model_is_timed_alone_and_beside_the_window(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors")
    (speed,) = measure_beside([model], window(tmp_path, PLAYS), 0.3)
    assert (speed.model, speed.preset, speed.underruns) == ("tiny", "piano", 3)
    assert speed.real_time_factor == pytest.approx(62.5 / speed.microseconds)
    assert speed.alone_factor == pytest.approx(62.5 / speed.alone_microseconds)
    if sys.platform.startswith("linux"):
        assert speed.window_cores is not None
        assert 0.05 < speed.window_cores < 1.3  # it counts without a rest, on one core at most


def test_an_app_that_tells_nothing_leaves_its_underruns_unknown(tmp_path: Path) -> None:
    playing = window(tmp_path, "import time; time.sleep(60)", 0.3)
    with playing:
        playing.cores_used()
    assert playing.underruns is None


def test_a_window_that_cannot_open_is_told_in_its_own_words(tmp_path: Path) -> None:
    with (
        pytest.raises(StudioError, match="error: preset 'piano' is unknown"),
        window(tmp_path, "raise SystemExit(\"error: preset 'piano' is unknown\")", 20.0),
    ):
        pytest.fail("there is no window")


def test_a_window_closed_meanwhile_spoils_the_measurement(tmp_path: Path) -> None:
    with window(tmp_path, "import time; time.sleep(1.0)", 0.2) as playing:
        assert playing._process is not None
        playing._process.wait()
        with pytest.raises(StudioError, match="closed while"):
            playing.cores_used()


def test_without_a_display_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")  # elsewhere there is always a display
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StudioError, match="needs a display"):
        PlayingWindow("piano", tmp_path)
