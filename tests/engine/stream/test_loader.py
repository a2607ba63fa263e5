from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest

import engine.stream.loader as loader_module
from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.library.presets import Preset
from engine.stream.loader import KEPT, Loaded, Loader
from engine.stream.messages import Request
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

PATIENCE_S = 30.0


class Desk:
    """A loader and what it hands out."""

    def __init__(self) -> None:
        self.loader = Loader()
        self.results: Queue[Loaded | str] = Queue()
        self.told: list[str] = []
        self.prepared: Queue[Loaded | str] = Queue()

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


def test_what_was_prepared_is_loaded_without_more_work(
    desk: Desk, model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def select(model: ModelFile, engine: str, progress: Callable[[str], None] | None) -> Kernel:
        made.append(threading.current_thread().name)
        return select_kernel(model, engine, progress)

    monkeypatch.setattr(loader_module, "select_kernel", select)
    desk.loader.prepare(request(model), desk.told.append, desk.prepared.put)
    prepared = desk.prepared.get(timeout=PATIENCE_S)
    loaded = desk.get(request(model))
    assert isinstance(loaded, Loaded)
    assert made == ["loader"]
    assert prepared == loaded
    assert desk.told == ["preparing model tiny"]


def test_what_is_to_be_played_goes_before_what_is_only_prepared(desk: Desk, model: ModelFile) -> None:
    gate, begun, ended = threading.Event(), threading.Event(), threading.Event()
    loaded: list[str] = []

    def named(name: str, wait: bool = False) -> Request:
        def load() -> ModelFile:
            loaded.append(name)
            if wait:
                begun.set()
                gate.wait(PATIENCE_S)
            return model

        return Request(load, request(model).preset, request(model).params, 1, "cpu")

    desk.loader.prepare(named("at work", wait=True), desk.told.append, desk.prepared.put)
    assert begun.wait(PATIENCE_S)
    desk.loader.prepare(named("prepared before"), desk.told.append, desk.prepared.put)
    desk.loader.load(named("played"), desk.told.append, lambda result: ended.set())
    desk.loader.prepare(named("prepared after"), desk.told.append, desk.prepared.put)
    gate.set()
    assert ended.wait(PATIENCE_S)
    assert loaded == ["at work", "played"]


def test_a_model_that_cannot_be_prepared_is_told_when_it_is_to_be_played(
    desk: Desk, model: ModelFile
) -> None:
    def broken() -> ModelFile:
        raise StudioError("music.safetensors: damaged")

    plain = request(model)
    bad = Request(broken, plain.preset, plain.params, 1)
    desk.loader.prepare(bad, desk.told.append, desk.prepared.put)
    assert desk.get(bad) == "music.safetensors: damaged"
    assert desk.told == []


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
