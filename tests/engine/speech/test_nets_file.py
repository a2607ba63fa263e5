"""The file of the speech nets."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.errors import StudioError
from engine.speech.nets_file import read_nets, write_nets
from tests.speech_nets import header, random_weights


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path, weights = tmp_path / "nets.safetensors", random_weights()
    write_nets(path, header(licence="MIT", card={"a": 1}), weights)
    found = read_nets(path)
    assert found.header.voices == header().voices
    assert (found.header.licence, found.header.card) == ("MIT", {"a": 1})
    assert found.weights.keys() == weights.keys()
    for name, value in found.weights.items():
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, weights[name])


def test_a_file_that_says_nothing_of_accents_is_read_and_american(tmp_path: Path) -> None:
    path = tmp_path / "nets.safetensors"
    write_nets(path, header(), random_weights())
    metadata = {key: re.sub(',"accent":"[a-z]*"', "", text) for key, text in _metadata(path).items()}
    assert metadata != _metadata(path)
    save_file(load_file(path), path, metadata=metadata)
    assert [voice.accent for voice in read_nets(path).header.voices] == ["american", "american"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: w.pop("prosody.duration.bias"), r"prosody\.duration\.bias is missing"),
        (lambda w: w.update(extra=np.zeros(1)), "extra is unknown"),
        (lambda w: w.update({"prosody.duration.bias": np.zeros(2)}), r"\[2\], not \[1\]"),
        (lambda w: w.update({"prosody.duration.bias": np.array([np.nan])}), "NaN"),
        (lambda w: w.update({"prosody.duration.bias": np.array([1e9])}), "infinity"),
    ],
)
def test_weights_that_do_not_fit_are_not_written(tmp_path: Path, change: object, said: str) -> None:
    weights = random_weights()
    change(weights)  # type: ignore[operator]
    with pytest.raises(StudioError, match=said):
        write_nets(tmp_path / "nets.safetensors", header(), weights)


def test_what_is_no_file_of_nets_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nets.safetensors"
    with pytest.raises(StudioError, match="no such file"):
        read_nets(path)
    path.write_bytes(b"no tensors")
    with pytest.raises(StudioError, match="not a readable"):
        read_nets(path)
    save_file({"a": np.zeros(1)}, path)
    with pytest.raises(StudioError, match="no speech nets"):
        read_nets(path)


def test_a_file_that_was_edited_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nets.safetensors"
    write_nets(path, header(), random_weights())
    metadata = _metadata(path)
    weights = load_file(path)
    weights["prosody.duration.bias"] = weights["prosody.duration.bias"] + np.float16(1.0)
    save_file(weights, path, metadata=metadata)
    with pytest.raises(StudioError, match="does not match its hash"):
        read_nets(path)
    for old, new, said in (
        ('"format":1', '"format":9', "format 9"),
        ('"symbols":["^"', '"symbols":["_"', "another version"),
        ('"name":"anna"', '"name":""', "bad header: voices"),
        ('"format":1', '"format":', "not valid JSON"),
    ):
        changed = {key: value.replace(old, new, 1) for key, value in metadata.items()}
        assert changed != metadata
        save_file(weights, path, metadata=changed)
        with pytest.raises(StudioError, match=said):
            read_nets(path)


def _metadata(path: Path) -> dict[str, str]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return dict(file.metadata())
