"""A training recipe: a TOML file that says what to train, on what, and how."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Literal, Self

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from engine.errors import StudioError
from engine.files.documents import read_toml
from engine.music.condition import score_config
from engine.speech.features import CHANNELS, hop_of
from engine.wavenet.config import (
    STRICT,
    ContextConfig,
    LocalConfig,
    ModelConfig,
    Positive,
    Share,
    Span,
    Taps,
    Width,
    explain,
)


@dataclass(frozen=True, config=STRICT)
class Shape:
    """The model's shape; rate, tags and speakers come from the corpus."""

    cycles: Annotated[tuple[tuple[Span, Span], ...], MinLen(1), MaxLen(64)]
    """Dilation cycles: [first, last], doubling from one to the other."""
    kernel_size: Taps = 2
    residual_channels: Width = 64
    gate_channels: Width = 64
    skip_channels: Width = 128
    head_channels: Width = 128
    condition_channels: Width = 64
    input: Literal["embedding", "scalar"] = "embedding"
    output: Literal["softmax", "logistics", "gaussian"] = "softmax"
    components: Annotated[int, Gt(0), Le(1024)] = 10
    contexts: Annotated[tuple[ContextConfig, ...], MaxLen(8)] = ()
    """Context stacks; their dilations one by one, as in ``config.ContextConfig``."""
    score: Literal["roll"] | None = None
    """Whether, as a piano roll, the notes of the corpus condition it locally: see ``music.condition``."""
    speech: Annotated[tuple[Width, ...], MaxLen(16)] = ()
    """Whether the speech features of the corpus condition it, through a frame net of these widths."""
    pre_emphasis: Annotated[float, Ge(0.0), Le(0.999)] = 0.0
    guided: bool = False
    """Whether the model is told when a feedback track is mixed in: see ``Recipe.guided``."""

    def dilations(self) -> tuple[int, ...]:
        """One dilation a layer."""
        result: list[int] = []
        for first, last in self.cycles:
            dilation = first
            while dilation <= last:
                result.append(dilation)
                dilation *= 2
        return tuple(result)

    def _local(self, sample_rate: int) -> LocalConfig | None:
        if self.speech:
            hop = hop_of(sample_rate)
            return LocalConfig(channels=CHANNELS, hop=hop, features="speech", encoder=self.speech)
        return score_config(sample_rate) if self.score else None

    def config(self, *, sample_rate: int, tags: tuple[str, ...], speakers: tuple[str, ...]) -> ModelConfig:
        """The whole model config for a corpus.

        Raises StudioError where the rate does not suit a score, and where the model would be absurdly large.
        """
        try:
            return ModelConfig(
                sample_rate=sample_rate,
                kernel_size=self.kernel_size,
                dilations=self.dilations(),
                residual_channels=self.residual_channels,
                gate_channels=self.gate_channels,
                skip_channels=self.skip_channels,
                head_channels=self.head_channels,
                condition_channels=self.condition_channels,
                input=self.input,
                output=self.output,
                components=self.components,
                contexts=self.contexts,
                local=self._local(sample_rate),
                pre_emphasis=self.pre_emphasis,
                tags=tags,
                speakers=speakers,
                guided=self.guided,
            )
        except ValidationError as error:
            raise StudioError(f"recipe: model: {explain(error)}") from None


@dataclass(frozen=True, config=STRICT)
class Stage:
    """Crop length and batch size up to some share of the run."""

    until: Share
    crop: Positive
    """Samples."""
    batch: Positive
    """Crops a step."""


@dataclass(frozen=True, config=STRICT)
class Recipe:
    """How to train one model."""

    name: str
    model: Shape
    stages: Annotated[tuple[Stage, ...], MinLen(1)]
    seed: int = 1
    learning_rate: Annotated[float, Gt(0.0)] = 4e-3
    """Of the matrices inside the network (Muon)."""
    outer_learning_rate: Annotated[float, Gt(0.0)] = 2e-3
    """Of embeddings, output layer and biases (Adam)."""
    warmup_steps: Annotated[int, Ge(0)] = 50
    decay_from: Share = 0.4
    """Share of the run after which the learning rate falls linearly to zero."""
    clip: Annotated[float, Gt(0.0)] = 1.0
    """Largest norm of the gradient."""
    ema: Share = 0.995
    """Decay of the weights' moving average."""
    cold_starts: Share = 0.25
    """Share of the crops that begin at a piece's beginning."""
    skipped: Annotated[float, Ge(0.0), Le(0.1)] = 0.05
    """Share of every other crop, at its beginning, that is left out of the loss."""
    noisy: Share = 0.5
    """Share of the crops whose fed-back input carries noise."""
    noise: Annotated[float, Ge(0.0)] = 1.0
    """Standard deviation of that noise in mu-law levels; see ``augment.model_inputs`` for 16-bit samples."""
    noise_up_to: Annotated[float, Ge(0.0)] = 0.0
    """Where above ``noise``: the deviation of each crop lies anywhere between the two, by its logarithm."""
    dropout: Share = 0.1
    """Share of the crops that are shown without tags and speaker."""
    fewer_tags: Share = 0.0
    """Share of the crops of whose tags and speaker each is left out by chance: few, or nearly all."""
    score_dropout: Share = 1 / 3
    """Share of the crops that are shown without their score, where the model takes one."""
    guided: Share = 0.0
    """Share of the crops whose fed-back input has the feedback track of their score mixed in."""
    astray: Share = 0.0
    """Share of the crops whose fed-back input is displaced, too loud or too soft for a while: see
    ``augment.drifted``."""
    predicted: Share = 0.0
    """Share of the other crops whose envelope is as the speech nets would have it: see
    ``speech_nets.predicted``."""
    predicted_wandering: Annotated[float, Ge(0.0), Le(12.0)] = 0.0
    """Semitones, a deviation, by which the melody of these envelopes wanders from the one that is told."""
    varispeed: Share = 0.0
    """Share of the crops that are cut from sentences played faster or slower: see ``varispeed``."""
    varispeed_semitones: Annotated[float, Gt(0.0), Le(12.0)] = 4.0
    """How far these are moved at most, up or down."""
    emphasis: dict[str, Annotated[float, Gt(0.0)]] = field(default_factory=dict)
    """How many times as often as their length says crops of a tag or speaker are drawn."""
    silence: Share = 1.0
    """Weight, in the loss, of 20 ms frames that are silent in the recording; all others weigh 1."""
    onsets: Annotated[float, Ge(1.0)] = 1.0
    """Weight, in the loss, of the 60 ms that follow the beginning of a note; all else weighs 1."""
    validate_minutes: Annotated[float, Gt(0.0)] = 8.0

    @model_validator(mode="after")
    def _stages_cover_the_run_and_guided_models_get_guided_crops(self) -> Self:
        ends = [stage.until for stage in self.stages]
        if ends != sorted(ends) or ends[-1] != 1.0:
            raise ValueError("stages must rise and the last one must last until 1.0")
        if self.model.guided and not self.guided:
            raise ValueError("a model that is told of a guide must hear one: give guided, the share of crops")
        if (self.predicted or self.varispeed) and not self.model.speech:
            raise ValueError("predicted and varispeed are for models that are told speech features")
        return self

    def stage(self, progress: float) -> Stage:
        """The stage at ``progress`` 0…1 of the run."""
        return next((s for s in self.stages if progress < s.until), self.stages[-1])


def read_recipe(path: Path) -> Recipe:
    """Parse a recipe. Raises StudioError that names the file and the field."""
    fields = read_toml(path, "the recipe")
    try:
        return TypeAdapter(Recipe).validate_python(fields)
    except ValidationError as error:
        raise StudioError(f"{path}: {explain(error)}") from None
