from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.training.settings import read_recipe
from tests.engine.training.corpus import RECIPE, toy_recipe

SHIPPED = Path(__file__).parents[3] / "engine" / "training" / "recipes"


@pytest.mark.parametrize(("name", "field"), [("music", 32_770), ("speech", 8_254)])
def test_the_shipped_recipes_have_the_receptive_fields_of_the_design(name: str, field: int) -> None:
    shape = read_recipe(SHIPPED / f"{name}.toml").model
    config = shape.config(sample_rate=16_000, tags=("a",), speakers=())
    assert config.receptive_field == field
    assert config.size == "standard"


def test_a_cycle_doubles_from_its_first_dilation_to_its_last(tmp_path: Path) -> None:
    assert read_recipe(toy_recipe(tmp_path)).model.dilations() == (1, 2, 4, 8)


def test_the_stage_follows_the_progress(tmp_path: Path) -> None:
    recipe = read_recipe(toy_recipe(tmp_path))
    assert [recipe.stage(p).crop for p in (0.0, 0.49, 0.5, 1.0)] == [256, 256, 512, 512]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("until = 1.0", "until = 0.9", "last one must last until 1.0"),
        ("crop = 512", "crop = 0", "crop"),
        ("batch = 1", "batch = 1\nbatches = 2", "batches"),
        ('name = "toy"', "", "name"),
        ("[model]", "[model", "not valid TOML"),
    ],
)
def test_a_faulty_recipe_is_named_with_its_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(RECIPE.replace(old, new))
    with pytest.raises(StudioError, match=r"bad\.toml") as refusal:
        read_recipe(path)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"none\.toml"):
        read_recipe(tmp_path / "none.toml")
