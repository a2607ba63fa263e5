from __future__ import annotations

import json
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
