from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StudioError
from engine.importing.r9y9_hparams import Hparams, model_config, read_hparams

DEEP = 100_000


def refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "hparams.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudioError) as fault:
        model_config(read_hparams(path), conv_in=True)
    message = str(fault.value)
    assert "hparams" in message
    assert "\n" not in message
    assert len(message) - len(str(tmp_path)) <= 250
    return message


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP,
        "[" * DEEP + "]" * DEEP,
        '{"layers": ' + '{"a": ' * DEEP + "1" + "}" * (DEEP + 1),
        '{"comment": ' + "[" * DEEP + "]" * DEEP + "}",
        '{"upsample_params": ' + '{"mode": ' * DEEP + "1" + "}" * (DEEP + 1),
    ],
    ids=["open", "lists", "a field", "a comment", "objects"],
)
def test_deep_nesting_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    assert "nested too deeply" in refusal(tmp_path, text)


@pytest.mark.parametrize("depth", [150, 250, 500, 900, 1500, 3000])
@pytest.mark.parametrize("field", ["layers", "upsample_params", "preprocess"])
def test_nesting_of_any_depth_ends_in_one_line(tmp_path: Path, depth: int, field: str) -> None:
    refusal(tmp_path, f'{{"{field}": ' + '{"mode": ' * depth + "1" + "}" * (depth + 1))


def test_what_a_preset_says_besides_is_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "hparams.json"
    path.write_text('{"layers": 6, "stacks": 2, "comment": ' + "[" * 60 + "]" * 60 + "}")
    assert read_hparams(path) == Hparams(layers=6, stacks=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 10_000},
        {"layers": "x" * 10_000},
        {"input_type": "\ud800" * 100},
        {"preprocess": "\ud800"},
        {"upsample_params": {"mode": "x" * 10_000}},
        {"upsample_params": {"upsample_activation": "x" * 10_000}},
        {"stacks": 10**4000},
        {"log_scale_min": float("nan")},
        {"global_gain_scale": float("inf")},
    ],
)
def test_a_long_or_odd_value_is_not_repeated_whole(tmp_path: Path, fields: dict[str, Any]) -> None:
    refusal(tmp_path, json.dumps(fields))


@pytest.mark.parametrize("text", ['{"layers": ' + "9" * 10_000 + "}", "\ufeff{}", "", "\x00", '{"a" 1}'])
def test_what_is_no_json_is_told(tmp_path: Path, text: str) -> None:
    assert "the hparams are not JSON" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("layers", 10**12),
        ("sample_rate", 10**12),
        ("residual_channels", 10**9),
        ("gate_channels", 10**9),
        ("skip_out_channels", 10**9),
        ("cin_channels", 10**9),
        ("gin_channels", 10**9),
        ("cin_pad", 10**9),
        ("kernel_size", 10**9),
        ("hop_size", 10**9),
        ("out_channels", 10**9),
        ("log_scale_min", -1e300),
        ("frame_shift_ms", 1e300),
    ],
)
def test_an_absurd_figure_is_told_with_its_field(tmp_path: Path, field: str, value: float) -> None:
    assert f"{field}: input should be " in refusal(tmp_path, json.dumps({field: value}))


def test_absurdly_long_dilations_are_told(tmp_path: Path) -> None:
    assert "stacks: at most 24" in refusal(tmp_path, json.dumps({"layers": 1000, "stacks": 1}))
