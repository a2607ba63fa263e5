"""A session whose takes are written while they are made: exactly what was played, whenever it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.kernels.base import Kernel
from engine.library.replay import replay
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder
from engine.library.take_writer import TakeWriter
from engine.stream.messages import Finished, Notice
from engine.stream.session import Session
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.conftest import Player
from tests.engine.stream.fakes import FakeCards


class Recorded(Player):
    """A player with a writer of takes."""

    def __init__(self, model: ModelFile, folder: Path) -> None:
        self.cards, self.model, self.events = FakeCards("Speakers, Fake"), model, []
        self.writer = TakeWriter(
            TakeFolder(folder),
            lambda take: self.events.append(Finished(take)),
            lambda text: self.events.append(Notice(text)),
        )
        self.session = Session(on_event=self.events.append, volume=1.0, cards=self.cards, writer=self.writer)

    def close(self) -> None:
        self.session.close()
        self.writer.close()


@pytest.fixture
def recorded(model: ModelFile, tmp_path: Path) -> Iterator[Recorded]:
    player = Recorded(model, tmp_path / "takes")
    yield player
    player.close()


def test_a_take_that_was_steered_lies_on_the_disk_and_is_made_again_to_the_sample(
    recorded: Recorded, kernel: Kernel
) -> None:
    request = recorded.play(seed=3)
    for temperature in (0.3, 1.5, 0.8, 1.1):
        recorded.until_played(recorded.session.status().played + 1500)
        recorded.session.set_params(replace(request.params, temperature=temperature))
    recorded.until_played(recorded.session.status().played + 1500)
    recorded.session.stop()
    take = recorded.take()
    assert isinstance(take, StoredTake)
    assert [event.value for event in take.events] == [0.3, 1.5, 0.8, 1.1]
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_a_stream_that_gives_way_to_another_leaves_its_take_as_well(
    recorded: Recorded, kernel: Kernel
) -> None:
    recorded.play(seed=1)
    recorded.until_played(3000)
    recorded.session.play(recorded.request(seed=2))
    first = recorded.take()
    recorded.until(lambda: recorded.session.status().played > 3000)
    recorded.close()
    second = recorded.take(1)
    assert [take.seed for take in (first, second)] == [1, 2]
    assert [take.name for take in (first, second)] == ["Test 1", "Test 2"]
    for take in (first, second):
        np.testing.assert_array_equal(replay(take, kernel), take.codes)
    assert recorded.of(Notice) == []


def test_a_stream_that_never_sounded_leaves_nothing(recorded: Recorded, tmp_path: Path) -> None:
    recorded.session.play(recorded.request(seed=1))
    recorded.session.stop()
    recorded.close()
    folders = [place for place in (tmp_path / "takes").glob("*") if len(place.name) == 32]
    assert len(folders) == len(recorded.of(Finished))
