"""What is said, as it is seen: the word that is heard, phones and melody, and what could not be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.controllers.reporter import Reporter
from engine.speech.features import FRAME_RATE
from engine.stream.narration.timeline import NOTHING, Timeline
from engine.stream.states import State

if TYPE_CHECKING:
    from app.controllers.speech_choice import SpeechChoice
    from app.controllers.stage import StageController
    from app.panels.text import TextPanel
    from app.plots.melody import MelodyPlot
    from engine.library.takes import Take
    from engine.stream.messages import Status
    from engine.stream.narration.narration import Narration

AHEAD_S = 0.02
"""Half of the time between two looks, and what it takes to paint: so much earlier a word is marked."""


class SpeechDisplay(Reporter):
    """Told of every look at the session by ``frame``; bends the melody of what is said."""

    def __init__(
        self, speech: SpeechChoice, stage: StageController, text: TextPanel, melody: MelodyPlot
    ) -> None:
        super().__init__()
        self._speech, self._stage, self._text, self._melody = speech, stage, text, melody
        self._notes: tuple[str, ...] = ()
        self._failure = ""
        self._shown: tuple[Take | None, Timeline] = (None, NOTHING)
        speech.began.connect(self._began)
        melody.bent.connect(self._bend)
        melody.stretched.connect(self._stretch)

    def frame(self, status: Status) -> None:
        """One look at the session: which word is heard, and what can be bent."""
        running = self._speech.running
        streaming = status.state in (State.PLAYING, State.PAUSED, State.BUFFERING)
        if running is not None and streaming and self._stage.running:
            timeline, free = running.timeline, running.free_from
        else:
            timeline, free = self._of_take(self._stage.take), None
        if running is not None:
            self._tell(running)
        self._melody.show_timeline(timeline, free)
        frame = round((self._stage.playhead.seconds + AHEAD_S) * FRAME_RATE)
        sounds = streaming or status.state is State.PLAYBACK
        word = timeline.word_at(frame) if sounds and self._speech.on else None
        same = word is not None and word.end <= len(self._text.text) and self._said_text() == self._text.text
        self._text.show_word((word.start, word.end) if word is not None and same else None)

    def _said_text(self) -> str:
        running = self._speech.running
        if self._stage.running:
            return running.text.text if running is not None else ""
        take = self._stage.take
        return take.speech.text if take is not None and take.speech is not None else ""

    def _of_take(self, take: Take | None) -> Timeline:
        if take is not self._shown[0]:
            said = take.speech if take is not None else None
            recording = take.recording if take is not None else None
            timeline = (
                Timeline(said.words, (), recording.array(), said.text) if said and recording else NOTHING
            )
            self._shown = take, timeline
        return self._shown[1]

    def _tell(self, running: Narration) -> None:
        """What could not be said, once."""
        if running.notes != self._notes:
            new = [note for note in running.notes if note not in self._notes]
            self._notes = running.notes
            self.reported.emit("; ".join(new[:3]) + (" …" if len(new) > 3 else ""), "warning")
        if running.failure != self._failure:
            self._failure = running.failure
            if running.failure:
                self.reported.emit(running.failure, "error")

    @Slot()
    def _began(self) -> None:
        self._notes, self._failure = (), ""

    @Slot(int, int, float)
    def _bend(self, phrase: int, phone: int, semitones: float) -> None:
        running = self._speech.running
        if running is not None:
            edit = running.edit(phrase)
            running.bend(phrase, edit.higher(phone, dict(edit.semitones).get(phone, 0.0) + semitones))

    @Slot(int, int, float)
    def _stretch(self, phrase: int, phone: int, factor: float) -> None:
        running = self._speech.running
        if running is not None:
            edit = running.edit(phrase)
            running.bend(phrase, edit.longer(phone, dict(edit.lengths).get(phone, 1.0) * factor))
