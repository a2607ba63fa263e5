"""When each word of a take is said, as a file: subtitles, or words and phones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.controllers.reporter import Reporter
from engine.files.writing import write_atomically
from engine.library.export import safe_name
from engine.speech.labels import labels, subtitles

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.controllers.take_selection import TakeSelection
    from app.settings import AppSettings
    from engine.library.takes import Take

NO_TEXT = "The selected take says no text"
SUBTITLES, WORDS = ".srt", ".json"
FILTER = f"Subtitles (*{SUBTITLES});;Words and phones (*{WORDS})"


class WordTimes(Reporter):
    """Between the selected take and files, which are written aside."""

    def __init__(
        self,
        over: QWidget,
        actions: Actions,
        selection: TakeSelection,
        settings: AppSettings,
        background: Background,
    ) -> None:
        """``over``: what the question where to write stands over."""
        super().__init__()
        self._over, self._actions = over, actions
        self._selection, self._settings, self._background = selection, settings, background
        actions["save_subtitles"].triggered.connect(self.ask)
        self.show()

    @Slot()
    def show(self) -> None:
        """Bring the action up to date."""
        self._actions.allow("save_subtitles", "" if self._take() else NO_TEXT)

    @Slot()
    def ask(self) -> None:
        """Ask where to, then write."""
        take = self._take()
        if take is None:
            return
        proposed = self._settings.export_folder / f"{safe_name(take.name)}{SUBTITLES}"
        name, chosen = QFileDialog.getSaveFileName(self._over, "Save word times", str(proposed), FILTER)
        if name:
            path = Path(name)
            self.write(
                take, path if path.suffix else path.with_suffix(WORDS if WORDS in chosen else SUBTITLES)
            )

    def write(self, take: Take, path: Path) -> None:
        """Write words and phones where ``path`` ends with .json, else subtitles."""
        speech = take.speech
        if speech is None:
            return
        words = speech.timed_words(take.seconds)
        text = (labels if path.suffix.lower() == WORDS else subtitles)(speech.text, words)
        self._settings.export_folder = path.parent
        self._background.run(
            lambda: write_atomically(path, text.encode()),
            lambda _: self.reported.emit(f"Written: {path.name}", "info"),
            lambda why: self.reported.emit(why, "error"),
        )

    def _take(self) -> Take | None:
        """The selected take, if it says a text."""
        take = self._selection.selected
        return take if take is not None and take.speech is not None else None
