from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from engine.checkpoint import ModelFile
from engine.errors import StudioError
from engine.library.presets import Preset
from engine.stream.loader import KEPT, Loaded, Loader
from engine.stream.messages import Request
from tests.models import save_tiny_model

PATIENCE_S = 30.0


class Desk:
    """A loader and what it hands out."""

    def __init__(self) -> None:
        self.loader = Loader()
        self.results: Queue[Loaded | str] = Queue()
        self.told: list[str] = []

    def order(self, request: Request) -> None:
        self.loader.load(request, self.told.append, self.results.put)

    def get(self, request: Request) -> Loaded | str:
        self.order(request)
        return self.results.get(timeout=PATIENCE_S)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.loader.close()


def request(model: ModelFile) -> Request:
    preset = Preset(id="a", name="A", category="user", model=model.header.name)
    return Request(model, preset, preset.params(), 1, "cpu")


def test_going_back_to_a_model_needs_no_work(desk: Desk, model: ModelFile) -> None:
    first, second = desk.get(request(model)), desk.get(request(model))
    assert isinstance(first, Loaded)
    assert isinstance(second, Loaded)
    assert first.kernel is second.kernel
    assert desk.told == ["preparing model tiny"]


def test_only_the_latest_models_stay_in_memory(desk: Desk, model: ModelFile, tmp_path: Path) -> None:
    first = desk.get(request(model))
    for seed in range(1, KEPT + 1):
        desk.get(request(save_tiny_model(tmp_path / f"{seed}.safetensors", seed=seed)))
    again = desk.get(request(model))
    assert isinstance(first, Loaded)
    assert isinstance(again, Loaded)
    assert first.kernel is not again.kernel


def test_of_several_that_wait_only_the_last_is_prepared(desk: Desk, model: ModelFile) -> None:
    gate = threading.Event()
    loaded: list[str] = []

    def slow(name: str) -> Request:
        def load() -> ModelFile:
            gate.wait(PATIENCE_S)
            loaded.append(name)
            return model

        return Request(load, request(model).preset, request(model).params, 1, "cpu")

    for name in ("first", "second", "third"):
        desk.order(slow(name))
    gate.set()
    while loaded[-1:] != ["third"]:
        desk.results.get(timeout=PATIENCE_S)
    assert "second" not in loaded or "first" not in loaded


def test_a_failure_is_told_in_one_line(desk: Desk, model: ModelFile) -> None:
    def broken() -> ModelFile:
        raise StudioError("music.safetensors: damaged")

    def odd() -> ModelFile:
        raise RuntimeError("something else")

    plain = request(model)
    assert desk.get(Request(broken, plain.preset, plain.params, 1)) == "music.safetensors: damaged"
    assert desk.get(Request(odd, plain.preset, plain.params, 1)) == (
        "model 'tiny' cannot be prepared: something else"
    )


def test_what_was_loaded_is_kept_from_the_collector_until_the_end(desk: Desk, model: ModelFile) -> None:
    desk.get(request(model))
    assert gc.get_freeze_count() > 0
    desk.loader.close()
    assert gc.get_freeze_count() == 0
