"""Keeping what sounds, and exporting takes: one, or several into a folder. Files are written aside."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from app.controllers.reporter import Reporter
from app.controllers.takes import NO_TAKE, NONE_SELECTED
from app.dialogs.export import Batch, ExportChoice, ExportDialog
from engine.errors import StudioError
from engine.files.writing import claimed
from engine.library.export import Exported, ExportOptions, export, safe_name
from engine.library.paragraphs import Paragraph, export_paragraph, paragraphs
from engine.stream.states import State

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.take_selection import TakeSelection
    from app.panels.takes import TakePanel
    from app.settings import AppSettings
    from engine.library.takes import Take
    from engine.stream.session import Session

BESIDE = (
    "Each has the times of its words beside it, as subtitles (.srt) and as JSON. What makes it again is "
    "written inside the whole take only."
)
NOTHING_YET = "Nothing of this take has sounded yet"


class ExportController(Reporter):
    """Between the player, the store of takes, the dialog and files."""

    written = Signal(str, str)
    """(text for the message bar, folder in which the files lie)."""
    saved = Signal()
    """Files hold takes that none held before."""

    def __init__(
        self,
        panel: TakePanel,
        actions: Actions,
        player: Player,
        selection: TakeSelection,
        session: Session,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._panel, self._actions, self._player = panel, actions, player
        self._selection, self._session = selection, session
        self._settings, self._background = settings, background
        self._waiting: list[Callable[[Take], object]] = []
        actions["keep"].triggered.connect(self.keep)
        actions["export"].triggered.connect(self.ask)
        actions["take_export"].triggered.connect(self.ask_for_takes)
        self.show()

    @property
    def options(self) -> ExportOptions:
        """Those of last time."""
        try:
            return ExportOptions.from_json(self._settings.export_options)
        except StudioError:  # none yet, or of another version
            return ExportOptions()

    @Slot()
    def show(self) -> None:
        """Bring the actions up to date."""
        sounds = self._player.generating or self._sounding_take() is not None
        why_not = "" if sounds or self._selection.store.takes else NO_TAKE
        self._actions.allow("keep", why_not)
        self._actions.allow("export", why_not)
        self._actions.allow("take_export", why_not or ("" if self._selection.selected else NONE_SELECTED))

    @Slot()
    def keep(self) -> None:
        """Write what sounds, as the last time, into the user's folder: a stream from its start to now."""
        self._with_what_sounds(self._keep)

    @Slot()
    def ask(self) -> None:
        """Ask how, then export what sounds."""
        self._with_what_sounds(lambda take: self._ask([(take.name, [take])], _said_in(take)))

    @Slot()
    def ask_for_takes(self) -> None:
        """Ask how, then export the selected takes, the starred ones, or all."""
        takes, current = self._selection.store.takes, self._selection.selected
        if current is None:
            return
        marked = set(self._panel.selection)
        groups = [
            (f"{len(marked)} selected takes", [take for take in takes if take.id in marked]),
            (f"{sum(take.starred for take in takes)} starred takes", [t for t in takes if t.starred]),
            (f"All {len(takes)} takes", list(takes)),
        ]
        distinct = {tuple(take.id for take in group): text for text, group in reversed(groups)}
        offered = [(text, group) for text, group in groups if len(group) > 1 and text in distinct.values()]
        single = (current.name, [current])
        if len(marked) > 1:
            self._ask([*offered, single])
        else:
            self._ask([single, *offered], _said_in(current))

    def snapshot(self, read: Callable[[], Take] | None) -> None:
        """What was asked for of the session has come: see ``Snapshot``."""
        waiting, self._waiting = self._waiting, []

        def found(take: Take) -> None:
            for then in waiting:
                then(take)

        if read is not None:
            self._background.run(read, found, self._refuse)
        elif not self._player.generating and self._selection.store.takes:
            found(self._selection.store.takes[0])  # it ended just before
        else:
            self.reported.emit(NOTHING_YET, "info")

    def export(self, takes: Sequence[Take], choice: ExportChoice) -> None:
        """Write takes aside: one to the file that is chosen, several into the folder."""
        self._settings.export_folder = choice.path.parent if len(takes) == 1 else choice.path
        self._settings.export_suffix = choice.suffix
        self._settings.export_options = choice.options.for_any_take().to_json()

        def work() -> list[Exported]:
            if len(takes) == 1:
                return [_write(choice.path, takes[0], choice.options)]
            return [
                _write_new(
                    choice.path, take, choice.suffix, dataclasses.replace(choice.options, title=take.name)
                )
                for take in takes
            ]

        self._run(work, takes, "Exported")

    def export_paragraphs(self, take: Take, paragraphs: Sequence[Paragraph], choice: ExportChoice) -> None:
        """Write a file for each paragraph of a take, with its word times, into the folder."""
        self._settings.export_folder, self._settings.export_suffix = choice.path, choice.suffix
        self._settings.export_options = choice.options.for_any_take().to_json()

        def work() -> list[Exported]:
            samples, written = take.samples(), []
            for number, paragraph in enumerate(paragraphs, start=1):
                name = f"{take.name} {number:03d}"
                options = dataclasses.replace(choice.options, title=name)
                with claimed(choice.path, safe_name(name), choice.suffix) as path:
                    written.append(export_paragraph(path, paragraph, samples, take.sample_rate, options))
            return written

        self._run(work, [], "Exported")

    def _keep(self, take: Take) -> None:
        folder, suffix = self._settings.export_folder, self._settings.export_suffix
        options = dataclasses.replace(self.options, title=take.name)
        self._run(lambda: [_write_new(folder, take, suffix, options)], [take], "Kept")

    def _run(self, work: Callable[[], list[Exported]], takes: Sequence[Take], verb: str) -> None:
        def report(files: list[Exported]) -> None:
            for take in takes:
                self._selection.store.mark_saved(take.id)
            self.saved.emit()
            done = _reported(files, "takes" if takes else "paragraphs")
            self.written.emit(f"{verb} {done}", str(files[0].path.parent))

        self._background.run(work, report, self._refuse)

    def _refuse(self, why: str) -> None:
        self.reported.emit(f"Not exported: {why}", "error")

    def _ask(
        self, groups: Sequence[tuple[str, Sequence[Take]]], paragraphs: Sequence[Paragraph] = ()
    ) -> None:
        """Ask how to export one of ``groups``, each with what it is called, then do so.

        ``paragraphs`` are those of the first group's take, which can be written one by one.
        """
        batches = [_batch(text, takes) for text, takes in groups]
        if len(paragraphs) > 1:
            seconds, rate = batches[0].seconds, batches[0].sample_rate
            batches.append(Batch(f"Its {len(paragraphs)} paragraphs, a file each", "", seconds, rate, BESIDE))
        dialog = ExportDialog(
            batches,
            self._settings.export_folder,
            self._settings.export_suffix,
            self.options,
            self._panel.window(),
        )
        if dialog.exec():
            choice = dialog.choice
            if choice.batch < len(groups):
                self.export(groups[choice.batch][1], choice)
            else:
                self.export_paragraphs(groups[0][1][0], paragraphs, choice)
        dialog.deleteLater()

    def _with_what_sounds(self, then: Callable[[Take], object]) -> None:
        """Do ``then`` with what is generated so far, else the take that is played back, else the selected."""
        take = self._sounding_take()
        if take is None and self._player.generating:
            self._waiting.append(then)
            self._session.snapshot_take()
            return
        take = take or self._selection.selected
        if take is not None:
            then(take)

    def _sounding_take(self) -> Take | None:
        """The take that is played back, or held there by a pause."""
        return self._player.take if self._player.state in (State.PLAYBACK, State.PAUSED) else None


def show_folder(folder: str) -> None:
    """Open a folder in the desktop's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))


def _batch(text: str, takes: Sequence[Take]) -> Batch:
    name = safe_name(takes[0].name) if len(takes) == 1 else ""
    return Batch(text, name, sum(take.seconds for take in takes), takes[0].sample_rate)


def _said_in(take: Take) -> list[Paragraph]:
    """The paragraphs of the text that a take says; none where it says none."""
    return paragraphs(take.speech, take.seconds) if take.speech is not None else []


def _write(path: Path, take: Take, options: ExportOptions) -> Exported:
    return export(path, take.samples(), take.sample_rate, take.as_settings(), options)


def _write_new(folder: Path, take: Take, suffix: str, options: ExportOptions) -> Exported:
    """Write into ``folder`` under the take's name, in no other file's place."""
    with claimed(folder, safe_name(take.name), suffix) as path:
        return _write(path, take, options)


def _reported(files: Sequence[Exported], of_what: str) -> str:
    """What was written, in a few words."""
    if len(files) > 1:
        return f"{len(files)} {of_what} to {files[0].path.parent}"
    (file,) = files
    loudness = "" if file.lufs is None else f", {file.lufs:.1f} LUFS".replace("-", "−")
    return f"{file.path}{loudness}"
