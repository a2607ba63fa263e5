from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.errors import StudioError
from engine.wavenet.config import ContextConfig, GenerationParams, LocalConfig, ModelConfig, parse_params

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
    [
        {"dilations": ()},
        {"dilations": (0,)},
        {"kernel_size": 1},
        {"tags": ("a", "a")},
        {"speakers": ("",)},
        {"vector_channels": -1},
        {"components": 0},
        {"input": "one-hot"},
        {"output": "poisson"},
        {"local": {"channels": 3, "hop": 6, "upsampling": "stretched", "scales": (2, 2)}},
        {"local": {"channels": 3, "hop": 6, "upsampling": "linear", "scales": (6,)}},
        {"local": {"channels": 3, "hop": 6, "upsampling": "stretched", "scales": (6,), "bands": 2}},
        {"local": {"channels": 0, "hop": 6}},
        {"contexts": ({"pooling": 0, "dilations": (1,), "channels": 2},)},
        {"contexts": ({"pooling": 4, "dilations": (), "channels": 2},)},
    ],
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


@pytest.mark.parametrize(("output", "numbers"), [("softmax", 256), ("logistics", 30), ("gaussian", 2)])
def test_the_head_gives_what_describes_the_distribution(output: str, numbers: int) -> None:
    assert ModelConfig(output=output).outputs == numbers  # type: ignore[arg-type]


def test_the_global_condition_is_as_wide_as_all_that_can_be_chosen() -> None:
    assert ModelConfig(tags=("a", "b"), speakers=("s",), vector_channels=4).global_channels == 7
    assert ModelConfig(vector_channels=1).conditioned
    assert not ModelConfig().conditioned


def test_the_local_condition_is_the_frames_and_the_context_stacks_side_by_side() -> None:
    contexts = tuple(ContextConfig(pooling=8, dilations=(1,), channels=n) for n in (3, 4))
    assert ModelConfig(local=LocalConfig(channels=10, hop=80), contexts=contexts).local_channels == 17
    assert ModelConfig().local_channels == 0


def test_a_context_stack_lengthens_the_receptive_field() -> None:
    # 64 samples a step, (2 - 1) · (1 + 2 + 4) + 1 = 8 steps; up to 63 samples old where it is used.
    context = ContextConfig(pooling=64, dilations=(1, 2, 4), channels=2)
    assert context.receptive_field == 8 * 64
    assert ModelConfig(dilations=(1, 2), contexts=(context,)).receptive_field == 4 + 63 + 512
    assert ModelConfig(dilations=(1, 2), contexts=(context,)).own_receptive_field == 4


def test_a_value_of_any_length_is_cut() -> None:
    with pytest.raises(StudioError) as refusal:
        parse_params({"temperature": "x" * 10_000})
    assert len(str(refusal.value)) < 200
    with pytest.raises(StudioError, match=r"t…t+: unexpected keyword") as refusal:
        parse_params({"t" * 10_000: 1.0})
    assert len(str(refusal.value)) < 200
    with pytest.raises(StudioError, match=r"top_k: .* \(got a number of more than 20 digits\)"):
        parse_params({"top_k": 10**5000})


def test_a_stream_keeps_its_rings_and_its_contexts() -> None:
    # 4 bytes · (2 - 1) · (1 + 2 + 4) steps · 8 channels; the context's are 3 · (2 + 3) · 16, and 10 pooled.
    context = ContextConfig(pooling=10, dilations=(2, 3), channels=2, kernel_size=4, residual_channels=16)
    config = ModelConfig(dilations=(1, 2, 4), residual_channels=8)
    assert config.stream_bytes == 4 * 7 * 8
    config = ModelConfig(dilations=(1, 2, 4), residual_channels=8, contexts=(context,))
    assert config.stream_bytes == 4 * (7 * 8 + 3 * 5 * 16 + 10)
