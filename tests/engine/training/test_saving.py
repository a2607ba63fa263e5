from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.training.budget import Budget
from engine.training.run import RunOptions, train
from engine.training.saving import done_before
from engine.training.settings import Recipe, read_recipe
from engine.wavenet.model_file import content_hash, load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe
from tests.engine.training.processes import curves, start

STEPS = 24
GIVE_UP_S = 60.0


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workshop")
    toy_corpus(folder / "corpus")
    toy_recipe(folder)
    return folder


@pytest.fixture(scope="module")
def recipe(workshop: Path) -> Recipe:
    return replace(read_recipe(workshop / "toy.toml"), validate_minutes=1e-9)  # at every step


@pytest.fixture(scope="module")
def whole(workshop: Path, recipe: Recipe) -> Path:
    """A run that nothing interrupted."""
    process = start(recipe, STEPS, workshop / "corpus", workshop / "whole")
    process.join(GIVE_UP_S)
    assert process.exitcode == 0
    return workshop / "whole"


def test_a_run_killed_at_any_moments_and_resumed_has_the_same_curves_and_model(
    workshop: Path, recipe: Recipe, whole: Path
) -> None:
    cut = workshop / "cut"
    checkpoint = cut / "last.ckpt"
    for pause, resume in ((0.02, False), (0.05, True)):
        before = written(checkpoint)
        process = start(recipe, STEPS, workshop / "corpus", cut, resume=resume)
        wait_until(lambda before=before: written(checkpoint) != before)  # type: ignore[misc]
        time.sleep(pause)
        process.kill()
        process.join()
        assert not done_before(checkpoint, Budget(steps=STEPS)), "killed too late to tell anything"
    finish(recipe, workshop / "corpus", cut)
    assert_alike(cut, whole)


def test_a_run_killed_between_validations_goes_on_from_its_latest_step(
    workshop: Path, recipe: Recipe, whole: Path
) -> None:
    cut = workshop / "between"
    rarely = replace(recipe, validate_minutes=60.0)
    process = start(rarely, STEPS, workshop / "corpus", cut, killed_while_saving=STEPS // 2)
    process.join(GIVE_UP_S)
    assert process.exitcode == -9
    assert done_before(cut / "last.ckpt", Budget(steps=STEPS // 2 - 1))
    finish(rarely, workshop / "corpus", cut)
    ours, theirs = curves(cut), curves(whole)
    assert ours["train_bits"] == theirs["train_bits"]
    assert ours["validation_bits"] == {STEPS: theirs["validation_bits"][STEPS]}


def test_a_run_killed_while_it_writes_a_checkpoint_goes_on_from_the_one_before(
    workshop: Path, recipe: Recipe, whole: Path
) -> None:
    cut = workshop / "half"
    process = start(recipe, STEPS, workshop / "corpus", cut, killed_while_saving=STEPS // 2)
    process.join(GIVE_UP_S)
    assert process.exitcode == -9
    assert list(cut.glob("*.part"))
    finish(recipe, workshop / "corpus", cut)
    assert_alike(cut, whole)


def test_a_run_told_to_stop_saves_first(workshop: Path, recipe: Recipe, whole: Path) -> None:
    told = workshop / "told"
    rarely = replace(recipe, validate_minutes=60.0)
    process = start(rarely, STEPS, workshop / "corpus", told, checkpoint_seconds=3600.0)
    wait_until((told / "log").exists)
    process.terminate()
    process.join(GIVE_UP_S)
    assert process.exitcode == 1
    finish(rarely, workshop / "corpus", told)
    assert curves(told)["train_bits"] == curves(whole)["train_bits"]


def test_a_finished_run_is_not_trained_further(
    workshop: Path, recipe: Recipe, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = written(whole / "last.ckpt")
    train(recipe, Budget(steps=STEPS), RunOptions(corpus=workshop / "corpus", folder=whole, resume=True))
    assert written(whole / "last.ckpt") == before
    assert "this run is finished" in capsys.readouterr().err


def test_a_damaged_checkpoint_is_named(whole: Path, tmp_path: Path) -> None:
    content = (whole / "last.ckpt").read_bytes()
    for damaged in (b"", b"something else", content[: len(content) // 2]):
        path = tmp_path / "last.ckpt"
        path.write_bytes(damaged)
        with pytest.raises(StudioError, match=r"last\.ckpt: not a checkpoint"):
            done_before(path, Budget(steps=1))


def finish(recipe: Recipe, corpus: Path, folder: Path) -> None:
    process = start(recipe, STEPS, corpus, folder, resume=True)
    process.join(GIVE_UP_S)
    assert process.exitcode == 0


def assert_alike(cut: Path, whole: Path) -> None:
    ours, theirs = curves(cut), curves(whole)
    assert set(ours) == {"train_bits", "validation_bits", "learning_rate"}
    assert list(theirs["train_bits"]) == list(range(1, STEPS + 1))
    assert ours == theirs
    one, two = (load_model(folder / "model.safetensors") for folder in (cut, whole))
    assert content_hash(one.config, one.weights) == content_hash(two.config, two.weights)
    assert one.header.card["training"]["samples"] == two.header.card["training"]["samples"]


def written(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + GIVE_UP_S
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)
