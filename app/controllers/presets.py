"""Presets at work: browsing, stepping, saving; and the controls that show what the preset asks for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal, Slot

from app.controllers.catalogue import Catalogue
from app.controllers.player import Player
from app.controllers.reporter import Reporter
from app.dialogs.save import SavePresetDialog
from engine.library.presets import new_seed
from engine.music.condition import plays_scores

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.panels.browser import PresetBrowser
    from app.panels.sampling import SamplingPanel
    from app.panels.seed import SeedPanel
    from app.panels.speaker import SpeakerPanel
    from app.panels.tags import TagPanel
    from engine.library.presets import Preset


class PresetPanels(Protocol):
    """What it knows of the window."""

    browser: PresetBrowser
    sampling: SamplingPanel
    seed: SeedPanel
    speaker: SpeakerPanel
    tags: TagPanel

    def show_preset(self, name: str, description: str, model: str, *, modified: bool) -> None:
        """The preset in use."""
        ...

    def show_conditions(self, *, tags: bool, speakers: bool, score: bool, recording: bool) -> None:
        """Which ways of steering the model at hand has."""
        ...


class PresetController(Reporter):
    """Between the catalogue, the browser, the controls and the player."""

    changed = Signal()
    """Another preset is in use."""
    saved = Signal(object, object)
    """The preset, and what it took the place of, or None."""

    def __init__(
        self,
        panels: PresetPanels,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
        background: Background,
    ) -> None:
        super().__init__()
        self._panels, self._actions = panels, actions
        self._player, self._catalogue, self._background = player, catalogue, background
        player.preset_changed.connect(self._show_preset)
        player.params_changed.connect(self._show_params)
        player.seeds.changed.connect(self._show_seed)
        panels.browser.chosen.connect(self.choose)
        panels.browser.started.connect(self._start)
        panels.sampling.changed.connect(self._sampling_moved)
        panels.tags.changed.connect(player.set_tags)
        panels.speaker.changed.connect(player.set_speaker)
        panels.seed.typed.connect(self._seed_typed)
        actions.bind(
            previous=self._previous,
            next=self._next,
            save_preset=self._ask_save,
            reset=player.reset,
            find=self._find,
            dice=self._renew_seed,
            lock=player.seeds.lock,
        )
        actions.allow("reset", "There is no preset")
        actions.allow("save_preset", "There is no preset")
        panels.browser.set_items(catalogue.items())
        self._show_seed()

    def begin(self, preset: Preset) -> None:
        """Take up the first preset."""
        self._player.choose(preset)
        self._panels.browser.select(preset.id)

    @Slot()
    def _renew_seed(self) -> None:
        renew_seed(self._player)

    @Slot(str)
    def choose(self, name: str) -> None:
        """Take up a preset by its id."""
        if self._player.preset is None or name != self._player.preset.id:
            self._player.choose(self._catalogue.find(name))

    def save(self, name: str, description: str, with_seed: bool) -> None:
        """Keep the settings of now under ``name``, aside, and take that preset up."""
        player = self._player
        if player.preset is None:
            return
        preset = dataclasses.replace(
            player.preset.with_params(player.params),
            name=name,
            description=description,
            seed=player.seeds.seed if with_seed else None,
            score=player.scores.source,
            after=player.score.after if player.score else "improvise",
            recording=None,
        )
        recording = player.recordings.recording if self._catalogue.says(preset) else None
        if recording is not None:
            bent = preset.without_material().bent_as(recording)
            preset = dataclasses.replace(bent, recording=player.recordings.source)
        if player.speech.on and player.speech.text.strip():
            preset = preset.saying(player.speech.text, player.speech.manner)
        replaced = self._catalogue.own(name)
        self._background.run(
            lambda: self._catalogue.save(preset), lambda saved: self._saved(saved, replaced), self._not_saved
        )

    def _saved(self, saved: Preset, replaced: Preset | None) -> None:
        self._panels.browser.set_items(self._catalogue.items())
        self._player.choose(saved)
        self._panels.browser.select(saved.id)
        self.saved.emit(saved, replaced)
        self.reported.emit(f"Saved “{saved.name}”", "info")

    def _not_saved(self, why: str) -> None:
        self.reported.emit(why, "error")

    @Slot()
    def _show_preset(self) -> None:
        player, panels = self._player, self._panels
        preset = player.preset
        if preset is None:
            return
        config = self._catalogue.config(preset)
        tags = config.tags if config else tuple(preset.tags)
        speakers = config.speakers if config else ()
        panels.tags.set_vocabulary(tags)
        panels.tags.set_defaults(preset.tags)
        panels.speaker.set_speakers(speakers)
        panels.show_conditions(
            tags=bool(tags),
            speakers=bool(speakers),
            score=bool(config and plays_scores(config)),
            recording=self._catalogue.says(preset),
        )
        panels.sampling.set_defaults(preset.temperature, preset.top_p, preset.top_k)
        panels.browser.select(preset.id)
        self._actions.allow("save_preset")
        self._show_params()
        self.changed.emit()

    @Slot()
    def _show_params(self) -> None:
        player, panels = self._player, self._panels
        params, preset = player.params, player.preset
        panels.sampling.set_values(params.temperature, params.top_p, params.top_k)
        panels.tags.set_weights(dict(params.tags))
        panels.speaker.set_speaker(params.speaker)
        if preset is None:
            return
        modified = player.modified
        model = self._catalogue.describe_model(preset)
        panels.show_preset(preset.name, preset.description, model, modified=modified)
        panels.browser.set_modified(preset.id if modified else None)
        self._actions.allow("reset", "" if modified else "The controls are as the preset has them")

    @Slot()
    def _show_seed(self) -> None:
        self._panels.seed.set_seed(self._player.seeds.seed)
        self._actions["lock"].setChecked(self._player.seeds.locked)

    @Slot(str)
    def _start(self, name: str) -> None:
        self.choose(name)
        self._player.start()

    @Slot()
    def _previous(self) -> None:
        self._step(-1)

    @Slot()
    def _next(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        preset = self._player.preset
        name = self._panels.browser.neighbour(preset.id if preset else "", step)
        if name is not None:
            self.choose(name)

    @Slot()
    def _sampling_moved(self) -> None:
        self._player.set_sampling(*self._panels.sampling.values)

    @Slot()
    def _seed_typed(self) -> None:
        self._player.seeds.set(self._panels.seed.seed)
        self._player.seeds.lock(True)

    @Slot()
    def _find(self) -> None:
        self._panels.browser.search.setFocus()
        self._panels.browser.search.selectAll()

    @Slot()
    def _ask_save(self) -> None:
        player = self._player
        if player.preset is None:
            return
        preset = player.preset
        name = f"My {preset.name}" if preset.factory else preset.name
        taken = self._catalogue.factory_names()
        dialog = SavePresetDialog(
            name, preset.description, player.seeds.seed, taken, self._panels.browser.window()
        )
        if dialog.exec():
            self.save(
                dialog.name.text().strip(), dialog.description.text().strip(), dialog.with_seed.isChecked()
            )
        dialog.deleteLater()


def renew_seed(player: Player) -> None:
    """Another seed that nobody chose; a stream that plays starts anew with it."""
    seeds = player.seeds
    seeds.set(new_seed())
    if player.generating:
        locked, seeds.locked = seeds.locked, True
        player.start()
        seeds.locked = locked
