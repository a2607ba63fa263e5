"""What a model is and how it is asked to play: frozen dataclasses, checked where they are made."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, Literal, Self

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from engine.errors import StudioError, shortened
from engine.wavenet.mulaw import LEVELS

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)

Positive = Annotated[int, Gt(0)]
# What no model comes near to and no file may ask for: whatever is in these ranges can be reckoned with.
SampleRate = Annotated[int, Gt(0), Le(384_000)]
Width = Annotated[int, Gt(0), Le(16_384)]
Taps = Annotated[int, Ge(2), Le(64)]
Dilations = Annotated[tuple[Annotated[int, Gt(0), Le(1 << 20)], ...], MinLen(1), MaxLen(1024)]
Span = Annotated[int, Gt(0), Le(1 << 20)]
"""Samples of a frame, or of a step of a context stack."""
Scale = Annotated[float, Ge(1e-6), Le(1e3)]
Names = Annotated[tuple[Annotated[str, MaxLen(255)], ...], MaxLen(65_536)]
STREAM_BYTES = 1 << 30
"""What one stream may keep of its past."""
Share = Annotated[float, Ge(0.0), Le(1.0)]
FRAME_TAPS = 5
"""Frames that each convolution of ``LocalConfig.encoder`` sees."""


@dataclass(frozen=True, config=STRICT)
class VoiceStatistics:
    """Where the features of one speaker lie: what turns another's into this one's (``speech.conversion``)."""

    mean: tuple[float, ...]
    """[channels]."""
    deviation: tuple[float, ...]
    """[channels]."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if len(self.mean) != len(self.deviation) or min(self.deviation, default=0.0) < 0.0:
            raise ValueError("mean and deviation must be equally long, no deviation below 0")
        return self


@dataclass(frozen=True, config=STRICT)
class LocalConfig:
    """Local conditioning (section 2.5): frames of features, brought to the sample rate."""

    channels: Width
    """Features a frame."""
    hop: Span
    """Samples a frame."""
    upsampling: Literal["repeat", "linear", "transposed", "stretched"] = "repeat"
    """``repeat`` a frame for its hop; ``linear`` between the middles of frames; ``transposed``: a learnt
    transposed convolution, one filter of two hops a channel; ``stretched``: a convolution over frames,
    then frames repeated and smoothed by a learnt filter, once for each of ``scales``."""
    scales: Annotated[tuple[Span, ...], MaxLen(16)] = ()
    """Of ``stretched``: the factors, whose product is the hop."""
    margin: Annotated[int, Ge(0), Le(1000)] = 0
    """Of ``stretched``: frames on either side that its first convolution sees."""
    bands: Width = 1
    """Of ``stretched``: neighbouring features that a smoothing filter mixes; odd."""
    features: Literal["frames", "roll", "speech"] = "frames"
    """What the features are: a score as a piano ``roll`` (``music.roll``), those of ``speech.features``, or
    ``frames`` for anything else."""
    encoder: Annotated[tuple[Width, ...], MaxLen(16)] = ()
    """Widths of a frame net: non-causal convolutions over FRAME_TAPS frames, a ReLU after each, through which
    the frames go before they are repeated."""
    voices: tuple[VoiceStatistics, ...] = ()
    """Of ``speech`` features: how each speaker's lie, in the model's order of speakers."""

    @property
    def encoded(self) -> int:
        """Features a frame where it enters the layers."""
        return self.encoder[-1] if self.encoder else self.channels

    @model_validator(mode="after")
    def _scales_fit(self) -> Self:
        stretched = self.upsampling == "stretched"
        if stretched and math.prod(self.scales) != self.hop:
            raise ValueError(f"scales must multiply to the hop, {self.hop}")
        if not stretched and (self.scales or self.margin or self.bands != 1):
            raise ValueError("scales, margin and bands belong to upsampling 'stretched'")
        if self.bands % 2 == 0:
            raise ValueError("bands must be odd")
        if self.encoder and self.upsampling != "repeat":
            raise ValueError("an encoder belongs to upsampling 'repeat'")
        if any(len(voice.mean) != self.channels for voice in self.voices):
            raise ValueError(f"each voice has a mean and a deviation for {self.channels} channels")
        return self


@dataclass(frozen=True, config=STRICT)
class ContextConfig:
    """A context stack (section 2.6): a smaller stack at a lower rate that conditions the main one.

    One step reads ``pooling`` samples by a strided convolution; its output conditions the samples of
    the next step's time.
    """

    pooling: Span
    """Samples a step."""
    dilations: Dilations
    """In steps."""
    channels: Width
    """Features given to the main stack."""
    kernel_size: Taps = 2
    residual_channels: Width = 32
    gate_channels: Width = 32

    @property
    def receptive_field(self) -> int:
        """Samples that bear on one step's output."""
        return ((self.kernel_size - 1) * sum(self.dilations) + 1) * self.pooling


@dataclass(frozen=True, config=STRICT)
class ModelConfig:
    """The shape of a WaveNet (van den Oord et al. 2016, section 2)."""

    sample_rate: SampleRate = 16_000
    """Hz."""
    kernel_size: Taps = 2
    dilations: Dilations = tuple(2**i for i in range(10)) * 3
    """One entry a layer, first layer first."""
    residual_channels: Width = 64
    gate_channels: Width = 64
    """Width of filter and of gate, each."""
    skip_channels: Width = 128
    head_channels: Width = 128
    """Between the two 1x1 convolutions of the head."""
    condition_channels: Width = 64
    """Width of the global condition vector; unused where nothing conditions globally."""
    residual_scale: Scale = 1.0
    """Factor on x + W_res h, after the sum."""
    skip_scale: Scale = 1.0
    """Factor on the sum of all skip outputs."""
    tags: Names = ()
    speakers: Names = ()
    vector_channels: Annotated[int, Ge(0), Le(16_384)] = 0
    """Width of an arbitrary global vector beside tags and speaker."""
    guided: bool = False
    """Whether a global condition tells the model that it hears a guide track (``music.guide``)."""
    input: Literal["embedding", "scalar"] = "embedding"
    """The previous sample as a learnt vector for each of 256 mu-law codes, or as one number in ±1."""
    output: Literal["softmax", "logistics", "gaussian"] = "softmax"
    """``softmax`` over 256 mu-law codes (section 2.2), a discretised mixture of ``logistics`` or a
    single ``gaussian`` over 16-bit samples (Salimans et al. 2017; van den Oord et al. 2017)."""
    components: Annotated[int, Gt(0), Le(1024)] = 10
    """Of the mixture of logistics."""
    pre_emphasis: Annotated[float, Ge(0.0), Le(0.999)] = 0.0
    """Coefficient c of the filter g (1 - c / z) that the samples go through before they become codes, undone
    after drawing: see ``emphasis``."""
    emphasis_gain: Annotated[float, Ge(0.0), Le(100.0)] = 0.0
    """Its factor g; 0 stands for (1 - c)^(-1/2), with which speech keeps about its level."""
    log_scale_min: Annotated[float, Ge(-100.0), Le(10.0)] = -16.0
    """Smallest log scale of logistics and Gaussian: smaller ones are raised to it."""
    local: LocalConfig | None = None
    contexts: Annotated[tuple[ContextConfig, ...], MaxLen(8)] = ()

    @model_validator(mode="after")
    def _distinct_names(self) -> Self:
        for field, names in (("tags", self.tags), ("speakers", self.speakers)):
            if len(set(names)) != len(names) or not all(names):
                raise ValueError(f"{field} must be distinct and not empty")
        if self.local is not None and len(self.local.voices) not in (0, len(self.speakers)):
            raise ValueError(f"{len(self.local.voices)} voices for {len(self.speakers)} speakers")
        return self

    @model_validator(mode="after")
    def _stream_fits_into_memory(self) -> Self:
        if self.stream_bytes > STREAM_BYTES:
            raise ValueError(
                f"dilations, kernel_size, residual_channels and pooling ask for {self.stream_bytes >> 20} "
                f"MiB a stream; at most {STREAM_BYTES >> 20} can be had"
            )
        return self

    @property
    def layers(self) -> int:
        """Number of dilated layers."""
        return len(self.dilations)

    @property
    def own_receptive_field(self) -> int:
        """Samples that bear on the next one without context stacks: (k - 1) · sum of dilations + 1."""
        return (self.kernel_size - 1) * sum(self.dilations) + 1

    @property
    def receptive_field(self) -> int:
        """Samples that can bear on the next one, context stacks included.

        A context's features may be up to ``pooling`` samples old where they are used.
        """
        own = self.own_receptive_field
        return max([own, *(own + c.pooling - 1 + c.receptive_field for c in self.contexts)])

    @property
    def stream_bytes(self) -> int:
        """What a stream keeps of its past: float32 inputs of every layer, as far as they are heard again."""
        stacks: tuple[ModelConfig | ContextConfig, ...] = (self, *self.contexts)
        rows = [(stack.kernel_size - 1) * sum(stack.dilations) * stack.residual_channels for stack in stacks]
        return 4 * (sum(rows) + sum(context.pooling for context in self.contexts))

    @property
    def global_channels(self) -> int:
        """Width of the global condition's input: tags, speakers, free vector, ``guided``, in this order."""
        return len(self.tags) + len(self.speakers) + self.vector_channels + self.guided

    @property
    def conditioned(self) -> bool:
        """Whether a global condition enters the layers."""
        return self.global_channels > 0

    @property
    def local_channels(self) -> int:
        """Features of the local condition of one sample: the frames', then every context stack's."""
        own = self.local.encoded if self.local else 0
        return own + sum(context.channels for context in self.contexts)

    @property
    def outputs(self) -> int:
        """Numbers that describe the distribution of a sample.

        256 logits; or a logit, a mean and a log scale for each component (all logits first, then all
        means); or mean and log scale.
        """
        return {"softmax": LEVELS, "logistics": 3 * self.components, "gaussian": 2}[self.output]

    @property
    def size(self) -> str:
        """``lite``, ``standard`` or ``large`` where widths and depth are those; else ``custom``."""
        shape = (self.residual_channels, self.skip_channels, self.layers)
        return SIZES.get(shape, "custom")


SIZES = {(32, 64, 30): "lite", (64, 128, 30): "standard", (64, 256, 40): "large"}
"""(residual channels, skip channels, layers) of the sizes that have a name."""


@dataclass(frozen=True, config=STRICT)
class GenerationParams:
    """Everything that can change while a stream plays. Raises ValidationError on absurd values."""

    temperature: Annotated[float, Ge(0.0), Le(4.0)] = 1.0
    """Divides the logits; 0 takes the most probable value."""
    top_k: Annotated[int, Ge(0), Le(256)] = 0
    """Keep the k most probable values; 0 keeps all."""
    top_p: Annotated[float, Gt(0.0), Le(1.0)] = 1.0
    """Keep the smallest set of values whose probability reaches p (nucleus); 1 keeps all."""
    speaker: str | None = None
    tags: tuple[tuple[str, Annotated[float, Ge(0.0), Le(2.0)]], ...] = ()
    """(tag, weight) pairs; a tag that is not named weighs 0."""
    vector: tuple[float, ...] = ()
    """The free global vector of models that have one; empty stands for zeros."""
    muted: tuple[Annotated[int, Ge(0), Lt(1024)], ...] = ()
    """Layers, from 0 on and in order, whose gates are shut: they give nothing to skip sum and residual."""
    unskipped: tuple[Annotated[int, Ge(0), Lt(1024)], ...] = ()
    """Layers, as in ``muted``, that give nothing to the skip sum alone: later layers still see theirs."""

    def unmuted(self) -> GenerationParams:
        """The same with all layers at work."""
        return replace(self, muted=(), unskipped=()) if self.muted or self.unskipped else self


def parse_params(fields: dict[str, object]) -> GenerationParams:
    """Generation parameters from untyped values; StudioError names the field that is wrong."""
    try:
        return TypeAdapter(GenerationParams).validate_python(fields)
    except ValidationError as error:
        raise StudioError(explain(error)) from None


def explain(error: ValidationError) -> str:
    """The first fault of a validation error in one line: field, what is wrong, the value; each is cut."""
    fault = error.errors(include_url=False)[0]
    place = ".".join(shortened(str(part)) for part in fault["loc"]) or "value"
    message = fault["msg"].removeprefix("Value error, ")
    value = fault.get("input")
    shown = f" (got {_shown(value)})" if isinstance(value, (str, int, float, bool, type(None))) else ""
    return f"{shortened(place, 80)}: {message[0].lower()}{shortened(message[1:], 120)}{shown}"


def _shown(value: str | int | float | bool | None) -> str:
    if isinstance(value, int) and abs(value) >= 10**20:  # those of thousands of digits have no text at all
        return "a number of more than 20 digits"
    return shortened(repr(value))
