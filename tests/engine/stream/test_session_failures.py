from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StudioError
from engine.kernels.base import Kernel
from engine.library.scores import PlayedScore, pack_notes
from engine.stream.messages import Failed, Notice, Started
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.conftest import Player
from tests.engine.stream.fakes import Hindered
from tests.models import save_tiny_model

WrapKernels = Callable[[Callable[[Kernel], Kernel]], None]


def test_nan_stops_the_stream_with_the_reason_and_keeps_the_take(
    player: Player, wrap_kernels: WrapKernels
) -> None:
    wrap_kernels(lambda kernel: Hindered(kernel, nan_at=5000))
    player.session.play(player.request())
    player.until(lambda: bool(player.of(Failed)))
    assert "NaN or infinity at sample 5000" in player.of(Failed)[0].message
    take = player.take()
    assert 5000 - 128 < len(take.codes) <= 5000
    heard = player.cards.opened[0].sound()
    assert np.isfinite(heard).all()
    assert abs(heard[-1]) < 0.01
    player.until(lambda: player.session.status().state == "idle")


def test_nan_in_the_next_stream_leaves_the_present_one_alone(
    player: Player, wrap_kernels: WrapKernels, tmp_path: Path
) -> None:
    broken = save_tiny_model(tmp_path / "broken.safetensors", name="broken", seed=9)
    player.play()
    wrap_kernels(lambda kernel: Hindered(kernel, nan_at=0))
    player.session.play(player.request(model=broken))
    player.until(lambda: bool(player.of(Failed)))
    played = player.session.status().played
    player.until_played(played + 2000)
    assert player.session.status().state == "playing"


def test_a_model_that_cannot_be_loaded_is_named(player: Player) -> None:
    def load() -> ModelFile:
        raise StudioError("music.safetensors: the header is not valid JSON")

    player.session.play(replace(player.request(), model=load))
    player.until(lambda: bool(player.of(Failed)))
    assert player.of(Failed)[0].message == "music.safetensors: the header is not valid JSON"
    player.until(lambda: player.session.status().state == "idle")


def test_a_score_for_a_model_that_plays_none_is_refused(player: Player, tmp_path: Path) -> None:
    notes = pack_notes(np.array([[0, 1, 60, 90, 0, 0]], np.float32))
    voices = save_tiny_model(tmp_path / "voices.safetensors", name="voices", tags=())
    player.session.play(replace(player.request(model=voices), score=PlayedScore("tune", notes)))
    player.until(lambda: bool(player.of(Failed)))
    assert player.of(Failed)[0].message == "this model plays no scores; leave the score out"
    player.until(lambda: player.session.status().state == "idle")


def test_a_speaker_that_the_model_does_not_know_is_refused(player: Player) -> None:
    player.session.play(player.request(params=replace(player.request().params, speaker="nobody")))
    player.until(lambda: bool(player.of(Failed)))
    assert "nobody" in player.of(Failed)[0].message


def test_a_slow_model_says_so_with_its_speed_and_plays_from_a_buffer(
    player: Player, wrap_kernels: WrapKernels
) -> None:
    # 0.1 ms a sample at 16 kHz is 0.62 times real time; sleeping always takes a little longer.
    wrap_kernels(lambda kernel: Hindered(kernel, seconds_a_sample=1e-4))
    player.session.play(player.request())
    player.until(lambda: bool(player.of(Notice)))
    notice = player.of(Notice)[0].message
    factor = float(notice.split(" runs at ")[1].split()[0])
    assert 0.0 < factor <= 0.63
    assert "buffer" in notice
    assert player.of(Started) == []
    player.until(lambda: "buffering" in player.session.status().message)
    player.session.stop()
    assert len(player.take().codes) > 0


def test_a_slow_model_is_heard_once_its_buffer_is_full(
    player: Player, wrap_kernels: WrapKernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stream.output.prebuffer.PLAYED_S", 0.1)
    wrap_kernels(lambda kernel: Hindered(kernel, seconds_a_sample=1e-4))
    player.session.play(player.request())
    player.until_played(4000)
    assert len(player.of(Started)) == 1
    assert player.session.status().generated >= 8000  # the least prebuffer: half a second
