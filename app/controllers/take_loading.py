"""Brings the takes of earlier days back into the list, newest first, some at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.controllers.reporter import Reporter
from app.look.time_text import format_time
from engine.errors import StudioError

if TYPE_CHECKING:
    from app.controllers.event_bridge import Background
    from engine.library.take_files import StoredTake
    from engine.library.take_folder import TakeFolder
    from engine.library.take_store import TakeStore

AT_ONCE = 50
"""Takes read before the list is shown anew."""


class TakeLoading(Reporter):
    """All files are read aside."""

    loaded = Signal(list)
    """Takes to be shown."""

    def __init__(self, store: TakeStore, background: Background) -> None:
        super().__init__()
        self._store, self._background = store, background
        self._left: list[str] = []

    def start(self) -> None:
        """Recover what was left unfinished, then read all takes."""
        folder = self._store.folder
        if folder is None:
            return

        def look() -> tuple[list[StoredTake], list[str], list[str], list[str]]:
            recovered = folder.recover()
            problems = list(folder.problems)
            rows = folder.rows()
            return recovered, problems, [row.id for row in rows], folder.without_sound(rows)

        self._background.run(look, lambda found: self._found(folder, *found), self._fail)

    def _found(
        self,
        folder: TakeFolder,
        recovered: list[StoredTake],
        problems: list[str],
        ids: list[str],
        silent: list[str],
    ) -> None:
        self._left = ids
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.reported.emit(problems[0] + more, "warning")
        if recovered:
            names = ", ".join(f"“{take.name}”, {format_time(take.seconds)}" for take in recovered[:3])
            more = f" and {len(recovered) - 3} more" if len(recovered) > 3 else ""
            self.reported.emit(f"Recovered {names}{more}", "info")
        self._go_on(folder, frozenset(silent))

    def _go_on(self, folder: TakeFolder, silent: frozenset[str]) -> None:
        ids, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
        if not ids:
            return

        def read() -> list[StoredTake]:
            takes = []
            for take_id in ids:
                try:
                    takes.append(folder.read(take_id))
                except StudioError:  # it was deleted meanwhile, or is damaged, which was told
                    continue
            return takes

        def show(takes: list[StoredTake]) -> None:
            self.loaded.emit(takes)
            for take in takes:
                if take.id in silent:
                    self._store.complete(take)
            self._go_on(folder, silent)

        self._background.run(read, show, self._fail)

    def _fail(self, why: str) -> None:
        self.reported.emit(f"Takes of before cannot be shown: {why}", "warning")
