from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from engine.errors import StudioError
from engine.wavenet.config import ContextConfig, LocalConfig, ModelConfig
from engine.wavenet.model_file import KEY, load_model, read_header, save_model, weight_shapes
from tests.models import save_random_model, save_tiny_model


def parts(path: Path) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    with safe_open(path, framework="numpy") as file:
        weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        return weights, json.loads(file.metadata()[KEY])


def refusal(path: Path) -> str:
    with pytest.raises(StudioError) as error:
        load_model(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_model_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "m.safetensors", kernel_size=3)
    again = load_model(tmp_path / "m.safetensors")
    assert again.header == model.header
    assert again.config.kernel_size == 3
    assert all(np.array_equal(again.weights[key], value) for key, value in model.weights.items())
    assert again.weights["output.bias"].dtype == np.float32


def test_weights_are_stored_as_float16(tmp_path: Path) -> None:
    save_tiny_model(tmp_path / "m.safetensors")
    assert {value.dtype for value in parts(tmp_path / "m.safetensors")[0].values()} == {np.dtype(np.float16)}


def test_the_header_is_readable_without_the_weights(tmp_path: Path) -> None:
    save_tiny_model(tmp_path / "m.safetensors", name="drone")
    assert read_header(tmp_path / "m.safetensors").name == "drone"


def test_the_hash_changes_with_a_weight(tmp_path: Path) -> None:
    one = save_tiny_model(tmp_path / "a.safetensors", seed=1)
    two = save_tiny_model(tmp_path / "b.safetensors", seed=2)
    assert one.header.hash != two.header.hash


def test_a_changed_weight_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    weights, header = parts(path)
    weights["output.bias"][3] += 1
    save_file(weights, path, metadata={KEY: json.dumps(header)})
    assert "does not match its hash" in refusal(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "no such model" in refusal(tmp_path / "none.safetensors")


def test_a_file_of_garbage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(b"not a model at all")
    assert "not a readable .safetensors" in refusal(path)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    path.write_bytes(path.read_bytes()[:-100])
    assert "not a readable .safetensors" in refusal(path)


def test_somebody_elses_safetensors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_file({"x": np.zeros(3, np.float32)}, path)
    assert "not one of WaveNet Studio's" in refusal(path)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    weights, header = parts(path)
    save_file(weights, path, metadata={KEY: json.dumps({**header, "format": 99})})
    assert "model format 99" in refusal(path)


def test_a_bad_config_is_refused_by_field(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    weights, header = parts(path)
    header["config"]["kernel_size"] = 0  # type: ignore[index]
    save_file(weights, path, metadata={KEY: json.dumps(header)})
    assert "config.kernel_size" in refusal(path)


def test_a_missing_weight_is_named(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    weights, header = parts(path)
    del weights["head.bias"]
    save_file(weights, path, metadata={KEY: json.dumps(header)})
    assert "head.bias is missing" in refusal(path)


def test_a_weight_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    weights, header = parts(path)
    weights["head.bias"][0] = np.nan
    save_file(weights, path, metadata={KEY: json.dumps(header)})
    assert "head.bias holds NaN" in refusal(path)


def test_a_weight_beyond_float16_is_not_saved_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    model = save_tiny_model(path)
    huge = {**model.weights, "head.bias": np.full(16, 1e6, np.float32)}
    with pytest.raises(StudioError, match=r"head\.bias"):
        save_model(path, name="x", config=model.config, weights=huge)
    assert load_model(path).header == model.header


def test_a_model_without_conditions_has_no_condition_weights() -> None:
    assert not [key for key in weight_shapes(ModelConfig()) if "condition" in key]


EVERYTHING = ModelConfig(
    dilations=(1, 2),
    residual_channels=4,
    gate_channels=5,
    skip_channels=6,
    head_channels=7,
    condition_channels=3,
    tags=("a",),
    vector_channels=2,
    input="scalar",
    output="logistics",
    components=2,
    local=LocalConfig(channels=4, hop=6, upsampling="stretched", scales=(2, 3), margin=1, bands=3),
    contexts=(ContextConfig(pooling=8, dilations=(1, 2), channels=3, residual_channels=2, gate_channels=4),),
)


def test_a_model_with_every_option_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    model = save_random_model(tmp_path / "m.safetensors", EVERYTHING)
    again = load_model(tmp_path / "m.safetensors")
    assert again.config == EVERYTHING
    assert again.header.weights == sum(value.size for value in model.weights.values())
    assert all(np.array_equal(again.weights[key], value) for key, value in model.weights.items())


def test_the_weights_of_a_model_with_every_option_have_the_shapes_of_its_config() -> None:
    assert weight_shapes(EVERYTHING) == {
        "input.weight": (4, 1),
        "input.bias": (4,),
        "condition.weight": (3, 3),  # one tag and two free numbers
        "skip_condition.weight": (6, 3),
        "upsample.frames.weight": (4, 4, 3),
        "upsample.0.weight": (3, 5),
        "upsample.1.weight": (3, 7),
        "contexts.0.input.weight": (2, 8),
        "contexts.0.input.bias": (2,),
        **{
            f"contexts.0.layers.{i}.{key}": shape
            for i in (0, 1)
            for key, shape in {
                "dilated.weight": (8, 4),
                "dilated.bias": (8,),
                "residual.weight": (2, 4),
                "residual.bias": (2,),
            }.items()
        },
        "contexts.0.skip.weight": (3, 8),
        "contexts.0.skip.bias": (3,),
        **{
            f"layers.{i}.{key}": shape
            for i in (0, 1)
            for key, shape in {
                "dilated.weight": (10, 8),
                "dilated.bias": (10,),
                "condition.weight": (10, 3),
                "local.weight": (10, 7),  # four features and three from the context stack
                "residual.weight": (4, 5),
                "residual.bias": (4,),
            }.items()
        },
        "skip.weight": (6, 10),
        "skip.bias": (6,),
        "head.weight": (7, 6),
        "head.bias": (7,),
        "output.weight": (6, 7),  # a logit, a mean and a log scale for each of two logistics
        "output.bias": (6,),
    }


def test_options_of_later_versions_leave_the_hash_of_plain_models_alone(tmp_path: Path) -> None:
    # Written by the first version, whose configs had no such fields.
    path = tmp_path / "m.safetensors"
    before = save_tiny_model(path)
    weights, header = parts(path)
    config = header["config"]
    assert isinstance(config, dict)
    for later in ("vector_channels", "input", "output", "components", "log_scale_min", "local", "contexts"):
        del config[later]
    save_file(weights, path, metadata={KEY: json.dumps(header)})
    assert load_model(path).header == before.header


def with_config(path: Path, **fields: object) -> Path:
    """The tiny model's file, whose header says ``fields`` of its config instead; its weights stay."""
    save_tiny_model(path)
    weights, header = parts(path)
    config = header["config"]
    assert isinstance(config, dict)
    config.update(fields)
    save_file(weights, path, metadata={KEY: json.dumps(header)})
    return path


ABSURD = [
    ("sample_rate", 10**12),
    ("sample_rate", 0),
    ("kernel_size", 10**6),
    ("dilations", [1, 2**40]),
    ("dilations", [1] * 5000),
    ("residual_channels", 10**9),
    ("gate_channels", 10**9),
    ("skip_channels", 10**9),
    ("head_channels", 10**9),
    ("condition_channels", 10**9),
    ("residual_scale", 1e300),
    ("residual_scale", float("nan")),
    ("residual_scale", float("inf")),
    ("residual_scale", 0.0),
    ("skip_scale", -1.0),
    ("skip_scale", 1e-300),
    ("tags", [str(number) for number in range(70_000)]),
    ("tags", ["x" * 10_000]),
    ("speakers", [str(number) for number in range(70_000)]),
    ("vector_channels", 10**12),
    ("components", 10**9),
    ("log_scale_min", -1e300),
    ("pre_emphasis", 1.0),
    ("local", {"channels": 10**9, "hop": 80}),
    ("local", {"channels": 3, "hop": 2**40}),
    ("contexts", [{"pooling": 2**40, "dilations": [1], "channels": 3}]),
    ("contexts", [{"pooling": 8, "dilations": [2**40], "channels": 3}]),
    ("contexts", [{"pooling": 8, "dilations": [1], "channels": 3}] * 100),
]


@pytest.mark.parametrize(("field", "value"), ABSURD)
def test_an_absurd_figure_in_a_header_is_refused_by_its_name(
    tmp_path: Path, field: str, value: object
) -> None:
    path = with_config(tmp_path / "m.safetensors", **{field: value})
    with pytest.raises(StudioError, match=rf"bad model header: config\.{field}") as caught:
        read_header(path)
    assert len(str(caught.value)) <= 300


def test_a_header_that_asks_for_gigabytes_a_stream_is_refused(tmp_path: Path) -> None:
    # 1024 layers of 2^20 steps, 16 channels of 4 bytes each: 64 GiB.
    path = with_config(tmp_path / "m.safetensors", dilations=[2**20] * 1024)
    told = refusal(path)
    assert "bad model header: config: dilations, kernel_size, residual_channels and pooling ask for" in told
    assert "65536 MiB a stream; at most 1024" in told


def test_a_header_that_asks_for_more_weights_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    path = with_config(tmp_path / "m.safetensors", head_channels=16_384, skip_channels=16_384)
    with pytest.raises(
        StudioError, match=r"bad model header: its config has [0-9,]+ weights, and the file"
    ) as caught:
        read_header(path)
    # The head alone: 16,384 squared.
    assert int(str(caught.value).split("has ")[1].split(" weights")[0].replace(",", "")) > 16_384**2


def test_a_header_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    save_file(parts(path)[0], path, metadata={KEY: "[" * 100_000})
    assert "the model header is not valid JSON" in refusal(path)


def test_weights_of_another_type_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    weights, header = parts(path)
    weights["output.bias"] = weights["output.bias"].astype(np.int64)
    save_file(weights, path, metadata={KEY: json.dumps(header)})
    assert "weight output.bias is I64, not F16 or F32" in refusal(path)


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        assert "is not a readable .safetensors file" in refusal(path)
    for name in ("a\0b", "a" * 300):
        with pytest.raises(StudioError, match=r"is not a readable .safetensors file"):
            load_model(tmp_path / name)
