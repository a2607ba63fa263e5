"""The notes that keys played: in the lane of the score as they are played, as a MIDI file, as the score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from app.controllers.reporter import Reporter
from app.plots.note_bars import NONE
from engine.errors import StudioError
from engine.files.writing import write_atomically
from engine.library.export import safe_name
from engine.library.key_scores import midi_of_keys, notes_of, score_of_keys
from engine.library.played_keys import is_key
from engine.music.keyboard import written
from engine.stream.states import State

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.take_selection import TakeSelection
    from app.settings import AppSettings
    from app.stage import Stage
    from engine.library.takes import Take
    from engine.music.keyboard import PlayedNote
    from engine.music.roll import Notes
    from engine.stream.messages import Status
    from engine.stream.session import Session

NO_NOTES = "No notes were played into the selected take"
FILTER = "MIDI files (*.mid)"


class PlayedNotes(Reporter):
    """Told of every look at the session by ``frame``, and of the take that is shown by ``show_take``."""

    def __init__(
        self,
        stage: Stage,
        actions: Actions,
        player: Player,
        selection: TakeSelection,
        session: Session,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._stage, self._actions, self._player, self._selection = stage, actions, player, selection
        self._session, self._settings, self._background = session, settings, background
        self._roll = stage.piano_roll
        self._drawn = 0
        """Notes of the stream that sounds which have ended and are drawn for good."""
        self._last: PlayedNote | None = None
        """The latest of those."""
        self._held = False
        """Whether others are drawn."""
        actions["save_notes"].triggered.connect(self.ask)
        actions["notes_as_score"].triggered.connect(self.use)
        player.preset_changed.connect(self.show)
        self.show()

    def frame(self, status: Status) -> None:
        """What is played into the stream that sounds: what is held grows, what has ended is drawn once."""
        if status.state not in (State.PLAYING, State.BUFFERING, State.PAUSED):
            return
        notes, rate = self._session.played_notes(), status.sample_rate
        if self._drawn and (len(notes) < self._drawn or notes[self._drawn - 1] is not self._last):
            self._draw(NONE)  # another stream, or one that has gone back
        ended = self._drawn
        while ended < len(notes) and (end := notes[ended].end) is not None and end <= status.played:
            ended += 1
        if ended == self._drawn and not self._held and len(notes) == ended:
            return
        if ended > self._drawn:
            self._roll.add_played(written(notes[self._drawn : ended], rate, status.played))
            self._drawn, self._last = ended, notes[ended - 1]
        self._held = len(notes) > ended
        self._roll.show_held(written(notes[ended:], rate, status.played))
        self._stage.score.show_played(len(notes) > 0)

    @Slot(object)
    def show_take(self, take: Take | None) -> None:
        """Show those of a finished take; None for what is being made, which begins without any."""
        try:
            self._draw(notes_of(take) if take is not None and self._played(take) else NONE)
        except StudioError as error:
            self._draw(NONE)
            self.reported.emit(str(error), "warning")

    @Slot()
    def show(self) -> None:
        """Bring the actions up to date."""
        take = self._selection.selected
        why_not = "" if take is not None and self._played(take) else NO_NOTES
        self._actions.allow("save_notes", why_not)
        self._actions.allow("notes_as_score", why_not or self._player.why_no_score())

    @Slot()
    def ask(self) -> None:
        """Ask where to, then write."""
        take = self._selection.selected
        if take is None:
            return
        proposed = self._settings.export_folder / f"{safe_name(take.name)}.mid"
        name, _ = QFileDialog.getSaveFileName(self._stage.window(), "Save the notes", str(proposed), FILTER)
        if name:
            self.write(take, Path(name).with_suffix(Path(name).suffix or ".mid"))

    def write(self, take: Take, path: Path) -> None:
        """Write what was played into ``take`` as a MIDI file."""
        self._settings.export_folder = path.parent
        self._background.run(
            lambda: write_atomically(path, midi_of_keys(take)),
            lambda _: self.reported.emit(f"Written: {path.name}", "info"),
            lambda why: self.reported.emit(why, "error"),
        )

    @Slot()
    def use(self) -> None:
        """Play what was played into the selected take as the score, from the next take on."""
        take = self._selection.selected
        if take is None:
            return
        try:
            score = score_of_keys(take)
        except StudioError as error:
            self.reported.emit(str(error), "error")
            return
        restarts = self._player.generating
        self._player.set_score(score)
        outcome = "a new take plays them" if restarts else "Space plays them"
        self.reported.emit(f"The notes of “{take.name}” are the score; {outcome}", "info")

    def _draw(self, notes: Notes) -> None:
        """Draw these, and nothing of a stream."""
        self._drawn, self._last, self._held = 0, None, False
        self._roll.show_held(NONE)
        self._roll.show_played(notes)
        self._stage.score.show_played(len(notes) > 0)

    def _played(self, take: Take) -> bool:
        return any(is_key(event) for event in take.events)
