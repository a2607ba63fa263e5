"""Presets and models together: what can be chosen, and why something cannot be played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import StudioError
from engine.library.likeness import says_recordings
from engine.library.models import ModelEntry, ModelLibrary
from engine.library.played_keys import takes_keys
from engine.library.preset_fields import slug
from engine.library.presets import Preset, PresetLibrary
from engine.library.previews import clip_path
from engine.library.recording_files import recording_of
from engine.library.recordings import SpokenRecording
from engine.library.scores import PlayedScore, check_plays, score_of
from engine.library.training_jobs import why_not
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import ModelFile

if TYPE_CHECKING:
    from app.widgets.preset_row import PresetItem

NO_KEYS = "Notes cannot lead this model: it speaks, or hears no guide. Choose a preset of music"
FIRST = "guitar"
"""The preset of a first launch: its free runs lie nearest to recordings (see the card of *music*)."""


class Catalogue:
    """All presets, each with the model that it needs, if that is here; factory presets with their clips."""

    def __init__(self, models: ModelLibrary, presets: PresetLibrary, clips: Path | None = None) -> None:
        """``clips`` is the folder of the factory presets' clips; None for no clips."""
        self._models = models
        self._presets = presets
        self._clips: dict[str, Path] = {}
        if clips is not None:
            paths = {p.id: clip_path(p, clips) for p in presets.presets() if p.factory}
            self._clips = {preset: path for preset, path in paths.items() if path.exists()}
        self._reasons: dict[str, str] = {}
        self._entries = {entry.header.name: entry for entry in models.headers()}
        self._look_for_models()

    def take_over(self, models: ModelLibrary, presets: PresetLibrary) -> None:
        """Show these from now on: others came to the user's folders."""
        self._models, self._presets = models, presets
        self._reasons.clear()
        self._entries = {entry.header.name: entry for entry in models.headers()}
        self._look_for_models()

    def bases(self) -> list[ModelEntry]:
        """The models that can learn a sound more."""
        return [entry for entry in self._entries.values() if not why_not(entry.header.config)]

    @property
    def problems(self) -> list[str]:
        """Files that could not be used, one line each."""
        return [*self._models.problems, *self._presets.problems]

    def items(self) -> list[PresetItem]:
        """What the browser shows."""
        return [self._item(preset) for preset in self._presets.presets()]

    def find(self, name: str) -> Preset:
        """A preset by id or name. Raises StudioError with suggestions."""
        return self._presets.find(name)

    def first(self) -> Preset | None:
        """What to begin with: ``FIRST``, else the first that can be played, else the first of all."""
        presets = self._presets.presets()
        playable = [preset for preset in presets if preset.model in self._entries]
        chosen = [preset for preset in playable if preset.id == FIRST]
        return next(iter([*chosen, *playable, *presets]), None)

    def config(self, preset: Preset) -> ModelConfig | None:
        """The shape of the preset's model; None where it is not installed."""
        entry = self._entries.get(preset.model)
        return entry.header.config if entry else None

    def why_not(self, preset: Preset) -> str:
        """Why it cannot be played; empty where it can."""
        return self._reasons.get(preset.model, "")

    def loader(self, preset: Preset) -> Callable[[], ModelFile]:
        """A function that loads the preset's model, whatever thread calls it. It may raise StudioError."""
        return lambda: self._models.load(preset.model)

    def describe_model(self, preset: Preset) -> str:
        """A few words on the preset's model."""
        entry = self._entries.get(preset.model)
        if entry is None:
            return f"{preset.model} · not installed"
        return _words(entry)

    def score(self, preset: Preset, doubt: Callable[[str], object] | None = None) -> PlayedScore | None:
        """The score that the preset brings; None for none. Reads a file: not for the GUI thread.

        ``doubt`` is told what of it could not be read. Raises StudioError where nothing could.
        """
        return score_of(preset, doubt)

    def why_no_score(self, preset: Preset) -> str:
        """Why the preset's model cannot play a score, and which can; empty where it can."""
        entry = self._entries.get(preset.model)
        if entry is None:
            return self.why_not(preset)
        try:
            check_plays(entry.header, [other.header for other in self._entries.values()])
        except StudioError as error:
            return str(error)
        return ""

    def why_no_keys(self, preset: Preset | None) -> str:
        """Why keys cannot lead the preset's model; empty where they can."""
        if preset is None:
            return "There is no preset"
        config = self.config(preset)
        if config is None:
            return self.why_not(preset)
        return "" if takes_keys(config) else NO_KEYS

    def says(self, preset: Preset) -> bool:
        """Whether the preset's model is here and says recordings."""
        config = self.config(preset)
        return config is not None and says_recordings(config)

    def first_that_says(self) -> Preset | None:
        """The first preset whose model says recordings; None where there is none."""
        return next((preset for preset in self._presets.presets() if self.says(preset)), None)

    def recording(self, preset: Preset) -> SpokenRecording | None:
        """The recording that the preset brings; None for none. Reads a file: not for the GUI thread.

        Raises StudioError where it cannot, and where the preset's model says no recordings.
        """
        config = self.config(preset)
        if config is None or not says_recordings(config):
            why_not = self.why_not(preset) or f"model {preset.model!r} says no recordings"
            raise StudioError(f"The recording of “{preset.name}” is not said: {why_not}")
        return recording_of(preset, config.sample_rate)

    def clip(self, preset: str) -> Path | None:
        """The clip of the preset with this id; None where there is none, as of users' own."""
        return self._clips.get(preset)

    def save(self, preset: Preset) -> Preset:
        """Keep a preset in the user's folder. Writes and reads files. Raises StudioError."""
        saved = self._presets.save(preset)
        self._look_for_models()
        return saved

    def own(self, name: str) -> Preset | None:
        """The user's preset that would be replaced by one of this name; None where there is none."""
        try:
            preset = self._presets.find(slug(name))
        except StudioError:
            return None
        return None if preset.factory else preset

    def rename(self, preset: str, name: str, description: str) -> Preset:
        """Give a preset of the user's another name. Writes and reads files. Raises StudioError."""
        return self._presets.rename(preset, name, description)

    def remove(self, preset: str) -> Preset:
        """Delete a preset of the user's; returns what it was. Raises StudioError."""
        return self._presets.remove(preset)

    def restore(self, preset: Preset) -> Preset:
        """Bring back what was deleted. Writes and reads files. Raises StudioError."""
        return self._presets.restore(preset)

    def take_in(self, path: Path) -> Preset:
        """Copy a preset's file into the user's folder. Raises StudioError where it is none."""
        preset = self._presets.take_in(path)
        self._look_for_models()
        return preset

    def factory_names(self) -> list[str]:
        """Names that a user's preset cannot have."""
        return [preset.name for preset in self._presets.presets() if preset.factory]

    def _look_for_models(self) -> None:
        """Find out once which models are missing, or broken: a model may be a file anywhere."""
        for name in {preset.model for preset in self._presets.presets()} - self._reasons.keys():
            try:
                self._models.find(name)
                self._reasons[name] = ""
            except StudioError as error:
                self._reasons[name] = str(error)

    def _item(self, preset: Preset) -> PresetItem:
        from app.widgets.preset_row import PresetItem  # sound may come before Qt's widgets

        detail = ", ".join(preset.tags) or preset.description
        return PresetItem(
            id=preset.id,
            name=preset.name,
            category=preset.category,
            detail=detail,
            description=preset.description,
            available=preset.model in self._entries,
            why_not=self.why_not(preset),
            clip=preset.id in self._clips,
        )


def _words(entry: ModelEntry) -> str:
    config = entry.header.config
    size = "" if config.size == "custom" else f" · {config.size}"
    return f"{entry.header.name}{size} · {config.sample_rate / 1000:g} kHz"
