from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.music.condition import learnt_scores, plays_scores
from engine.training.settings import read_recipe
from engine.wavenet.config import ContextConfig, LocalConfig
from tests.engine.training.corpus import RECIPE, toy_recipe

SHIPPED = Path(__file__).parents[3] / "engine" / "training" / "recipes"


FIELDS = [
    ("music", 32_770),
    ("music-further", 32_770),
    ("speech-further", 8_254),
    ("music-gpu", 32_770),
    ("speech", 8_254),
    ("speech-gpu", 8_254),
]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_the_shipped_recipes_have_the_receptive_fields_of_the_design(name: str, field: int) -> None:
    shape = read_recipe(SHIPPED / f"{name}.toml").model
    config = shape.config(sample_rate=16_000, tags=("a",), speakers=())
    assert config.receptive_field == field
    assert config.size == "standard"


def test_a_cycle_doubles_from_its_first_dilation_to_its_last(tmp_path: Path) -> None:
    assert read_recipe(toy_recipe(tmp_path)).model.dilations() == (1, 2, 4, 8)


def test_a_recipe_can_ask_for_any_input_output_and_context_stacks(tmp_path: Path) -> None:
    path = tmp_path / "general.toml"
    context = "[[model.contexts]]\npooling = 40\ndilations = [1, 2]\nchannels = 8\n"
    fields = '[model]\ninput = "scalar"\noutput = "logistics"\ncomponents = 4\n'
    path.write_text(RECIPE.replace("[model]\n", fields).replace("[[stages]]", context + "[[stages]]", 1))
    config = read_recipe(path).model.config(sample_rate=16_000, tags=(), speakers=())
    assert (config.input, config.output, config.outputs) == ("scalar", "logistics", 12)
    assert config.contexts == (ContextConfig(pooling=40, dilations=(1, 2), channels=8),)


def test_the_score_recipe_learns_scores_as_a_piano_roll_and_the_music_recipe_learns_none() -> None:
    configs = {
        name: read_recipe(SHIPPED / f"{name}.toml").model.config(sample_rate=16_000, tags=("a",), speakers=())
        for name in ("score", "music")
    }
    assert configs["score"].local == LocalConfig(channels=185, hop=160, features="roll")
    assert learnt_scores(configs["score"])
    assert configs["music"].local is None
    assert plays_scores(configs["music"])


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
        ("[model]", '[model]\noutput = "sigmoid"', "model.output"),
        ("[model]", '[model]\nscore = "tones"', "model.score"),
        (
            "[[stages]]",
            "[[model.contexts]]\npooling = 0\ndilations = [1]\n[[stages]]",
            "model.contexts.0.pooling",
        ),
        ("[model]", "[model", "not a TOML file"),
        ("[model]", "[model]\ndeep = " + "[" * 9000, "nested more than 64 deep"),
        ("[model]", "[model]\nkernel_size = 1000000", "model.kernel_size"),
        ('name = "toy"', f'name = "toy"\nseed = "{"x" * 10_000}"', "seed"),
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


def test_a_recipe_of_an_absurdly_large_model_is_refused_before_it_is_made(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text(RECIPE.replace("[model]", "[model]\nkernel_size = 64"))
    shape = dataclasses.replace(read_recipe(path).model, cycles=((1, 2**20),) * 20)
    with pytest.raises(StudioError, match=r"recipe: model: .* MiB a stream; at most 1024 can be had"):
        shape.config(sample_rate=16_000, tags=(), speakers=())
