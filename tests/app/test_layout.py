"""That nothing jumps when a control moves."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.look.colours import DARK
from app.window import ROOM_FOR_NOTES, SMALLEST, MainWindow


def opened(qtbot: QtBot) -> MainWindow:
    actions = Actions()
    window = MainWindow(actions)
    actions.setParent(window)
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_plots_stay_where_they_are_when_a_control_moves(qtbot: QtBot, dressed: QApplication) -> None:
    window = opened(qtbot)
    window.show_preset("Piano", "Plays", "music", modified=False)
    QApplication.processEvents()
    before = window.waveform.geometry()
    window.show_preset("Piano", "Plays", "music", modified=True)
    QApplication.processEvents()
    assert window.modified_button.isVisible()
    assert window.waveform.geometry() == before


def test_nothing_moves_when_a_message_comes(qtbot: QtBot, dressed: QApplication) -> None:
    window = opened(qtbot)
    QApplication.processEvents()
    parts = (window.waveform, window.distribution, window.takes, window.modified_button, window.transport)
    before = [part.geometry() for part in parts]
    window.messages.tell("The sound card is gone", "warning", button="Look again", act=lambda: None)
    QApplication.processEvents()
    assert window.messages.isVisible()
    assert [part.geometry() for part in parts] == before


def test_the_smallest_window_holds_everything_whatever_is_shown(qtbot: QtBot, dressed: QApplication) -> None:
    window = opened(qtbot)
    window.set_theme(DARK)
    window.show_preset("Piano", "Plays", "music", modified=True)
    window.show_conditions(tags=True, speakers=False, score=True, recording=False)
    window.score.show_score("minuet", "0:44 · 199 notes", "improvise")
    window.messages.tell(
        "Something to read that takes two lines at least, as it goes on and on and on", "error"
    )
    for height, pictured in ((SMALLEST[1], False), (ROOM_FOR_NOTES, True)):
        window.resize(SMALLEST[0], height)
        QApplication.processEvents()
        assert window.piano_roll.isVisible() == pictured
        assert fits(window)
    window.show_conditions(tags=False, speakers=True, score=False, recording=True)
    window.recording.show_recording("A memo of somebody with a name that is rather long for a line", "1:02")
    window.resize(*SMALLEST)
    QApplication.processEvents()
    assert window.recording.pitch.isVisible()
    qtbot.waitUntil(lambda: fits(window), timeout=2_000)  # a panel's own limit follows at the next event
    assert window.width() == SMALLEST[0]


def fits(window: MainWindow) -> bool:
    """Whether no card of the middle is lower than it needs to be."""
    cards = [window.middle.widget(place) for place in range(window.middle.count())]
    return all(
        not card.isVisible() or card.height() >= card.minimumSizeHint().height()
        for card in (*cards, window.score, window.recording)
    )
