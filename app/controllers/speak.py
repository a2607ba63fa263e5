"""Texts at work: what is typed is said, marked where it is heard, bent while it is said, and remembered."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationError
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from app.controllers.latest_work import LatestWork
from app.controllers.reporter import Reporter
from engine.errors import StudioError, reason
from engine.files.documents import parse_json
from engine.files.reading import read_text_file
from engine.library.paths import TEXT_SUFFIX
from engine.library.spoken_texts import SpokenText
from engine.speech.features import FRAME_RATE
from engine.stream.narration.pieces import pieces
from engine.stream.narration.timeline import NOTHING
from engine.stream.states import State
from engine.wavenet.conditioning import blend_text

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.stage import StageController
    from app.panels.speak import SpeakPanel
    from app.panels.text import TextPanel
    from app.panels.top import TopBar
    from app.settings import AppSettings

LONGEST_STORED = 100_000
"""Characters of a text that are remembered."""
LARGEST = 4_000_000
"""Bytes of a text file that is opened."""
AGAIN_S = 1.0
"""So soon after its beginning a sentence back goes to the one before."""
NO_NETS = "The nets that say texts are not installed"
NOT_SAID = "No text is being said"
NOT_SPEAKING = "Switch to Speak first"


class SpeakPanels(Protocol):
    """What it knows of the window, beside the text."""

    speak: SpeakPanel
    top: TopBar

    def show_speaking(self, on: bool) -> None:
        """Whether a text is what is played."""
        ...


class SpeakController(Reporter):
    """Between text box, panel, melody, player and the narration that runs."""

    def __init__(
        self,
        panels: SpeakPanels,
        text: TextPanel,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
        stage: StageController,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._panels, self._actions, self._player, self._stage = panels, actions, player, stage
        self._catalogue, self._settings = catalogue, settings
        self._text, self._panel = text, panels.speak
        self._opener = LatestWork(background)
        self._speech = player.speech
        self._before = ""
        self._spoke = False
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(0)
        self._typed.timeout.connect(self._take_text)
        self._text.edited.connect(self._typed.start)
        self._panel.changed.connect(self._moved)
        self._speech.changed.connect(self.show)
        self._speech.mode_changed.connect(self.show)
        self._speech.began.connect(self._began)
        player.preset_changed.connect(self.show)
        panels.top.mode_chosen.connect(self._choose_mode)
        actions.bind(
            speak=self._speak,
            speak_here=self._speak_here,
            sentence_back=self._back,
            sentence_forward=self._forward,
            open_text=self.ask_open,
            speak_mode=self._choose_mode,
        )

    def begin(self) -> None:
        """Take up what was remembered; before the first preset is chosen."""
        stored = _stored(self._settings.speech)
        self._speech.set_text(str(stored.get("text", "")))
        self._spoke = stored.get("on") is True
        manner = stored.get("manner")
        with contextlib.suppress(ValidationError, TypeError):
            checked = SpokenText(
                text="-", speakers=(("-", 1.0),), **(manner if isinstance(manner, dict) else {})
            )
            self._speech.set_manner(dataclasses.replace(checked.manner, speakers=()))
        self.show()

    def begun(self) -> None:
        """The first preset was chosen: speak, if texts were said last."""
        if self._spoke:
            self._choose_mode(True)

    def remember(self) -> None:
        """Let the settings hold how things are now."""
        self._take_text()
        manner = dataclasses.asdict(self._speech.manner)
        del manner["speakers"]
        text = self._speech.text[:LONGEST_STORED]
        self._settings.speech = json.dumps({"on": self._speech.on, "text": text, "manner": manner})

    def open(self, path: Path) -> None:
        """Read a text file aside, and show it."""
        self._opener.run(lambda: _read(path), self._opened, self.not_opened)

    @Slot()
    def ask_open(self) -> None:
        """Ask which file, then open it."""
        folder = str(self._settings.recording_folder)
        over = self._text.window()
        name, _ = QFileDialog.getOpenFileName(over, "Open a text", folder, f"Texts (*{TEXT_SUFFIX})")
        if name:
            self.open(Path(name))

    @Slot(str)
    def dropped(self, path: str) -> None:
        """Open the text file that was dropped on the window."""
        self.open(Path(path))

    @Slot()
    def show(self) -> None:
        """Bring panels and actions up to date."""
        speech, panels = self._speech, self._panels
        on = speech.on
        panels.top.show_modes(
            shown=speech.available and self._catalogue.first_that_says() is not None, speak=on
        )
        panels.show_speaking(on)
        preset = self._player.preset
        config = self._catalogue.config(preset) if preset else None
        self._panel.set_voices(config.speakers if config else ())
        self._panel.show_manner(speech.manner)
        self._text.show_text(speech.text)
        why_not = "" if speech.available else NO_NETS
        self._actions.allow("speak_mode", why_not)
        self._actions.allow("open_text", why_not)
        self._actions["speak_mode"].setChecked(on)
        self._allow()

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._typed.stop()
        self._opener.drop()
        self._speech.close()

    def _allow(self) -> None:
        speech = self._speech
        why_not = NO_NETS if not speech.available else speech.why_not if speech.on else NOT_SPEAKING
        for name in ("speak", "speak_here"):
            self._actions.allow(name, why_not)
        moving = why_not or ("" if speech.running is not None else NOT_SAID)
        for name in ("sentence_back", "sentence_forward"):
            self._actions.allow(name, moving)

    @Slot()
    def _began(self) -> None:
        self._allow()

    @Slot()
    def _take_text(self) -> None:
        self._typed.stop()
        self._speech.set_text(self._text.text)

    @Slot()
    def _moved(self) -> None:
        manner = self._panel.manner
        self._speech.set_manner(manner)
        if manner.speakers:
            self._player.set_speaker(blend_text(manner.speakers))

    @Slot(bool)
    def _choose_mode(self, on: bool) -> None:
        player, speech = self._player, self._speech
        preset = player.preset
        if on and not (preset and self._catalogue.says(preset)):
            speaking = self._catalogue.first_that_says()
            if speaking is None or not speech.available:
                self.show()
                return
            self._before = preset.id if preset else ""
            player.choose(speaking)
        speech.turn(on)
        if on and not speech.manner.speakers:
            config = self._catalogue.config(player.preset) if player.preset else None
            if config is not None and config.speakers:
                player.set_speaker(config.speakers[0])
        before, self._before = ("", self._before) if on else (self._before, "")
        if before:
            with contextlib.suppress(StudioError):
                player.choose(self._catalogue.find(before))
        self.show()

    @Slot()
    def _speak(self) -> None:
        self._take_text()
        if self._player.state in (State.IDLE, State.PLAYBACK):
            self._player.start()
        else:
            self._player.toggle()

    @Slot()
    def _speak_here(self) -> None:
        self._from(self._text.place)

    @Slot()
    def _back(self) -> None:
        start, seconds = self._sentence()
        before = [piece.start for piece in pieces(self._speech.text) if piece.start < start]
        self._from(before[-1] if seconds < AGAIN_S and before else start)

    @Slot()
    def _forward(self) -> None:
        start, _ = self._sentence()
        after = [piece.start for piece in pieces(self._speech.text) if piece.start > start]
        if after:
            self._from(after[0])
        else:
            self.reported.emit("This is the last sentence", "info")

    def _sentence(self) -> tuple[int, float]:
        """Where the sentence that is heard begins in the text, and for how many seconds it has been heard."""
        running, seconds = self._speech.running, self._stage.playhead.seconds
        timeline = running.timeline if running is not None else NOTHING
        word = timeline.word_at(round(seconds * FRAME_RATE))
        place = word.start if word is not None else running.text.start if running is not None else 0
        start = next(
            (piece.start for piece in pieces(self._speech.text) if piece.start <= place < piece.end), 0
        )
        first = next((word.first for word in timeline.words if start <= word.start), 0)
        return start, seconds - first / FRAME_RATE

    def _from(self, character: int) -> None:
        self._take_text()
        self._speech.start_at(character)
        self._player.start()

    def _opened(self, text: str) -> None:
        self._speech.set_text(text)
        self._choose_mode(True)


def _stored(text: str) -> dict[str, object]:
    """What ``remember`` wrote; nothing where it did not."""
    with contextlib.suppress(ValueError):
        stored = parse_json(text.encode())
        if isinstance(stored, dict):
            return stored
    return {}


def _read(path: Path) -> str:
    """The text of a file. Raises StudioError."""
    try:
        return read_text_file(path, LARGEST)
    except (OSError, ValueError) as error:
        raise StudioError(f"{path}: cannot be read: {reason(error)}") from None
