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
from engine.stream.loader import Loaded, Loader
from engine.stream.messages import Request
from engine.wavenet.model_file import ModelFile
from tests.models import save_tiny_model

PATIENCE_S = 30.0


class Bench:
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
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.loader.close()


def request(model: ModelFile) -> Request:
    preset = Preset(id="a", name="A", category="user", model=model.header.name)
    return Request(model, preset, preset.params(), 1, "cpu")


def test_going_back_to_a_model_needs_no_work(bench: Bench, model: ModelFile) -> None:
    first, second = bench.get(request(model)), bench.get(request(model))
    assert isinstance(first, Loaded)
    assert isinstance(second, Loaded)
    assert first.kernel is second.kernel
    assert bench.told == ["preparing model tiny"]


def test_only_the_latest_models_stay_in_memory(bench: Bench, model: ModelFile, tmp_path: Path) -> None:
    first = bench.get(request(model))
    for seed in range(1, 4):
        bench.get(request(save_tiny_model(tmp_path / f"{seed}.safetensors", seed=seed)))
    again = bench.get(request(model))
    assert isinstance(first, Loaded)
    assert isinstance(again, Loaded)
    assert first.kernel is not again.kernel


def test_of_several_that_wait_only_the_last_is_prepared(bench: Bench, model: ModelFile) -> None:
    gate = threading.Event()
    loaded: list[str] = []

    def slow(name: str) -> Request:
        def load() -> ModelFile:
            gate.wait(PATIENCE_S)
            loaded.append(name)
            return model

        return Request(load, request(model).preset, request(model).params, 1, "cpu")

    for name in ("first", "second", "third"):
        bench.order(slow(name))
    gate.set()
    while loaded[-1:] != ["third"]:
        bench.results.get(timeout=PATIENCE_S)
    assert "second" not in loaded or "first" not in loaded


def test_what_was_prepared_is_loaded_without_more_work(
    bench: Bench, model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def select(model: ModelFile, engine: str, progress: Callable[[str], None] | None) -> Kernel:
        made.append(threading.current_thread().name)
        return select_kernel(model, engine, progress)

    monkeypatch.setattr(loader_module, "select_kernel", select)
    bench.loader.prepare(request(model), bench.told.append, bench.prepared.put)
    prepared = bench.prepared.get(timeout=PATIENCE_S)
    loaded = bench.get(request(model))
    assert isinstance(loaded, Loaded)
    assert made == ["loader"]
    assert prepared == loaded
    assert bench.told == ["preparing model tiny"]


def test_what_is_to_be_played_goes_before_what_is_only_prepared(bench: Bench, model: ModelFile) -> None:
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

    bench.loader.prepare(named("at work", wait=True), bench.told.append, bench.prepared.put)
    assert begun.wait(PATIENCE_S)
    bench.loader.prepare(named("prepared before"), bench.told.append, bench.prepared.put)
    bench.loader.load(named("played"), bench.told.append, lambda result: ended.set())
    bench.loader.prepare(named("prepared after"), bench.told.append, bench.prepared.put)
    gate.set()
    assert ended.wait(PATIENCE_S)
    assert loaded == ["at work", "played"]


def test_a_model_that_cannot_be_prepared_is_told_when_it_is_to_be_played(
    bench: Bench, model: ModelFile
) -> None:
    def broken() -> ModelFile:
        raise StudioError("music.safetensors: damaged")

    plain = request(model)
    bad = Request(broken, plain.preset, plain.params, 1)
    bench.loader.prepare(bad, bench.told.append, bench.prepared.put)
    assert bench.get(bad) == "music.safetensors: damaged"
    assert bench.told == []


def test_a_failure_is_told_in_one_line(bench: Bench, model: ModelFile) -> None:
    def broken() -> ModelFile:
        raise StudioError("music.safetensors: damaged")

    def odd() -> ModelFile:
        raise RuntimeError("something else")

    plain = request(model)
    assert bench.get(Request(broken, plain.preset, plain.params, 1)) == "music.safetensors: damaged"
    assert bench.get(Request(odd, plain.preset, plain.params, 1)) == (
        "model 'tiny' cannot be prepared: something else"
    )


def test_what_was_loaded_is_kept_from_the_collector_until_the_end(bench: Bench, model: ModelFile) -> None:
    bench.get(request(model))
    assert gc.get_freeze_count() > 0
    bench.loader.close()
    assert gc.get_freeze_count() == 0
