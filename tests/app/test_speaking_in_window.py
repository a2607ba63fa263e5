"""Texts in the whole window: typed, said to their end, marked, bent, remembered, and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.controllers.catalogue import Catalogue
from engine.generation.backends import select_kernel
from engine.library.replay import replay
from engine.stream.narration.equipment import Equipment
from tests.app.conftest import PLAY_MS, Studio
from tests.app.controllers.conftest import speaking
from tests.app.test_score_in_window import drag
from tests.speech import PlainNets, read_plainly

__all__ = ["speaking"]

TEXT = "One two three. Four five six seven eight."


@pytest.fixture
def catalogue(speaking: Catalogue) -> Catalogue:
    return speaking


@pytest.fixture
def nets() -> PlainNets:
    return PlainNets()


@pytest.fixture
def studio(new_studio: Callable[[], Studio], nets: PlainNets) -> Studio:
    studio = new_studio()
    studio.controller.player.speech.equip(Equipment(lambda: nets, lambda text, speaker: read_plainly(text)))
    studio.controller.begin()
    studio.controller.presets.choose("ann")
    return studio


def speak_mode(studio: Studio, text: str = TEXT) -> None:
    studio.window.top.modes.buttons[1].click()
    studio.window.stage.text.box.setPlainText(text)
    studio.controller.speak._take_text()


def test_the_switch_shows_where_texts_can_be_said_and_brings_text_and_melody(studio: Studio) -> None:
    window = studio.window
    assert window.top.modes.buttons[1].isVisible()
    assert not window.stage.text.isVisible()
    window.top.modes.buttons[1].click()
    assert window.stage.text.isVisible()
    assert window.stage.melody_lane.isVisible()
    assert (window.speak.isVisible(), window.speaker.isVisible(), window.recording.isVisible()) == (
        True,
        False,
        False,
    )
    window.top.modes.buttons[0].click()
    assert (window.speak.isVisible(), window.speaker.isVisible()) == (False, True)


def test_without_nets_there_is_no_speak_to_switch_to_and_the_actions_say_why(studio: Studio) -> None:
    studio.controller.player.speech.equip(None)
    studio.controller.speak.show()
    assert not studio.window.top.modes.buttons[1].isVisible()
    assert studio.actions.why_not("speak") == "The nets that say texts are not installed"


def test_a_typed_text_is_said_to_its_end_and_its_take_can_be_made_again(qtbot: QtBot, studio: Studio) -> None:
    speak_mode(studio)
    marked: list[tuple[int, int]] = []
    studio.controller.display.looked.connect(
        lambda _: marked.append(studio.window.stage.text.word) if studio.window.stage.text.word else None
    )
    studio.press("speak")
    store = studio.controller.store
    qtbot.waitUntil(lambda: len(store.takes) == 1, timeout=PLAY_MS)
    (take,) = store.takes
    assert take.speech is not None
    assert [TEXT[word.start : word.end] for word in take.speech.words] == TEXT.replace(".", "").split()
    assert take.seconds == pytest.approx((11 * 8 + 20 + 16 * 8 + 5 * 8 + 20) / 200)
    said = [(word.start, word.end) for word in take.speech.words]
    assert marked
    assert list(dict.fromkeys(marked)) == [word for word in said if word in marked]
    assert studio.window.stage.melody.timeline.words == take.speech.words
    player = studio.controller.player
    assert player.preset is not None
    model = studio.controller.catalogue.loader(player.preset)()
    settings = take.as_settings()
    again = replay(settings, select_kernel(model), local=settings.said(model))
    np.testing.assert_array_equal(again, take.codes)


def test_moving_a_slider_changes_what_is_said_next_and_can_be_undone(
    qtbot: QtBot, studio: Studio, nets: PlainNets
) -> None:
    speak_mode(studio, TEXT * 5)
    studio.press("speak")
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=PLAY_MS)
    studio.window.speak.rows["speed"].box.setValue(2.0)
    qtbot.waitUntil(lambda: nets.said[-1][1].speed == 2.0, timeout=5_000)
    qtbot.waitUntil(lambda: studio.actions["undo"].text() == "Undo speed", timeout=5_000)
    studio.press("undo")
    assert studio.window.speak.rows["speed"].value == 1.0
    studio.press("stop")


def test_a_second_voice_is_blended_into_parameters_and_manner(studio: Studio) -> None:
    speak_mode(studio)
    panel, player = studio.window.speak, studio.controller.player
    assert not panel.share.isEnabled()
    panel.second.setCurrentText("bob")
    panel._chosen()
    panel.share.box.setValue(25.0)
    assert player.params.speaker == "ann:75,bob:25"
    assert player.speech.manner.speakers == (("ann", 75.0), ("bob", 25.0))


def test_ctrl_return_in_the_text_speaks_and_plain_keys_type(qtbot: QtBot, studio: Studio) -> None:
    speak_mode(studio, "")
    box = studio.window.stage.text.box
    box.setFocus()
    QTest.keyClicks(box, "One two m")
    assert studio.window.stage.text.text == "One two m"
    qtbot.waitUntil(lambda: studio.actions["speak"].isEnabled(), timeout=5_000)
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=PLAY_MS)
    assert studio.window.stage.text.text == "One two m"


def test_an_empty_text_says_why_it_is_not_said(studio: Studio) -> None:
    speak_mode(studio, " ")
    assert studio.actions.why_not("speak") == "There is no text to say: type or paste one"


def test_what_nobody_can_say_is_told(qtbot: QtBot, studio: Studio) -> None:
    speak_mode(studio, "One # two.")
    studio.press("speak")
    reported = studio.window.messages.text
    qtbot.waitUntil(lambda: "nobody can say it" in reported.text(), timeout=PLAY_MS)


def test_a_sentence_forward_and_back_begins_takes_there(qtbot: QtBot, studio: Studio) -> None:
    speak_mode(studio, f"{TEXT} " * 20)
    studio.press("speak")
    speech = studio.controller.player.speech
    qtbot.waitUntil(lambda: studio.controller.stage.running, timeout=PLAY_MS)
    here, _ = studio.controller.speak._sentence()
    studio.press("sentence_forward")
    assert speech.running is not None
    assert speech.running.text.start == here + (15 if here % 42 == 0 else 27)
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=PLAY_MS)
    studio.press("stop")


def test_a_dropped_text_file_is_shown_in_speak_mode(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Grüße, and more.", "utf-8")
    assert drag(studio, tmp_path / "words.txt")
    qtbot.waitUntil(lambda: studio.window.stage.text.text == "Grüße, and more.", timeout=5_000)
    assert studio.window.stage.text.isVisible()


def test_text_manner_and_mode_are_there_at_the_next_start(
    new_studio: Callable[[], Studio], studio: Studio, nets: PlainNets
) -> None:
    speak_mode(studio)
    studio.window.speak.rows["pauses"].box.setValue(2.0)
    studio.window.close()
    again = new_studio()
    again.controller.player.speech.equip(Equipment(lambda: nets, lambda text, speaker: read_plainly(text)))
    again.controller.begin()
    assert again.window.stage.text.text == TEXT
    assert again.window.speak.rows["pauses"].value == 2.0
    assert again.controller.player.speech.on


def test_a_take_brings_its_text_and_manner_back(qtbot: QtBot, studio: Studio) -> None:
    speak_mode(studio)
    studio.window.speak.rows["semitones"].box.setValue(3.0)
    studio.press("speak")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=PLAY_MS)
    speak_mode(studio, "Something else.")
    studio.window.speak.rows["semitones"].box.setValue(0.0)
    studio.controller.player.apply(studio.controller.store.takes[0])
    assert studio.window.stage.text.text == TEXT
    assert studio.window.speak.rows["semitones"].value == 3.0


def test_a_melody_point_that_is_dragged_is_said(qtbot: QtBot, studio: Studio) -> None:
    speak_mode(studio, TEXT * 5)
    studio.press("speak")
    melody = studio.window.stage.melody
    qtbot.waitUntil(lambda: len(melody.handles()) > 20, timeout=PLAY_MS)
    handle = melody.handles()[-3]
    running = studio.controller.player.speech.running
    assert running is not None
    before = running.timeline.frames[(handle.first + handle.after) // 2].copy()
    melody.bent.emit(handle.phrase, handle.phone, 6.0)
    middle = (handle.first + handle.after) // 2
    qtbot.waitUntil(
        lambda: running.timeline.frames[middle][20] == pytest.approx(before[20] + 1.0, abs=0.1), timeout=5_000
    )
    studio.press("stop")


def test_a_small_window_leaves_the_text_its_room(studio: Studio) -> None:
    lanes = studio.window.stage
    studio.window.resize(800, 560)
    assert lanes.view_lane.isVisible()
    speak_mode(studio)
    assert (lanes.view_lane.isVisible(), lanes.changes_lane.isVisible()) == (False, False)
    studio.window.top.modes.buttons[0].click()
    assert (lanes.view_lane.isVisible(), lanes.changes_lane.isVisible()) == (True, True)


def test_word_times_of_a_take_are_written_as_subtitles_and_as_json(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    speak_mode(studio)
    studio.press("speak")
    qtbot.waitUntil(lambda: len(studio.controller.store.takes) == 1, timeout=PLAY_MS)
    times = studio.controller.tools.word_times
    for name in ("out.srt", "out.json"):
        times.write(studio.controller.store.takes[0], tmp_path / name)
    qtbot.waitUntil(lambda: (tmp_path / "out.json").exists() and (tmp_path / "out.srt").exists())
    assert "00:00:00,000 --> 00:00:00,440\nOne two three." in (tmp_path / "out.srt").read_text("utf-8")
    assert '"phone": "e"' in (tmp_path / "out.json").read_text("utf-8")
