"""A recording that is gone on with, in a whole window: dropped, cut, heard, continued, drawn, made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.dialogs.prime import PrimeDialog
from app.plots.wave import HATCH, PRIMED
from engine.library.making_again import make_again
from engine.library.packed_codes import unpack_codes
from engine.library.takes import Take
from engine.stream.states import State
from tests.app.conftest import PLAY_MS, Studio
from tests.app.test_score_in_window import drag


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """6 s of a tone in stereo, at another rate than the model's."""
    tone = 0.2 * np.sin(2 * np.pi * 330.0 * np.arange(6 * 44_100) / 44_100)
    soundfile.write(tmp_path / "song.flac", np.stack([tone, tone], axis=1), 44_100)
    return tmp_path / "song.flac"


def asked(qtbot: QtBot, studio: Studio, path: Path) -> PrimeDialog:
    assert drag(studio, path)
    primes = studio.controller.primes
    qtbot.waitUntil(lambda: primes.dialog is not None, timeout=20_000)
    assert primes.dialog is not None
    return primes.dialog


def continued(qtbot: QtBot, studio: Studio, path: Path) -> Take:
    asked(qtbot, studio, path).go_on.click()
    qtbot.waitUntil(lambda: studio.session.status().played > 4_000, timeout=PLAY_MS)
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=20_000)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: not studio.controller.background.busy, timeout=PLAY_MS)
    return studio.controller.store.takes[0]


def test_the_take_keeps_what_it_continues_and_is_made_again_without_the_file(
    qtbot: QtBot, studio: Studio, song: Path
) -> None:
    take = continued(qtbot, studio, song)
    song.unlink()
    # What the tiny model hears, 39 samples, and 2 s for the ear.
    assert len(unpack_codes(take.prime, np.uint8)) == 2 * 16_000 + 39
    assert make_again(take, studio.controller.catalogue.loader(take.preset)()) is None


def test_it_is_drawn_hatched_before_the_start_with_what_the_model_thinks_of_it(
    qtbot: QtBot, studio: Studio, song: Path
) -> None:
    take = continued(qtbot, studio, song)
    stage = studio.window.stage
    wave, seconds = stage.wave, 2.0 + 39 / 16_000
    qtbot.waitUntil(lambda: wave.prime is not None and len(wave.prime.bits) > 0, timeout=PLAY_MS)
    assert wave.prime is not None
    assert wave.prime.seconds == pytest.approx(seconds)
    assert len(wave.prime.bits) == 50  # 25 a second
    assert 0.0 < wave.prime.bits.mean() < 30.0
    assert stage.axis.view.start_s == pytest.approx(-seconds)
    picture = wave.picture
    assert picture is not None
    zero = round(wave.axis.view.x(0.0, picture.shape[1]))
    assert (picture[:, : zero - 1] == HATCH).any()
    assert (picture[:, : zero - 1] == PRIMED).any()
    assert not np.isin(picture[:, zero + 1 :], (HATCH, PRIMED)).any()
    stage.axis.scroll(-100.0)
    assert stage.axis.view.start_s == pytest.approx(-seconds)
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(5, 20))  # there is nothing to go to
    assert studio.controller.stage.playhead.seconds == 0.0
    assert studio.controller.player.take == take


def test_a_take_that_continues_nothing_begins_at_zero_again(qtbot: QtBot, studio: Studio, song: Path) -> None:
    continued(qtbot, studio, song)
    studio.press("play")
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=PLAY_MS)
    assert studio.window.stage.wave.prime is None
    assert studio.window.stage.axis.view.start_s == 0.0


def test_the_region_can_be_heard_and_is_no_take(qtbot: QtBot, studio: Studio, song: Path) -> None:
    dialog = asked(qtbot, studio, song)
    plot = studio.controller.primes.plot
    assert plot is not None
    assert plot.region == (
        pytest.approx(6.0 - 2.0 - 39 / 16_000, abs=0.01),
        pytest.approx(6.0, abs=0.01),
    )
    dialog.listen.click()
    qtbot.waitUntil(lambda: studio.session.status().state is State.PLAYBACK, timeout=20_000)
    qtbot.waitUntil(lambda: dialog.listen.text() == "&Stop", timeout=20_000)
    dialog.cancel.click()
    qtbot.waitUntil(lambda: studio.session.status().state is State.IDLE, timeout=20_000)
    assert studio.controller.store.takes == ()
    assert studio.controller.primes.dialog is None


def test_the_region_is_dragged_and_moved_and_never_longer_than_is_of_use(
    qtbot: QtBot, studio: Studio, song: Path
) -> None:
    asked(qtbot, studio, song)
    plot = studio.controller.primes.plot
    assert plot is not None
    longest = 2.0 + 39 / 16_000
    plot.choose(1.0, 2.0)
    assert plot.region == (1.0, 2.0)
    x = [round(seconds / 6.0 * plot.width()) for seconds in (1.0, 1.5)]
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(x[0], 30))
    qtbot.mouseMove(plot, QPoint(x[1], 30))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(x[1], 30))
    assert plot.region == (pytest.approx(1.5, abs=0.02), 2.0)
    plot.choose(0.0, 6.0, "last")
    assert plot.region[1] - plot.region[0] == pytest.approx(longest)
    plot.choose(5.0, 9.0)
    assert plot.region == (pytest.approx(6.0 - longest, abs=0.01), pytest.approx(6.0, abs=0.01))
    before = plot.region
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.region[0] == pytest.approx(before[0] - 0.1)


@pytest.mark.parametrize(
    ("samples", "said"),
    [(np.zeros(8_000), "it is silent"), (np.full(100, 0.1), "too short"), (np.full(8_000, np.nan), "NaN")],
)
def test_what_cannot_be_continued_is_told_in_a_line(
    qtbot: QtBot, studio: Studio, tmp_path: Path, samples: np.ndarray, said: str
) -> None:
    soundfile.write(tmp_path / "bad.wav", samples, 16_000, subtype="FLOAT")
    assert drag(studio, tmp_path / "bad.wav")
    text = studio.window.messages.text
    qtbot.waitUntil(lambda: said in text.text(), timeout=20_000)
    assert text.text().startswith("Not opened: ")
    assert "\n" not in text.text()
    assert studio.controller.primes.dialog is None


def test_without_a_voice_that_says_recordings_only_continuing_is_offered(
    qtbot: QtBot, studio: Studio, song: Path
) -> None:
    assert asked(qtbot, studio, song).say.isHidden()


def test_a_preset_without_its_model_says_why_it_continues_nothing(studio: Studio) -> None:
    studio.controller.player.choose(studio.controller.catalogue.find("lost"))
    assert not studio.actions["continue_recording"].isEnabled()
    assert "missing" in studio.actions["continue_recording"].toolTip()
