"""The score at work: opened, dropped or composed, shown, and followed while it is played."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from app.controllers.latest_work import LatestWork
from app.controllers.reporter import Reporter
from app.controllers.score_choice import reported
from app.look.time_text import format_time
from engine.library.presets import new_seed
from engine.library.scores import PlayedScore, load_score
from engine.music.condition import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.panels.score import ScorePanel
    from app.plots.pianoroll import PianoRoll
    from app.settings import AppSettings
    from engine.music.condition import After

FILTER = "MIDI files (*.mid *.midi *.MID *.MIDI)"
LATER = "That holds from the next take on"


class ScoreController(Reporter):
    """Between MIDI files, the panel and the player."""

    def __init__(
        self,
        panel: ScorePanel,
        piano_roll: PianoRoll,
        actions: Actions,
        player: Player,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._panel, self._piano_roll, self._actions, self._player = panel, piano_roll, actions, player
        self._settings, self._reader = settings, LatestWork(background)
        self._shown: PlayedScore | None = None
        player.preset_changed.connect(self.show)
        player.scores.changed.connect(self.show)
        panel.after_changed.connect(self._set_after)
        actions["open_score"].triggered.connect(self.ask_open)
        actions["compose_score"].triggered.connect(self.compose)
        actions["clear_score"].triggered.connect(self._clear)
        self.show()

    def open(self, path: Path) -> None:
        """Read a MIDI file aside, and play it from then on; of several, only the last counts."""
        self._fetch(lambda: path)

    @Slot()
    def compose(self) -> None:
        """Have a piece composed with the tags that are set, and play it from then on."""
        weights = {tag: weight for tag, weight in self._player.params.tags if weight > 0.0}
        wanted = sorted(weights, key=lambda tag: -weights[tag])

        def compose() -> Path:
            from engine.library.pieces import keep_piece  # the composer is large, and few ask for it

            return keep_piece(wanted, new_seed())

        self._fetch(compose)

    @Slot()
    def ask_open(self) -> None:
        """Ask which file, then open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._panel.window(), "Open a MIDI file", str(self._settings.score_folder), FILTER
        )
        if name:
            self.open(Path(name))

    @Slot(str)
    def dropped(self, path: str) -> None:
        """Open the MIDI file that was dropped on the window."""
        self.open(Path(path))

    @Slot()
    def show(self) -> None:
        """Bring panel and actions up to date."""
        score, why_not = self._player.score, self._player.why_no_score()
        self._actions.allow("open_score", why_not)
        self._actions.allow("compose_score", why_not)
        self._actions.allow("clear_score", why_not or ("" if score else "There is no score"))
        if score != self._shown:
            notes = score.array() if score else None
            same = score is not None and self._shown is not None and score.notes == self._shown.notes
            self._shown = score
            seconds = seconds_of(notes) if notes is not None else 0.0
            length = f"{format_time(round(seconds))} · {_count(len(notes))}" if notes is not None else ""
            self._panel.show_score(score.name if score else "", length, score.after if score else "improvise")
            if notes is not None and not same:
                self._piano_roll.show_notes(notes, repeats=score is not None and score.after == "repeat")

    @Slot(float)
    def follow(self, seconds: float) -> None:
        """What is heard is so many seconds old; below 0 where nothing is."""
        played, shown = self._player.played_score, self._shown
        same = played is not None and shown is not None and played.notes == shown.notes
        if not same or seconds < 0.0:
            self._piano_roll.show_time(None)
            return
        repeats = played is not None and played.after == "repeat"
        self._piano_roll.show_time(seconds, repeats=repeats)

    def _fetch(self, source: Callable[[], Path]) -> None:
        """Find a MIDI file and read it aside."""
        why_not = self._player.why_no_score()
        if why_not:
            self.reported.emit(why_not, "warning")
            return

        def read() -> tuple[PlayedScore, Path, list[str]]:
            doubts: list[str] = []
            path = source()
            return load_score(str(path), doubt=doubts.append), path, doubts

        self._reader.run(read, lambda found: self._opened(*found), self.not_opened)

    def _opened(self, score: PlayedScore, path: Path, doubts: list[str]) -> None:
        self._settings.score_folder = path.parent
        restarts = self._player.generating
        self._player.set_score(score, str(path.resolve()))
        outcome = "a new take plays it" if restarts else "Space plays it"
        news = f"“{score.name}” is open; {outcome}"
        if doubts:
            self.reported.emit(f"{news}. Not all of it could be read: {reported(doubts)}", "warning")
        else:
            self.reported.emit(news, "info")

    @Slot()
    def _clear(self) -> None:
        self._reader.drop()
        self._player.set_score(None)

    @Slot(str)
    def _set_after(self, after: After) -> None:
        if self._player.scores.set_after(after) and self._player.generating:
            self.reported.emit(LATER, "info")


def _count(notes: int) -> str:
    return f"{notes:,} note{'' if notes == 1 else 's'}".replace(",", " ")
