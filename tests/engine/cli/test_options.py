from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.cli.options import read_vector
from engine.errors import StudioError
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, random_model


@pytest.fixture(scope="module")
def model() -> ModelFile:
    return random_model(ModelConfig(**{**TINY, "vector_channels": 3}))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0.5,-2,1e-3", " 0.5 , -2, 0.001"])
def test_a_vector_is_numbers_with_commas_between(model: ModelFile, text: str) -> None:
    assert read_vector(text, model) == (0.5, -2.0, 0.001)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1)])
def test_a_vector_is_one_row_or_column_of_a_file(
    model: ModelFile, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    np.save(tmp_path / "v.npy", np.array([1, -2, 3], np.int16).reshape(shape))
    assert read_vector(str(tmp_path / "v.npy"), model) == (1.0, -2.0, 3.0)


def test_without_the_option_there_is_no_vector(model: ModelFile) -> None:
    assert read_vector(None, model) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2", "--vector 1,2: 2 numbers; model 'random' takes 3"),
        ("1,2,x", "--vector: 'x' is not a number; write 0.1,0.2,"),
        ("1,,2", "--vector: '' is not a number"),
        ("1,nan,2", "--vector 1,nan,2: number 2 is NaN or infinite"),
        ("1,2,1e999", "--vector 1,2,1e999: number 3 is NaN or infinite"),
        ("none.npy", "none.npy: cannot read the vector: No such file"),
        ("text.npy", "text.npy: not an .npy file of numbers: "),
        ("objects.npy", "objects.npy: not an .npy file of numbers: "),
        ("square.npy", "square.npy: float64 of shape [3, 3]; a vector is one row of real numbers"),
        ("complex.npy", "complex.npy: not an .npy file of numbers: holds <c16, not real numbers"),
        ("single.npy", "single.npy: float64 of shape []; a vector is one row of real numbers"),
        ("several.npy", "several.npy: not an .npy file of numbers: an archive of several arrays"),
    ],
)
def test_what_is_no_vector_of_the_model_is_told_in_one_line(
    model: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.npy").write_text("no array")
    np.save("objects.npy", np.array([{}]), allow_pickle=True)
    np.save("square.npy", np.zeros((3, 3)))
    np.save("complex.npy", np.zeros(3, complex))
    np.save("single.npy", np.array(3.0))
    with Path("several.npy").open("wb") as file:
        np.savez(file, a=np.zeros(3))
    with pytest.raises(StudioError) as refusal:
        read_vector(text, model)
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)


def test_a_model_without_a_vector_refuses_one() -> None:
    plain = random_model(ModelConfig(**TINY))  # type: ignore[arg-type]
    with pytest.raises(StudioError, match="--vector: model 'random' takes none; leave it out"):
        read_vector("1,2,3", plain)
