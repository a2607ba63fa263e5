"""A session on fake sound cards, with what it says collected."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

import engine.stream.loader
from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.library.presets import Preset
from engine.library.takes import Take
from engine.stream.messages import Event, Finished, Request
from engine.stream.session import Session
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.fakes import FakeCards
from tests.models import save_tiny_model

PATIENCE_S = 60.0
E = TypeVar("E")


class Player:
    """A session, its cards and its events."""

    def __init__(self, cards: FakeCards, model: ModelFile) -> None:
        self.cards = cards
        self.model = model
        self.events: list[Event] = []
        self.session = Session(on_event=self.events.append, volume=1.0, cards=cards)

    def request(
        self, seed: int = 1, params: GenerationParams | None = None, model: ModelFile | None = None
    ) -> Request:
        preset = Preset(id="test", name="Test", category="user", model="tiny", temperature=0.9)
        return Request(model or self.model, preset, params or preset.params(), seed, "cpu")

    def play(self, seed: int = 1, params: GenerationParams | None = None) -> Request:
        """Play and wait until it sounds."""
        request = self.request(seed, params)
        self.session.play(request)
        self.until(lambda: self.session.status().played > 0)
        return request

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"never came; {self.session.status()}, {self.events}"
            time.sleep(0.002)

    def until_played(self, samples: int) -> None:
        self.until(lambda: self.session.status().played >= samples)

    def of(self, kind: type[E]) -> list[E]:
        """The events of one kind so far."""
        return [event for event in list(self.events) if isinstance(event, kind)]

    def take(self, number: int = 0) -> Take:
        """The take that finished as number ``number``, waiting for it."""
        self.until(lambda: len(self.of(Finished)) > number)
        return self.of(Finished)[number].take


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny.safetensors")


@pytest.fixture
def kernel(model: ModelFile) -> Kernel:
    return select_kernel(model, "cpu")


@pytest.fixture
def make_player(model: ModelFile) -> Iterator[Callable[[FakeCards], Player]]:
    players: list[Player] = []

    def make(cards: FakeCards) -> Player:
        players.append(Player(cards, model))
        return players[-1]

    yield make
    for player in players:
        player.session.close()


@pytest.fixture
def player(make_player: Callable[[FakeCards], Player]) -> Player:
    """A session on one sound card."""
    return make_player(FakeCards("Speakers, Fake"))


@pytest.fixture
def wrap_kernels(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Kernel], Kernel]], None]:
    """Lets every kernel that a session loads be wrapped."""

    def install(wrapper: Callable[[Kernel], Kernel]) -> None:
        monkeypatch.setattr(
            engine.stream.loader,
            "select_kernel",
            lambda model, name, progress: wrapper(select_kernel(model, name, progress)),
        )

    return install
