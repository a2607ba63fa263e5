"""What a model is and how it is asked to play: frozen dataclasses, checked where they are made."""

from __future__ import annotations

from typing import Annotated, Self

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from engine.errors import StudioError

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)

Positive = Annotated[int, Gt(0)]
Share = Annotated[float, Ge(0.0), Le(1.0)]


@dataclass(frozen=True, config=STRICT)
class ModelConfig:
    """The shape of a WaveNet (van den Oord et al. 2016, sections 2.1-2.5)."""

    sample_rate: Positive = 16_000
    """Hz."""
    kernel_size: Annotated[int, Ge(2)] = 2
    dilations: Annotated[tuple[Positive, ...], MinLen(1)] = tuple(2**i for i in range(10)) * 3
    """One entry a layer, first layer first."""
    residual_channels: Positive = 64
    gate_channels: Positive = 64
    """Width of filter and of gate, each."""
    skip_channels: Positive = 128
    head_channels: Positive = 128
    """Between the two 1x1 convolutions of the head."""
    condition_channels: Positive = 64
    """Width of the global condition vector; unused where there are neither tags nor speakers."""
    residual_scale: Annotated[float, Gt(0.0)] = 1.0
    """Factor on x + W_res h, after the sum."""
    skip_scale: Annotated[float, Gt(0.0)] = 1.0
    """Factor on the sum of all skip outputs."""
    tags: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _distinct_names(self) -> Self:
        for field, names in (("tags", self.tags), ("speakers", self.speakers)):
            if len(set(names)) != len(names) or not all(names):
                raise ValueError(f"{field} must be distinct and not empty")
        return self

    @property
    def layers(self) -> int:
        """Number of dilated layers."""
        return len(self.dilations)

    @property
    def receptive_field(self) -> int:
        """Samples that can bear on the next one: (k - 1) · sum of dilations + 1."""
        return (self.kernel_size - 1) * sum(self.dilations) + 1

    @property
    def conditioned(self) -> bool:
        """Whether a global condition (tags or speakers) enters the layers."""
        return bool(self.tags or self.speakers)

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


def parse_params(fields: dict[str, object]) -> GenerationParams:
    """Generation parameters from untyped values; StudioError names the field that is wrong."""
    try:
        return TypeAdapter(GenerationParams).validate_python(fields)
    except ValidationError as error:
        raise StudioError(explain(error)) from None


def explain(error: ValidationError) -> str:
    """The first fault of a validation error in one line: field, what is wrong, the value."""
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"]) or "value"
    message = fault["msg"].removeprefix("Value error, ")
    value = fault.get("input")
    shown = f" (got {value!r})" if isinstance(value, (str, int, float, bool, type(None))) else ""
    return f"{place}: {message[0].lower()}{message[1:]}{shown}"
