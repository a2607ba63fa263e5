from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.statusbar import Readout, StatusLine


def test_all_figures_are_shown(qtbot: QtBot, dressed: QApplication) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_readout(Readout("cpu", 4.23, 61.4, 84.0, 2, "Speakers (ALSA)"))
    texts = {name: label.text() for name, label in line.labels.items()}
    assert texts == {
        "engine": "Engine cpu",
        "speed": "4.2 × real time",
        "buffer": "Buffer 61 ms",
        "latency": "Hand to ear 84 ms",
        "underruns": "2 underruns",
        "device": "Speakers (ALSA)",
    }


def test_what_is_wrong_is_set_off(qtbot: QtBot, dressed: QApplication) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_readout(Readout("cpu", 0.8, 10.0, 10.0, 1, "no device: none", silent=True))
    alarms = [name for name, label in line.labels.items() if label.property("alarm")]
    assert alarms == ["speed", "underruns", "device"]
    line.show_readout(Readout("cpu", 2.0, 10.0, 10.0, 0, "Speakers"))
    assert not any(label.property("alarm") for label in line.labels.values())


def test_before_a_control_moved_there_is_no_time_from_hand_to_ear(
    qtbot: QtBot, dressed: QApplication
) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_readout(Readout("cpu", 2.0, 80.0))
    assert line.labels["latency"].text() == "Hand to ear –"


@pytest.mark.parametrize(
    ("readout", "words", "alarm"),
    [
        (Readout(), "Ready", False),
        (Readout("cpu", 4.0), "Running well", False),
        (Readout("cpu", 4.0, 60.0, 45.2), "Running well, 45 ms from hand to ear", False),
        (Readout("cpu", 4.0, 60.0, 45.2, 2), "2 gaps in this take", True),
        (Readout("cpu", 0.8), "This machine is too slow to play this live: it plays from a buffer", True),
    ],
)
def test_how_things_go_is_said_in_a_sentence(
    qtbot: QtBot, dressed: QApplication, readout: Readout, words: str, alarm: bool
) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_readout(readout)
    assert (line.summary.text(), bool(line.summary.property("alarm"))) == (words, alarm)


def test_a_click_shows_the_figures(qtbot: QtBot, dressed: QApplication) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show()
    line.show_readout(Readout("cpu", 4.23, 61.4, 84.0, 2, "Speakers (ALSA)"))
    assert not line.labels["speed"].isVisible()
    line.summary.click()
    assert line.labels["speed"].isVisible()
    line.figures.close()


def test_without_a_sound_card_there_is_a_button_to_look_again(qtbot: QtBot, dressed: QApplication) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show()
    line.show_readout(Readout(device="no device: none", silent=True))
    with qtbot.waitSignal(line.rescan_asked, timeout=1_000):
        line.again.click()
    line.show_readout(Readout(device="Speakers"))
    assert not line.again.isVisible()


def test_a_missing_real_time_priority_is_said(qtbot: QtBot, dressed: QApplication) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_readout(Readout(real_time=False))
    assert "no real-time priority" in line.labels["underruns"].toolTip()
    line.show_readout(Readout())
    assert "priority" not in line.labels["underruns"].toolTip()


def test_a_sentence_that_turns_to_bad_is_not_cut_where_there_is_room(
    qtbot: QtBot, dressed: QApplication
) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(1200, 28)
    line.show()
    line.show_readout(Readout(real_time_factor=3.0))
    qtbot.wait(20)
    line.show_readout(Readout(real_time_factor=3.0, underruns=1))
    qtbot.waitUntil(lambda: line.summary.width() >= line.summary.minimumSizeHint().width(), timeout=1_000)
    bold = QFontMetrics(line.summary.font())
    assert line.summary.property("alarm")
    assert line.summary.width() >= bold.horizontalAdvance("1 gap in this take")
