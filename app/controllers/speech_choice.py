"""Which text is said and how, and the narration that says it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.library.preset_fields import LONGEST_TEXT
from engine.library.spoken_texts import SpokenText
from engine.speech.spoken import Manner
from engine.stream.narration.equipment import warm_up
from engine.stream.narration.narration import Narration
from engine.stream.narration.narrator import Narrator
from engine.wavenet.conditioning import shares_in

if TYPE_CHECKING:
    from engine.library.presets import Preset
    from engine.stream.narration.equipment import Equipment

NO_TEXT = "There is no text to say: type or paste one"
NO_VOICE = "Choose a voice that says the text"


class SpeechChoice(QObject):
    """``changed`` when text or manner are others, ``mode_changed`` when texts begin or cease to be said."""

    changed = Signal()
    mode_changed = Signal()
    began = Signal()
    """A text begins to be said, or the last one is no longer."""

    def __init__(self) -> None:
        super().__init__()
        self._equipment: Equipment | None = None
        self._narrator = Narrator()
        self.on = False
        """Whether Play says the text."""
        self.text = ""
        self.manner = Manner(())
        self.running: Narration | None = None
        """What is said, if a text was asked for last."""
        self._sample = ""
        self._start = 0

    @property
    def available(self) -> bool:
        """Whether there are nets that can say a text."""
        return self._equipment is not None

    @property
    def why_not(self) -> str:
        """Why the text cannot be said; empty where it can."""
        if not self.text.strip():
            return NO_TEXT
        if len(self.text) > LONGEST_TEXT:
            return f"The text has {len(self.text)} characters; {LONGEST_TEXT} can be said at once"
        return "" if self.manner.speakers else NO_VOICE

    def equip(self, equipment: Equipment | None) -> None:
        """Have these nets and this front end from now on."""
        self._equipment = equipment

    def turn(self, on: bool) -> None:
        """Let Play say the text, or not."""
        on = on and self.available
        if on == self.on:
            return
        self.on = on
        if (equipment := self._equipment) is not None and on:
            self._narrator.post(lambda: warm_up(equipment, self.manner.leading))
        self.mode_changed.emit()

    def set_text(self, text: str) -> None:
        """Say this from the next start on."""
        if text != self.text:
            self.text = text
            self.changed.emit()

    def set_manner(self, manner: Manner) -> None:
        """Say it so, from where nothing is generated yet."""
        if manner == self.manner:
            return
        self.manner = manner
        if self.running is not None and manner.speakers:
            self.running.change(manner)
        self.changed.emit()

    def set_speaker(self, speaker: str | None) -> None:
        """Say it with the voice, or the blend, that the parameters name."""
        self.set_manner(dataclasses.replace(self.manner, speakers=shares_in(speaker)))

    def adopt(self, preset: Preset, *, says: bool) -> None:
        """Take up what a preset has said; its text unless the user has one."""
        if preset.text is not None:
            if self.text in ("", self._sample):
                self._sample = preset.text
                self.set_text(preset.text)
            self.set_manner(preset.manner())
        self.set_speaker(preset.speaker)
        self.turn(says and (self.on or preset.text is not None))

    def restore(self, manner: Manner | None, text: str | None) -> None:
        """Take up what was held; None leaves it as it is. A text that comes is said."""
        if manner is not None:
            self.set_manner(manner)
        if text is not None:
            self.set_text(text)
            self.turn(True)

    def start_at(self, character: int) -> None:
        """Begin there, once."""
        self._start = character

    def begin(self) -> Narration | None:
        """What says the text from now on, on a thread of its own; None where no text is said."""
        equipment, start = self._equipment, self._start
        self._start = 0
        if equipment is None or not self.on:
            return None
        text = SpokenText.of(self.text, self.manner, start)
        narration = Narration(text, equipment.read, equipment.nets, self._narrator.post)
        narration.begin()
        return narration

    def follow(self, narration: Narration | None) -> None:
        """This is what is said now."""
        self.running = narration
        self.began.emit()

    def close(self) -> None:
        """Say nothing any more. Can be called twice."""
        self._narrator.close()
