"""Presets: TOML files that say what to play; the factory's are read-only, the user's in their data folder."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import tomli_w
from annotated_types import Ge, Gt, Le, MinLen
from pydantic import ConfigDict, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from engine.errors import StudioError, reason, shortened, suggest
from engine.files.documents import read_toml
from engine.files.writing import write_atomically
from engine.library.preset_fields import Pauses, PitchRange, RecordingName, ScoreName, Text, slug
from engine.music.condition import After
from engine.speech.features import PITCHES, SPEEDS
from engine.speech.spoken import Manner
from engine.wavenet.conditioning import shares_in
from engine.wavenet.config import GenerationParams, explain
from engine.wavenet.philox import SEED_LIMIT

if TYPE_CHECKING:
    from engine.library.recordings import SpokenRecording

CATEGORIES = ("genre", "speaker", "user")


@dataclass(frozen=True, config=ConfigDict(extra="forbid", allow_inf_nan=False, strict=True))
class Preset:
    """What to play: a model and how to ask it."""

    id: str
    """The file's name without ``.toml``; a speaker preset's is the speaker's name."""
    name: Annotated[str, MinLen(1)]
    category: Literal["genre", "speaker", "user"]
    model: Annotated[str, MinLen(1)]
    """The model's name."""
    description: str = ""
    speaker: str | None = None
    temperature: Annotated[float, Ge(0.0), Le(4.0)] = 1.0
    top_k: Annotated[int, Ge(0), Le(256)] = 0
    top_p: Annotated[float, Gt(0.0), Le(1.0)] = 1.0
    seed: Annotated[int, Ge(0), Le(SEED_LIMIT - 1)] | None = None
    """None takes a new seed each time."""
    tags: dict[str, Annotated[float, Ge(0.0), Le(2.0)]] = field(default_factory=dict, hash=False)
    """Weight of each tag; one that is not named weighs 0."""
    score: ScoreName | None = None
    """What it plays: the name of a MIDI file of ours or of the user's, or a file's absolute path."""
    after: After = "improvise"
    """What comes once the score has ended."""
    recording: RecordingName | None = None
    """What it says: the name of a recording of ours or of the user's, or an audio file's absolute path."""
    text: Text | None = None
    """What it says where texts are said, in place of a recording."""
    pitch: Annotated[float, Ge(PITCHES[0]), Le(PITCHES[1])] = 0.0
    """Semitones by which the melody of recording or text is moved."""
    speed: Annotated[float, Ge(SPEEDS[0]), Le(SPEEDS[1])] = 1.0
    """How many times as fast it is said."""
    as_recorded: bool = False
    """Whether it keeps its own timbre and pitch, in place of the speaker's."""
    pitch_range: PitchRange = 1.0
    """How many times as wide the text's melody strays from its mean."""
    pauses: Pauses = 1.0
    """How many times as long the text's pauses are."""
    factory: bool = False
    """Whether it was shipped, and cannot be changed."""

    def params(self) -> GenerationParams:
        """The parameters that a stream of this preset starts with."""
        return GenerationParams(
            temperature=self.temperature,
            top_k=self.top_k,
            top_p=self.top_p,
            speaker=self.speaker,
            tags=tuple(self.tags.items()),
        )

    def with_params(self, params: GenerationParams) -> Preset:
        """This preset, but starting with ``params``."""
        return dataclasses.replace(
            self,
            temperature=params.temperature,
            top_k=params.top_k,
            top_p=params.top_p,
            speaker=params.speaker,
            tags=dict(params.tags),
        )

    def without_material(self) -> Preset:
        """This preset without score, recording or text. A take has these itself, and no path of anybody's."""
        plain = dataclasses.replace(self, score=None, after="improvise", recording=None, text=None)
        return dataclasses.replace(
            plain, pitch=0.0, speed=1.0, as_recorded=False, pitch_range=1.0, pauses=1.0
        )

    def manner(self) -> Manner:
        """How it says its text; pitch and speed no further than texts go."""
        speed, pitch = min(max(self.speed, 0.5), 2.0), min(max(self.pitch, -12.0), 12.0)
        return Manner(shares_in(self.speaker), speed, pitch, self.pitch_range, self.pauses)

    def saying(self, text: str, manner: Manner) -> Preset:
        """This preset, but with a text that it says so."""
        bent = dataclasses.replace(self, text=text, pitch=manner.semitones, speed=manner.speed)
        return dataclasses.replace(bent, pitch_range=manner.pitch_range, pauses=manner.pauses)

    def bend(self, recording: SpokenRecording) -> SpokenRecording:
        """``recording`` as the preset has it said."""
        return dataclasses.replace(
            recording, pitch=self.pitch, speed=self.speed, as_recorded=self.as_recorded
        )

    def bent_as(self, recording: SpokenRecording) -> Preset:
        """This preset, having a recording said as ``recording`` is."""
        return dataclasses.replace(
            self, pitch=recording.pitch, speed=recording.speed, as_recorded=recording.as_recorded
        )

    @model_validator(mode="after")
    def _plays_one_thing(self) -> Self:
        if self.score is not None and self.recording is not None:
            raise ValueError("a score and a recording do not go together; drop one")
        return self


FILE_FIELDS = tuple(f.name for f in dataclasses.fields(Preset) if f.name not in ("id", "factory"))
"""What a preset file may say."""


class PresetLibrary:
    """The presets of some folders: the first is the factory's, the last the user's.

    A file that cannot be used is named in ``problems``, one line each, and the rest loads.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self.problems: list[str] = []
        self._broken: dict[Path, str] = {}
        self._presets: list[Preset] = []
        self._read()

    def presets(self) -> list[Preset]:
        """All presets, by category, then by name."""
        return list(self._presets)

    def find(self, name: str) -> Preset:
        """The preset with this id, or else this name in upper or lower case.

        Raises StudioError with the nearest names where there is none, or why its file is unusable.
        """
        for preset in self._presets:
            if preset.id == name:
                return preset
        for preset in self._presets:
            if name.casefold() in (preset.id.casefold(), preset.name.casefold()):
                return preset
        for path, why in self._broken.items():
            if path.stem == name:
                raise StudioError(why)
        known = [preset.id for preset in self._presets]
        hint = suggest(name, known, f"./studio presets lists all {len(known)}")
        raise StudioError(f"preset {shortened(name)!r} is unknown; {hint}")

    def save(self, preset: Preset) -> Preset:
        """Write a preset to the user's folder, under an id made from its name; returns it as saved.

        A preset of the user's with that id is replaced. Raises StudioError where the name is empty or
        a factory preset's, or the file cannot be written.
        """
        saved = dataclasses.replace(preset, id=slug(preset.name), category="user", factory=False)
        self._write(saved)
        return saved

    def rename(self, preset_id: str, name: str, description: str) -> Preset:
        """Give a preset of the user's another name and description; returns it, under its new id.

        Raises StudioError as ``save``, and where another preset has that name.
        """
        preset = self._own(preset_id)
        renamed = dataclasses.replace(preset, name=name, description=description, id=slug(name))
        others = {other.id for other in self._presets if not other.factory} - {preset_id}
        if renamed.id in others:
            raise StudioError(f"preset {name!r}: another preset has this name; choose another")
        self._write(renamed)
        if renamed.id != preset_id:
            self.remove(preset_id)
        return renamed

    def remove(self, preset_id: str) -> Preset:
        """Delete a preset of the user's; returns what it was. Raises StudioError where it is none."""
        preset = self._own(preset_id)
        path = self._path(preset_id)
        try:
            path.unlink()
        except OSError as error:
            raise StudioError(f"{path}: cannot be deleted: {reason(error)}") from None
        self._read()
        return preset

    def restore(self, preset: Preset) -> Preset:
        """Write back what ``remove`` returned. Raises StudioError where that cannot be."""
        self._write(preset)
        return preset

    def take_in(self, path: Path) -> Preset:
        """Copy a preset file from anywhere into the user's folder; none is replaced, names get a number.

        Raises StudioError, one line with file and field, where it is no preset.
        """
        preset = read_preset(path, factory=False)
        name, number = preset.name, 1
        taken = {other.name.casefold() for other in self._presets} | {other.id for other in self._presets}
        while name.casefold() in taken or slug(name) in taken:
            number += 1
            name = f"{preset.name} {number}"
        return self.save(dataclasses.replace(preset, name=name))

    def _own(self, preset_id: str) -> Preset:
        preset = self.find(preset_id)
        if preset.factory:
            raise StudioError(f"preset {preset.name!r} came with the program and cannot be changed")
        return preset

    def _path(self, preset_id: str) -> Path:
        return self._folders[-1] / f"{preset_id}.toml"

    def _write(self, preset: Preset) -> None:
        for other in self._presets:
            if other.factory and (other.id == preset.id or other.name.casefold() == preset.name.casefold()):
                raise StudioError(f"preset {preset.name!r}: a factory preset has this name; choose another")
        path = self._path(preset.id)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StudioError(
                f"{path.parent}: cannot make the folder for presets: {error.strerror}"
            ) from None
        write_atomically(path, to_toml(preset).encode())
        self._read()

    def _read(self) -> None:
        found: dict[str, Preset] = {}
        self._broken = {}
        for number, folder in enumerate(self._folders):
            for path in sorted(folder.glob("*.toml")):
                try:
                    preset = read_preset(path, factory=number == 0)
                except StudioError as error:
                    self._broken[path] = str(error)
                    continue
                if preset.id in found:
                    self._broken[path] = f"{path}: a factory preset has this file's name; rename it"
                    continue
                found[preset.id] = preset
        self.problems = list(self._broken.values())
        self._presets = sorted(found.values(), key=_order)


def read_preset(path: Path, *, factory: bool) -> Preset:
    """One preset file. Raises StudioError, one line with file and field, where it is unusable."""
    fields = read_toml(path, "the preset")
    unknown = sorted(fields.keys() - set(FILE_FIELDS))
    if unknown:
        hint = suggest(unknown[0], FILE_FIELDS)
        raise StudioError(f"{path}: {shortened(unknown[0])}: unknown field; {hint}")
    try:
        return Preset(**fields, id=path.stem, factory=factory)
    except ValidationError as error:
        raise StudioError(f"{path}: {explain(error)}") from None


def to_toml(preset: Preset) -> str:
    """The text of a preset's file."""
    fields: dict[str, Any] = {name: getattr(preset, name) for name in FILE_FIELDS}
    return tomli_w.dumps({name: value for name, value in fields.items() if value is not None})


def new_seed() -> int:
    """A seed that nobody chose, short enough to be read out: 0…2^32 - 1."""
    return secrets.randbelow(2**32)


def _order(preset: Preset) -> tuple[int, str]:
    return CATEGORIES.index(preset.category), preset.name.casefold()
