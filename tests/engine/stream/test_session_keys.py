"""Keys that are played into a session: heard soon, told of, and in the take to the sample."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.kernels.base import Kernel
from engine.library.replay import replay
from engine.library.scores import PlayedScore, pack_notes
from engine.library.take_folder import TakeFolder
from engine.library.take_writer import TakeWriter
from engine.music.keyboard import KeyChange
from engine.stream.messages import Finished, Notice
from engine.stream.output.null_output import NullOutput
from engine.stream.session import Session
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.conftest import Player
from tests.engine.stream.fakes import FakeCards

BAR_S = 0.050
"""From a key to the first sample that it bears on, above what is kept ready."""


def press(player: Player, *changes: KeyChange) -> None:
    """Play keys and wait until the stream has them."""
    before = player.session.played_notes()
    player.session.play_keys(changes)
    player.until(lambda: player.session.played_notes() != before)


def test_keys_are_in_the_take_that_is_made_again_to_the_sample(player: Player, kernel: Kernel) -> None:
    player.play(seed=3)
    for pitch in (60, 64, 67):
        press(player, KeyChange(pitch, 90))
        player.until_played(player.session.status().played + 800)
        press(player, KeyChange(pitch, 0))
        player.until_played(player.session.status().played + 800)
    notes = player.session.played_notes()
    player.session.stop()
    take = player.take()
    assert [note.pitch for note in notes] == [60, 64, 67]
    expected = [event for note in notes for event in ((note.start, note.velocity), (note.end, 0))]
    assert [(event.sample, event.value) for event in take.events] == expected
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_keys_are_written_while_they_are_played(model: ModelFile, kernel: Kernel, tmp_path: Path) -> None:
    player = Player.__new__(Player)
    player.cards, player.model, player.events = FakeCards("Speakers, Fake"), model, []
    folder = TakeFolder(tmp_path / "takes")
    writer = TakeWriter(
        folder,
        lambda take: player.events.append(Finished(take)),
        lambda text: player.events.append(Notice(text)),
    )
    player.session = Session(on_event=player.events.append, cards=player.cards, writer=writer)
    player.play(seed=5)
    press(player, KeyChange(60, 90), KeyChange(None, 127))
    player.until_played(player.session.status().played + 4000)
    press(player, KeyChange(64, 90))
    player.until_played(player.session.status().played + 4000)
    player.session.stop()
    finished = player.take()
    player.session.close()
    writer.close()
    stored = folder.read(finished.id)
    assert [event.parameter for event in stored.events] == ["note.60", "pedal", "note.64"]
    np.testing.assert_array_equal(replay(stored, kernel), stored.codes)


def test_keys_lead_a_stream_that_plays_a_score_too(player: Player, kernel: Kernel) -> None:
    tune = PlayedScore("tune", pack_notes(np.array([[0.0, 2.0, 69, 90, 0, 0]], np.float32)), "repeat")
    player.session.play(replace(player.request(seed=2), score=tune))
    player.until_played(100)
    press(player, KeyChange(60, 90))
    player.until_played(player.session.status().played + 3000)
    player.session.stop()
    take = player.take()
    assert len(take.events) == 1
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_while_nothing_plays_keys_are_nothing(player: Player) -> None:
    player.session.play_keys([KeyChange(60, 90)])
    assert player.session.played_notes() == ()
    player.play()
    assert player.session.played_notes() == ()
    player.session.stop()
    player.take()
    player.session.play_keys([KeyChange(60, 90)])
    assert player.session.played_notes() == ()


def test_what_is_played_while_the_stream_holds_is_in_it_when_it_goes_on(
    player: Player, kernel: Kernel
) -> None:
    player.play()
    player.session.pause()
    player.until(lambda: player.session.status().state.name == "PAUSED")
    player.session.play_keys([KeyChange(60, 90)])
    player.session.resume()
    player.until(lambda: len(player.session.played_notes()) == 1)
    player.session.stop()
    take = player.take()
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


@pytest.mark.alone
def test_from_a_key_to_the_ear_it_is_no_more_than_50_ms_above_what_is_kept_ready(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the output that needs no card: when the first changed sample is taken, after it was played."""
    monkeypatch.setattr(FakeCards, "open_device", lambda self, device, rate, latency: NullOutput(rate, ""))
    player.session.rescan()
    player.play()
    player.until_played(8000)
    took, ready = [], 0.0
    for n in range(40):
        time.sleep(0.03)
        before, sounding = len(player.session.played_notes()), player.session.status()
        player.session.play_keys([KeyChange(48 + n, 90)])
        player.until(lambda before=before: len(player.session.played_notes()) > before)  # type: ignore[misc]
        note = player.session.played_notes()[-1]
        took.append((note.start - sounding.played) / 16_000)
        ready = max(ready, sounding.buffered_ms / 1000)
    assert sorted(took)[len(took) // 2] < BAR_S  # what was ready gives way
    assert max(took) < ready + BAR_S
