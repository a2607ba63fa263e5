"""Keys in the whole window: the computer's, the drawn ones and MIDI's, into the take and out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.controllers.midi import MidiController
from app.widgets.midi_button import LISTENING, NONE, NOTHING, PLAYED
from engine.generation.backends import select_kernel
from engine.library.replay import replay
from engine.library.takes import Take
from engine.music.midi import read_midi
from engine.music.midi_inputs import MidiInputs
from tests.app.conftest import PLAY_MS, Studio
from tests.engine.music.test_midi_inputs import FakePorts


@pytest.fixture
def keys(qtbot: QtBot, studio: Studio) -> Iterator[Studio]:
    """The window with armed keys."""
    studio.controller.presets.choose("calm")
    studio.window.show()
    qtbot.waitExposed(studio.window)
    studio.window.transport.play.setFocus()
    studio.press("keys")
    yield studio
    studio.controller.hands.keys.stop()


def play(qtbot: QtBot, studio: Studio) -> None:
    studio.press("play")
    qtbot.waitUntil(lambda: studio.session.status().played > 0, timeout=PLAY_MS)


def pitches(studio: Studio) -> list[int]:
    return [note.pitch for note in studio.session.played_notes()]


def until_played(qtbot: QtBot, studio: Studio, expected: list[int]) -> None:
    qtbot.waitUntil(lambda: pitches(studio) == expected, timeout=PLAY_MS)


def take_of(qtbot: QtBot, studio: Studio) -> Take:
    before = len(studio.controller.store.takes)
    studio.press("stop")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) > before, timeout=PLAY_MS)
    take = studio.controller.takes.selection.selected
    assert take is not None
    return take


def focused(studio: Studio) -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_letters_are_keys_into_what_plays_and_the_take_is_made_again(qtbot: QtBot, keys: Studio) -> None:
    play(qtbot, keys)
    qtbot.keyPress(focused(keys), Qt.Key.Key_A)
    until_played(qtbot, keys, [60])
    qtbot.keyPress(focused(keys), Qt.Key.Key_W)
    until_played(qtbot, keys, [60, 61])
    assert keys.controller.hands.keys.held == {60, 61}
    qtbot.keyRelease(focused(keys), Qt.Key.Key_A)
    qtbot.waitUntil(lambda: [n.end is None for n in keys.session.played_notes()] == [False, True])
    take = take_of(qtbot, keys)
    assert [event.parameter for event in take.events] == ["note.60", "note.61", "note.60"]
    model = keys.controller.catalogue.loader(keys.controller.catalogue.find("calm"))()
    np.testing.assert_array_equal(replay(take, select_kernel(model, take.engine)), take.codes)


def test_letters_that_are_commands_yield_while_armed_and_are_commands_again_after(
    qtbot: QtBot, keys: Studio
) -> None:
    play(qtbot, keys)
    for key, pitch in ((Qt.Key.Key_K, 72), (Qt.Key.Key_L, 74), (Qt.Key.Key_P, 75), (Qt.Key.Key_F, 65)):
        qtbot.keyClick(focused(keys), key)
        qtbot.waitUntil(lambda pitch=pitch: pitch in pitches(keys), timeout=PLAY_MS)  # type: ignore[misc]
    assert not keys.actions["loop"].isChecked()
    assert not keys.actions["pause"].isChecked()
    qtbot.keyClick(focused(keys), Qt.Key.Key_M)  # no key: a command as ever
    assert keys.actions["mute"].isChecked()
    keys.press("keys")
    qtbot.keyClick(focused(keys), Qt.Key.Key_P)
    assert keys.actions["pause"].isChecked()
    assert len(pitches(keys)) == 4


def test_space_and_letters_with_control_stay_commands(qtbot: QtBot, keys: Studio) -> None:
    play(qtbot, keys)
    qtbot.keyClick(focused(keys), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert pitches(keys) == []
    qtbot.keyClick(focused(keys), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(keys.controller.store.takes) == 1, timeout=PLAY_MS)


def test_a_text_field_keeps_its_letters(qtbot: QtBot, keys: Studio) -> None:
    play(qtbot, keys)
    search = keys.window.browser.search
    search.setFocus()
    qtbot.keyClicks(search, "ask")
    assert search.text() == "ask"
    assert pitches(keys) == []


def test_z_and_x_change_the_octave_and_what_is_held_goes_up_with_its_letter(
    qtbot: QtBot, keys: Studio
) -> None:
    play(qtbot, keys)
    qtbot.keyPress(focused(keys), Qt.Key.Key_A)
    qtbot.keyClick(focused(keys), Qt.Key.Key_X)
    qtbot.keyRelease(focused(keys), Qt.Key.Key_A)
    qtbot.wait(30)
    qtbot.keyClick(focused(keys), Qt.Key.Key_A)
    until_played(qtbot, keys, [60, 72])
    qtbot.waitUntil(lambda: keys.controller.hands.keys.held == frozenset())
    assert not keys.actions["octave_up"].isEnabled()
    for _ in range(3):
        qtbot.keyClick(focused(keys), Qt.Key.Key_Z)
    assert not keys.actions["octave_down"].isEnabled()


def test_a_key_that_repeats_is_one_note(qtbot: QtBot, keys: Studio) -> None:
    """As X tells of it: up and down at one moment, over and over."""
    play(qtbot, keys)
    target = focused(keys)

    def send(kind: QEvent.Type, moment: int) -> None:
        event = QKeyEvent(kind, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
        event.setTimestamp(moment)
        QApplication.sendEvent(target, event)

    send(QEvent.Type.KeyPress, 100)
    for moment in (700, 740, 780):
        send(QEvent.Type.KeyRelease, moment)
        send(QEvent.Type.KeyPress, moment)
    qtbot.wait(50)
    assert [(note.pitch, note.end) for note in keys.session.played_notes()] == [(60, None)]
    send(QEvent.Type.KeyRelease, 800)
    send(QEvent.Type.KeyPress, 801)
    until_played(qtbot, keys, [60, 60])


def test_drawn_keys_play_and_show_what_is_held(qtbot: QtBot, keys: Studio) -> None:
    play(qtbot, keys)
    piano = keys.window.stage.keys.piano
    assert piano.isVisible()
    for pitch in (60, 61, 96, 36):
        place = piano.place_of(pitch)
        low = QPointF(place.center().x(), place.bottom() - 4).toPoint()
        qtbot.mousePress(piano, Qt.MouseButton.LeftButton, pos=low)
        qtbot.waitUntil(lambda pitch=pitch: pitch in pitches(keys), timeout=PLAY_MS)  # type: ignore[misc]
        qtbot.waitUntil(lambda: piano.accessibleDescription().startswith("Held: "))
        qtbot.mouseRelease(piano, Qt.MouseButton.LeftButton, pos=low)
    qtbot.waitUntil(lambda: piano.accessibleDescription() == "Nothing is held")
    assert [note.velocity > 100 for note in keys.session.played_notes()] == [True] * 4


def test_without_armed_keys_nothing_is_drawn_and_letters_are_commands(qtbot: QtBot, studio: Studio) -> None:
    studio.window.show()
    assert studio.window.stage.keys.isHidden()
    assert not studio.actions["octave_up"].isEnabled()


def test_a_model_that_cannot_be_led_has_no_keys_and_says_why(qtbot: QtBot, keys: Studio) -> None:
    keys.controller.presets.choose("slt")
    assert not keys.actions["keys"].isEnabled()
    assert "Notes cannot lead this model" in keys.actions["keys"].toolTip()
    assert not keys.actions["keys"].isChecked()
    assert keys.window.stage.keys.isHidden()
    qtbot.waitUntil(lambda: "Notes cannot lead" in keys.window.top.midi.toolTip())
    keys.controller.presets.choose("calm")
    assert keys.actions["keys"].isEnabled()


def test_notes_are_drawn_as_they_are_played_and_with_their_take(qtbot: QtBot, keys: Studio) -> None:
    roll = keys.window.stage.piano_roll
    assert roll.isHidden()
    play(qtbot, keys)
    qtbot.keyPress(focused(keys), Qt.Key.Key_G)
    qtbot.waitUntil(lambda: len(roll.played) == 1 and not roll.isHidden(), timeout=PLAY_MS)
    before = roll.played[0, 1]
    qtbot.waitUntil(lambda: roll.played[0, 1] > before, timeout=PLAY_MS)
    qtbot.keyRelease(focused(keys), Qt.Key.Key_G)
    take = take_of(qtbot, keys)
    qtbot.waitUntil(lambda: len(roll.played) == 1)
    assert roll.played[0, 0] == pytest.approx(take.events[0].sample / take.sample_rate)
    play(qtbot, keys)
    qtbot.waitUntil(lambda: len(roll.played) == 0, timeout=PLAY_MS)


def test_the_notes_of_a_take_are_saved_and_become_the_score(
    qtbot: QtBot, keys: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not keys.actions["save_notes"].isEnabled()
    play(qtbot, keys)
    qtbot.keyPress(focused(keys), Qt.Key.Key_A)
    until_played(qtbot, keys, [60])
    qtbot.keyRelease(focused(keys), Qt.Key.Key_A)
    take = take_of(qtbot, keys)
    path = tmp_path / "notes.mid"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path.with_suffix("")), ""))
    keys.press("save_notes")
    qtbot.waitUntil(path.exists, timeout=PLAY_MS)
    notes, _ = read_midi(path)
    assert notes[:, 2:4].tolist() == [[60, 96]]
    keys.press("notes_as_score")
    score = keys.controller.player.score
    assert score is not None
    assert (score.name, score.array()[:, 2].tolist()) == (take.name, [60])


@pytest.fixture
def piano(studio: Studio) -> Iterator[tuple[Studio, FakePorts]]:
    """The window with a MIDI keyboard of its own."""
    ports, hands = FakePorts("Piano"), studio.controller.hands
    hands.midi.stop()
    inputs = MidiInputs(
        studio.session.play_keys, lambda text: hands.midi._lost.emit(text), lambda: ports, look_s=0.01
    )
    hands.midi = MidiController(studio.window.top, studio.session, studio.controller.settings, inputs)
    hands.midi.reported.connect(hands.reported)
    hands.midi.start()
    yield studio, ports
    hands.midi.stop()


def state_of(studio: Studio) -> int:
    return studio.window.top.midi._dot


def test_midi_leads_what_plays_and_lights_the_indicator(
    qtbot: QtBot, piano: tuple[Studio, FakePorts]
) -> None:
    studio, ports = piano
    studio.controller.presets.choose("calm")
    play(qtbot, studio)
    qtbot.waitUntil(lambda: state_of(studio) == LISTENING, timeout=PLAY_MS)
    assert "Piano" in studio.window.top.midi.accessibleDescription()
    ports.send("Piano", "note_on", note=67, velocity=50)
    qtbot.waitUntil(lambda: state_of(studio) == PLAYED, timeout=PLAY_MS)
    until_played(qtbot, studio, [67])
    ports.names.clear()
    qtbot.waitUntil(lambda: state_of(studio) == NOTHING, timeout=PLAY_MS)
    qtbot.waitUntil(lambda: "“Piano” is gone" in studio.window.messages.text.text(), timeout=PLAY_MS)
    assert [event.value for event in take_of(qtbot, studio).events] == [50, 0]


def test_the_menu_lists_inputs_and_the_choice_is_remembered(
    qtbot: QtBot, piano: tuple[Studio, FakePorts]
) -> None:
    studio, ports = piano
    ports.names.append("Drums")
    qtbot.waitUntil(lambda: ports.opened.keys() == {"Piano", "Drums"}, timeout=PLAY_MS)
    menu = studio.window.top.midi_menu
    menu.aboutToShow.emit()
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions)[:4] == ["All inputs", "Piano", "Drums", "None"]
    assert actions["All inputs"].isChecked()
    actions["Drums"].trigger()
    qtbot.waitUntil(lambda: ports.opened.keys() == {"Drums"}, timeout=PLAY_MS)
    assert studio.controller.settings.midi_input == "Drums"
    actions["None"].trigger()
    qtbot.waitUntil(lambda: not ports.opened, timeout=PLAY_MS)
    assert studio.controller.settings.midi_input == NONE


def test_without_inputs_only_the_menu_says_so(qtbot: QtBot, new_studio: Callable[[], Studio]) -> None:
    studio = new_studio()
    studio.controller.begin()
    menu = studio.window.top.midi_menu
    menu.aboutToShow.emit()
    assert any(not action.isEnabled() and action.text() for action in menu.actions())
    assert studio.window.messages.isHidden()
