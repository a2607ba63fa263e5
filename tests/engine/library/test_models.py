from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.library.models import ModelLibrary
from tests.models import save_tiny_model


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "factory").mkdir()
    (tmp_path / "user").mkdir()
    save_tiny_model(tmp_path / "factory" / "music.safetensors", name="music")
    return tmp_path / "factory", tmp_path / "user"


def test_models_of_all_folders_are_listed_by_name(folders: tuple[Path, Path]) -> None:
    save_tiny_model(folders[1] / "z.safetensors", name="birds")
    library = ModelLibrary(folders)
    assert [entry.header.name for entry in library.headers()] == ["birds", "music"]
    assert library.headers()[1].path == folders[0] / "music.safetensors"
    assert library.problems == []


def test_broken_and_foreign_files_are_named_and_the_rest_loads(folders: tuple[Path, Path]) -> None:
    (folders[1] / "broken.safetensors").write_bytes(b"not a model")
    (folders[1] / "cut.safetensors").write_bytes((folders[0] / "music.safetensors").read_bytes()[:100])
    library = ModelLibrary(folders)
    assert [entry.header.name for entry in library.headers()] == ["music"]
    assert ["broken.safetensors" in library.problems[0], "cut.safetensors" in library.problems[1]] == [
        True,
        True,
    ]


def test_asking_for_a_broken_model_tells_what_is_wrong_with_it(folders: tuple[Path, Path]) -> None:
    (folders[1] / "broken.safetensors").write_bytes(b"not a model")
    with pytest.raises(StudioError, match=r"broken\.safetensors is not a readable \.safetensors file"):
        ModelLibrary(folders).find("broken")


def test_a_second_model_of_the_same_name_is_named_and_not_used(folders: tuple[Path, Path]) -> None:
    save_tiny_model(folders[1] / "other.safetensors", name="music", seed=1)
    library = ModelLibrary(folders)
    assert library.find("music").path == folders[0] / "music.safetensors"
    assert len(library.problems) == 1
    assert "other.safetensors: named 'music' as" in library.problems[0]


def test_a_model_is_loaded_with_its_weights(folders: tuple[Path, Path]) -> None:
    saved = save_tiny_model(folders[1] / "birds.safetensors", name="birds", seed=5)
    loaded = ModelLibrary(folders).load("birds")
    assert loaded.header == saved.header
    assert (loaded.weights["output.weight"] == saved.weights["output.weight"]).all()


def test_a_path_is_taken_where_the_name_ends_like_a_model_file(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.safetensors"
    save_tiny_model(elsewhere, name="far")
    assert ModelLibrary(folders).find(str(elsewhere)).header.name == "far"


def test_an_unknown_model_is_answered_with_the_nearest(folders: tuple[Path, Path]) -> None:
    with pytest.raises(StudioError, match=r"model 'musik' is not installed; did you mean music\?"):
        ModelLibrary(folders).load("musik")


def test_a_model_that_is_asked_for_again_is_read_again_only_if_its_file_is_another(
    folders: tuple[Path, Path],
) -> None:
    path = folders[1] / "birds.safetensors"
    save_tiny_model(path, name="birds", seed=5)
    library = ModelLibrary(folders)
    first = library.load("birds")
    assert library.load("birds") is first
    assert library.load("music").header.name == "music"
    assert library.load("birds").header == first.header
    other = save_tiny_model(path, name="birds", seed=6)
    assert library.load("birds").header == other.header
    path.unlink()
    with pytest.raises(StudioError, match="birds"):
        library.load("birds")
