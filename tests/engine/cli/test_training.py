from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main
from engine.wavenet.model_file import read_header
from tests.engine.training.corpus import toy_corpus, toy_recipe


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workshop")
    toy_corpus(folder / "corpus")
    toy_recipe(folder)
    return folder


@pytest.fixture(scope="module")
def model(workshop: Path) -> Path:
    arguments = ["train", str(workshop / "toy.toml"), "--corpus", str(workshop / "corpus")]
    assert (
        main(
            [*arguments, "--output", str(workshop / "run"), "--steps", "20", "--threads", "1", "--no-compile"]
        )
        == 0
    )
    return workshop / "run" / "model.safetensors"


def test_train_leaves_a_model_file(model: Path) -> None:
    assert read_header(model).name == "toy"


def test_evaluate_prints_figures_and_writes_the_card(
    workshop: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = workshop / "toy.md"
    arguments = ["evaluate", str(model), "--corpus", str(workshop / "corpus"), "--clips", "4"]
    assert main([*arguments, "--seconds", "0.2", "--card", str(card), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["clips"] == 4
    assert f"| bits per sample | {figures['bits_per_sample']:.3f} |" in card.read_text()


def test_corpus_refuses_a_length_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "music", str(tmp_path / "c"), "--hours", "0"]) == 1
    assert "--hours" in capsys.readouterr().err


def test_train_wants_to_know_for_how_long(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["train", "music", "--corpus", str(tmp_path), "--output", str(tmp_path / "o")])
    assert end.value.code == 2
    assert "--time" in capsys.readouterr().err


def test_train_names_a_folder_that_is_no_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", "music", "--corpus", str(tmp_path), "--output", str(tmp_path / "o")]
    assert main([*arguments, "--time", "1m"]) == 1
    complaint = capsys.readouterr().err
    assert str(tmp_path) in complaint
    assert len(complaint.strip().splitlines()) == 1


def test_without_torch_training_says_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    arguments = ["train", "music", "--corpus", str(tmp_path), "--output", str(tmp_path / "o")]
    assert main([*arguments, "--time", "1m"]) == 1
    assert "./studio --full" in capsys.readouterr().err


def test_phones_are_learnt_from_nothing_and_at_their_own_rate(
    workshop: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "phones", "--corpus", str(workshop / "corpus"), "--steps", "1", "--threads", "1"]
    assert main([*arguments, "--output", str(workshop / "phones"), "--init", str(model)]) == 1
    assert "phones is trained from nothing; leave out --init" in capsys.readouterr().err
    assert main([*arguments, "--output", str(workshop / "phones")]) == 1
    assert "corpus has 4000 Hz; make it anew with --rate 16000" in capsys.readouterr().err
