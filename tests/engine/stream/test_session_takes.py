"""A session whose takes are written while they are made: exactly what was played, whenever it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.kernels.base import Kernel
from engine.library.replay import replay
from engine.library.take_files import StoredTake
from engine.library.take_folder import TakeFolder
from engine.library.take_recording import Recording
from engine.library.take_writer import TakeWriter
from engine.stream.messages import Failed, Finished, Notice, Snapshot, Started
from engine.stream.session import Session
from engine.wavenet.codes import Codes
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


def snapshot_of(recorded: Recorded) -> Snapshot:
    """What has sounded by now."""
    before = len(recorded.of(Snapshot))
    recorded.session.snapshot_take()
    recorded.until(lambda: len(recorded.of(Snapshot)) > before)
    return recorded.of(Snapshot)[-1]


def test_what_sounds_is_kept_and_gone_back_in_while_its_beginning_lies_on_the_disk_alone(
    recorded: Recorded, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stream.tape.HELD_S", 0.5)
    recorded.play(seed=3)
    recorded.until_played(24_000)
    read = snapshot_of(recorded).take
    assert read is not None
    recorded.session.rewind(0.5, seed=9)
    first = recorded.take()
    recorded.until(lambda: recorded.session.status().played > len(first.codes) + 2_000)
    recorded.session.stop()
    second = recorded.take(1)
    snapshot = read()  # of a take that has ended long since
    np.testing.assert_array_equal(snapshot.codes, first.codes[: len(snapshot.codes)])
    assert len(snapshot.codes) >= 24_000
    np.testing.assert_array_equal(second.codes[: second.parent_sample], first.codes[: second.parent_sample])
    for take in (first, second):
        np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_while_the_past_is_read_the_sound_goes_on(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stream.tape.HELD_S", 0.5)
    release = threading.Event()
    codes = Recording.codes

    def slow(recording: Recording, n: int) -> Codes:
        assert release.wait(60.0)
        return codes(recording, n)

    monkeypatch.setattr(Recording, "codes", slow)
    recorded.play(seed=3)
    recorded.until_played(24_000)
    recorded.session.rewind(0.25, seed=9)
    assert snapshot_of(recorded).take is not None
    recorded.until_played(32_000)
    assert len(recorded.of(Started)) == 1
    release.set()
    recorded.until(lambda: len(recorded.of(Started)) == 2)


def test_a_past_that_cannot_be_read_costs_that_one_wish_and_no_sound(
    recorded: Recorded, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stream.tape.HELD_S", 0.5)
    recorded.play(seed=3)
    recorded.until_played(24_000)
    (journal,) = recorded.writer.folder.path.glob("*/journal")
    aside = journal.rename(journal.with_name("aside"))
    journal.write_bytes(b"?" * 100)
    read = snapshot_of(recorded).take
    assert read is not None
    with pytest.raises(StudioError, match="cannot be read back"):
        read()
    recorded.session.rewind(0.25, seed=9)
    recorded.until(lambda: len(recorded.of(Failed)) == 1)
    assert "cannot be read back" in recorded.of(Failed)[0].message
    recorded.until_played(recorded.session.status().played + 8_000)
    aside.rename(journal)
    recorded.session.stop()
    take = recorded.take()
    assert len(take.codes) > 32_000
    np.testing.assert_array_equal(replay(take, kernel), take.codes)
    assert len(recorded.of(Started)) == 1
