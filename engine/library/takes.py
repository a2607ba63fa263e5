"""Takes: what was generated, and all that is needed to make the very same samples again."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition
from engine.library.control_events import ControlEvent
from engine.library.packed_codes import unpack_codes
from engine.library.presets import Preset
from engine.library.recordings import SpokenRecording, said_by
from engine.library.scores import PlayedScore
from engine.library.spoken_texts import SpokenText
from engine.wavenet.codes import Codes, decode
from engine.wavenet.config import STRICT, GenerationParams, explain
from engine.wavenet.emphasis import UNFILTERED, Deemphasis, Emphasis
from engine.wavenet.model_file import ModelFile
from engine.wavenet.philox import SEED_LIMIT


@checked(frozen=True, config=STRICT)
class Processing:
    """What was done to a take's samples on their way into a file, in this order."""

    first: Annotated[int, Ge(0)]
    """The take's first sample in the file."""
    samples: Annotated[int, Gt(0)]
    """So many of the take's, from there on."""
    sample_rate: Annotated[int, Gt(0)]
    """Hz of the file."""
    fade_in: Annotated[float, Ge(0.0)] = 0.0
    fade_out: Annotated[float, Ge(0.0)] = 0.0
    """Seconds."""
    gain_db: float = 0.0


@checked(frozen=True, config=STRICT)
class Settings:
    """All that is needed to make a take again, as it is written inside exported audio files."""

    preset: Preset
    """Its parameters are those that the take started with."""
    seed: Annotated[int, Ge(0), Le(SEED_LIMIT - 1)]
    engine: str
    kernel_version: str
    model: str
    model_hash: str
    sample_rate: Annotated[int, Gt(0)]
    samples: Annotated[int, Gt(0)]
    events: tuple[ControlEvent, ...] = ()
    prime: str = ""
    """What the stream continued, see ``pack_codes``; empty for a stream from silence."""
    condition: str = ""
    """SHA-256 of the frames that conditioned it, hexadecimal; they are not kept. Empty for none."""
    score: PlayedScore | None = None
    """What it played; its notes are kept."""
    recording: SpokenRecording | None = None
    """What it said after, with the voice that ``preset`` names; its features are kept."""
    speech: SpokenText | None = None
    """The text that it said, if it did; ``recording`` then is what that became."""
    vector: tuple[float, ...] = ()
    """The free global vector, of models that have one; see ``config.GenerationParams``."""
    parent: str = ""
    """Id of the take that it branched off; empty for none."""
    parent_sample: Annotated[int, Ge(0)] = 0
    """The first sample that is its own; those before are the parent's."""
    processed: Processing | None = None
    """How the file that it is written in differs from the take; None where it holds the take as it is."""
    format: Literal[1] = 1

    def params(self) -> GenerationParams:
        """The parameters that the take started with."""
        return dataclasses.replace(self.preset.params(), vector=self.vector)

    def said(self, model: ModelFile) -> LocalCondition | None:
        """What its recording is to its model, for ``replay``; None where it says none. Raises StudioError."""
        return None if self.recording is None else said_by(model, self.recording, self.preset.speaker)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        left_out = {name for name in ("processed", "speech") if getattr(self, name) is None}
        return TypeAdapter(Settings).dump_python(  # type: ignore[no-any-return]
            self, mode="json", exclude=left_out
        )

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Settings:
        """From a JSON object. Raises StudioError, naming the field, where it is none of ours."""
        try:
            return TypeAdapter(cls).validate_json(json.dumps(fields))
        except ValidationError as error:
            raise StudioError(f"settings of a take: {explain(error)}") from None


@dataclass(frozen=True)
class Take:
    """A finished recording of a stream."""

    id: str
    name: str
    created: str
    """ISO 8601."""
    preset: Preset
    """Its parameters are those that the take started with."""
    seed: int
    engine: str
    kernel_version: str
    model: str
    model_hash: str
    sample_rate: int
    codes: Codes
    """[n_samples], of the model's type (see ``quantisation``)."""
    events: tuple[ControlEvent, ...] = ()
    score: PlayedScore | None = None
    """What it played."""
    recording: SpokenRecording | None = None
    """What it said after."""
    speech: SpokenText | None = None
    """The text that it said, if it did."""
    starred: bool = False
    emphasis: Emphasis = UNFILTERED
    """The model's, undone where the codes are heard."""
    prime: str = ""
    """What the stream continued: see ``Settings.prime``."""
    parent: str = ""
    """Id of the take that it branched off; empty for none."""
    parent_sample: int = 0
    """The first sample that is its own; those before are the parent's."""
    recovered: bool = False
    """Whether the program ended before the take did."""
    group: str = ""
    """Shared by takes that were made together, to be chosen from; empty for one that was made alone."""

    def samples(self) -> NDArray[np.float32]:
        """[n_samples] float32 in ±1."""
        return self.deemphasis()(decode(self.codes))

    def deemphasis(self) -> Deemphasis:
        """What makes sound of its codes, from the first one on."""
        back = Deemphasis(self.emphasis)
        if self.prime and not self.emphasis.changes_nothing:
            back(decode(unpack_codes(self.prime, self.codes.dtype.type)))
        return back

    @property
    def length(self) -> int:
        """How many samples it has."""
        return len(self.codes)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.length / self.sample_rate

    def settings(self) -> dict[str, Any]:
        """A JSON object with all that ``replay`` needs to make the same samples again."""
        return self.as_settings().to_json()

    def as_settings(self) -> Settings:
        """The same as a value."""
        return Settings(
            preset=self.preset,
            seed=self.seed,
            engine=self.engine,
            kernel_version=self.kernel_version,
            model=self.model,
            model_hash=self.model_hash,
            sample_rate=self.sample_rate,
            samples=self.length,
            events=self.events,
            score=self.score,
            recording=self.recording,
            speech=self.speech,
            prime=self.prime,
            parent=self.parent,
            parent_sample=self.parent_sample,
        )
