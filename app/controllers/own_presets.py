"""Presets that one has made one's own: starred, renamed, deleted, written to a file, taken in from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu

from app.controllers.reporter import Reporter
from app.dialogs.save import SavePresetDialog
from engine.files.writing import write_atomically
from engine.library.paths import PRESET_SUFFIX
from engine.library.presets import to_toml

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.panels.browser import PresetBrowser
    from app.settings import AppSettings
    from engine.library.presets import Preset

FILTER = f"Presets (*{PRESET_SUFFIX})"
NO_PRESET = "There is no preset"
NOT_OWN = "It came with the program; save it under another name to change it"
MENU = ("preset_star", "preset_rename", "preset_export", "preset_delete")


class OwnPresets(Reporter):
    """Between the browser, the preset in use and the user's folder. Files are read and written aside."""

    starred = Signal(str, bool)
    """A preset's id, and whether it is starred now."""
    renamed = Signal(object, object)
    """The preset before and after."""
    deleted = Signal(object)
    """The preset."""

    def __init__(
        self,
        browser: PresetBrowser,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._browser, self._actions, self._player = browser, actions, player
        self._catalogue, self._settings, self._background = catalogue, settings, background
        self._waiting: list[tuple[Callable[[], Any], Callable[[Any], object]]] = []
        browser.star_asked.connect(self.toggle_star)
        browser.deletion_asked.connect(actions["preset_delete"].trigger)
        browser.menu_asked.connect(self._pop_up)
        player.preset_changed.connect(self.show)
        actions.bind(
            preset_star=self._star_current,
            preset_rename=self._ask_name,
            preset_delete=self._delete_current,
            preset_export=self._ask_place,
            preset_import=self._ask_file,
        )
        self.show()

    @Slot()
    def show(self) -> None:
        """Bring browser and actions up to date."""
        stars, preset = self._settings.stars, self._player.preset
        self._browser.set_stars(stars)
        self._actions["preset_star"].setChecked(preset is not None and preset.id in stars)
        own = NO_PRESET if preset is None else NOT_OWN if preset.factory else ""
        for name, why_not in (
            ("preset_star", "" if preset else NO_PRESET),
            ("preset_export", "" if preset else NO_PRESET),
            ("preset_rename", own),
            ("preset_delete", own),
        ):
            self._actions.allow(name, why_not)

    @Slot(str)
    def toggle_star(self, preset: str) -> None:
        """Star the preset with this id, or no longer."""
        self.set_star(preset, preset not in self._settings.stars)
        self.starred.emit(preset, preset in self._settings.stars)

    def set_star(self, preset: str, on: bool) -> None:
        """The same, without a signal."""
        self._settings.stars = (self._settings.stars | {preset}) if on else (self._settings.stars - {preset})
        self.show()

    def rename(self, preset: Preset, name: str, description: str) -> None:
        """Give a preset of the user's another name and description."""

        def done(renamed: Preset) -> None:
            self._take_over(preset, renamed)
            self.renamed.emit(preset, renamed)

        self._aside(lambda: self._catalogue.rename(preset.id, name, description), done)

    def delete(self, preset: Preset) -> None:
        """Delete a preset of the user's; what is in use of it stays."""

        def done(gone: Preset) -> None:
            self._list_anew()
            self.deleted.emit(gone)

        self._aside(lambda: self._catalogue.remove(preset.id), done)

    def rename_again(self, now: Preset, wanted: Preset) -> None:
        """Let ``now`` be called as ``wanted`` is, without a signal."""
        self._aside(
            lambda: self._catalogue.rename(now.id, wanted.name, wanted.description),
            lambda renamed: self._take_over(now, renamed),
        )

    def restore(self, preset: Preset) -> None:
        """Bring back what was deleted."""
        self._aside(lambda: self._catalogue.restore(preset), lambda _: self._list_anew())

    def delete_again(self, preset: Preset) -> None:
        """Delete what was brought back, without a signal."""
        self._aside(lambda: self._catalogue.remove(preset.id), lambda _: self._list_anew())

    @Slot(str)
    def dropped(self, path: str) -> None:
        """A preset's file was dropped."""
        self.take_in(Path(path))

    def take_in(self, path: Path) -> None:
        """Copy a preset's file into the user's folder, and take the preset up."""

        def done(preset: Preset) -> None:
            self._list_anew()
            why_not = self._catalogue.why_not(preset)
            self._player.choose(preset)
            text = f"“{preset.name}” is now one of your presets" + (f"; {why_not}" if why_not else "")
            self.reported.emit(text, "warning" if why_not else "info")

        self._aside(lambda: self._catalogue.take_in(path), done)

    def write(self, preset: Preset, path: Path) -> None:
        """Write a preset's file, to be taken in elsewhere."""

        def work() -> Path:
            write_atomically(path, to_toml(preset).encode())
            return path

        self._aside(work, lambda path: self.reported.emit(f"Wrote {path}", "info"))

    def _aside(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Work aside, one after the other: the next may undo the last."""
        self._waiting.append((work, done))
        if len(self._waiting) == 1:
            self._begin()

    def _begin(self) -> None:
        work, done = self._waiting[0]
        self._background.run(
            work,
            lambda result: self._end(lambda: done(result)),
            lambda why: self._end(lambda: self.reported.emit(why, "error")),
        )

    def _end(self, then: Callable[[], object]) -> None:
        self._waiting.pop(0)
        then()
        if self._waiting:
            self._begin()

    def _take_over(self, before: Preset, now: Preset) -> None:
        """``before`` is called ``now``."""
        if before.id in self._settings.stars:
            self._settings.stars = self._settings.stars - {before.id} | {now.id}
        self._list_anew()
        if self._player.preset is not None and self._player.preset.id == before.id:
            self._player.preset = now
            self._player.preset_changed.emit()

    def _list_anew(self) -> None:
        self._browser.set_items(self._catalogue.items())
        self.show()

    @Slot()
    def _star_current(self) -> None:
        if self._player.preset is not None:
            self.toggle_star(self._player.preset.id)

    @Slot()
    def _delete_current(self) -> None:
        preset = self._player.preset
        if preset is not None and not preset.factory:
            self.delete(preset)

    @Slot()
    def _ask_name(self) -> None:
        preset = self._player.preset
        if preset is None:
            return
        taken = self._catalogue.factory_names()
        dialog = SavePresetDialog(preset.name, preset.description, None, taken, self._browser)
        if dialog.exec():
            self.rename(preset, dialog.name.text().strip(), dialog.description.text().strip())
        dialog.deleteLater()

    @Slot()
    def _ask_place(self) -> None:
        preset = self._player.preset
        if preset is None:
            return
        proposed = str(self._settings.export_folder / f"{preset.id}{PRESET_SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self._browser, "Write preset", proposed, FILTER)
        if name:
            self.write(preset, Path(name).with_suffix(PRESET_SUFFIX))

    @Slot()
    def _ask_file(self) -> None:
        folder = str(self._settings.export_folder)
        name, _ = QFileDialog.getOpenFileName(self._browser, "Add preset", folder, FILTER)
        if name:
            self.take_in(Path(name))

    @Slot(QPoint)
    def _pop_up(self, place: QPoint) -> None:
        menu = QMenu(self._browser)
        for name in MENU:
            menu.addAction(self._actions[name])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)
