from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.config import GenerationParams, ModelConfig, parse_params
from engine.errors import StudioError

CYCLE = tuple(2**i for i in range(10))


def test_receptive_field_of_one_stack_with_kernel_three() -> None:
    assert ModelConfig(kernel_size=3, dilations=CYCLE).receptive_field == 2047


def test_receptive_field_of_four_stacks_with_kernel_three() -> None:
    assert ModelConfig(kernel_size=3, dilations=CYCLE * 4).receptive_field == 8185


def test_receptive_fields_of_the_shipped_shapes() -> None:
    def cycle(last: int) -> tuple[int, ...]:
        return tuple(2**i for i in range(last.bit_length()))

    assert ModelConfig(dilations=cycle(2048) * 2 + cycle(32)).receptive_field == 8_254
    assert ModelConfig(dilations=cycle(8192) * 2 + cycle(2)).receptive_field == 32_770


def test_sizes_have_names() -> None:
    assert ModelConfig().size == "standard"
    assert ModelConfig(residual_channels=32, skip_channels=64).size == "lite"
    assert ModelConfig(skip_channels=256, dilations=CYCLE * 4).size == "large"
    assert ModelConfig(skip_channels=99).size == "custom"


@pytest.mark.parametrize(
    "fields",
    [{"dilations": ()}, {"dilations": (0,)}, {"kernel_size": 1}, {"tags": ("a", "a")}, {"speakers": ("",)}],
)
def test_impossible_shapes_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ModelConfig(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [("temperature", -0.1), ("temperature", 9.0), ("top_k", 257), ("top_p", 0.0), ("top_p", 1.1)],
)
def test_absurd_parameters_are_refused_in_one_line_that_names_the_field(field: str, value: float) -> None:
    with pytest.raises(StudioError) as refusal:
        parse_params({field: value})
    assert field in str(refusal.value)
    assert str(value) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_not_a_number_is_refused() -> None:
    with pytest.raises(StudioError, match="temperature"):
        parse_params({"temperature": float("nan")})


def test_a_misspelt_parameter_is_refused() -> None:
    with pytest.raises(StudioError, match="temprature"):
        parse_params({"temprature": 1.0})


def test_parameters_can_be_parsed_whole() -> None:
    params = parse_params({"temperature": 0.5, "speaker": "slt", "tags": [["piano", 1.0]]})
    assert params == GenerationParams(temperature=0.5, speaker="slt", tags=(("piano", 1.0),))
