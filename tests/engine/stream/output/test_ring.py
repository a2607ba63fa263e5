from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.stream.output.port import Port, make_port
from engine.stream.output.ring import Ring

SIZE = 1024
STALL_S, FIRST_STALL_S = 1.5, 5.0
"""A device that takes nothing for so long has gone away: once it took something, and before."""


class Mixer:
    """rtmixer's callback: reads what it is asked for, and drops the ring on a short read."""

    def __init__(self) -> None:
        self.actions: list[Any] = []
        self.played: list[float] = []
        self.port: Port | None = None

    def play_ringbuffer(self, ringbuffer: Any) -> Any:
        self.port = ringbuffer
        self.actions.append(SimpleNamespace(stats=SimpleNamespace(output_underflows=0)))
        return self.actions[-1]

    def callback(self, frames: int) -> None:
        if not self.actions:
            return
        assert self.port is not None
        indices, channels = self.port.indices, self.port.channels
        count = min(frames, int(indices[1] - indices[2]) % (2 * SIZE))
        places = np.arange(indices[2], indices[2] + count) % SIZE
        self.played += self.port.data.reshape(SIZE, channels)[places].reshape(-1).tolist()
        indices[2] = (indices[2] + count) % (2 * SIZE)
        if count < frames:
            self.actions.remove(self.actions[0])


class Bench:
    def __init__(self, channels: int = 1) -> None:
        self.mixer = Mixer()
        self.time = 0.0
        indices = np.array([SIZE, 0, 0, 2 * SIZE - 1, SIZE - 1, 4 * channels], np.int64)
        port = make_port(indices, np.zeros(SIZE * channels, np.float32), SIZE, timed=False)
        self.ring = Ring(self.mixer, port, port, lambda: self.time)
        self.writer = self.ring.writer


@pytest.fixture
def bench() -> Bench:
    return Bench()


def ramp(start: int, stop: int) -> NDArray[np.float32]:
    return np.arange(start, stop, dtype=np.float32)


def test_what_goes_in_comes_out_in_order(bench: Bench) -> None:
    bench.ring.start()
    for start in range(0, 3000, 100):
        bench.writer.write(ramp(start, start + 100))
        bench.mixer.callback(100)
    assert bench.mixer.played == list(range(3000))


def test_the_fill_is_what_was_written_and_not_read(bench: Bench) -> None:
    bench.writer.write(ramp(0, 300))
    assert bench.writer.fill == 300
    bench.ring.start()
    bench.mixer.callback(100)
    assert (bench.writer.fill, bench.writer.taken) == (200, 100)


def test_every_channel_gets_the_same() -> None:
    bench = Bench(channels=2)
    bench.writer.write(ramp(1, 4))
    bench.ring.start()
    bench.mixer.callback(3)
    assert bench.mixer.played == [1, 1, 2, 2, 3, 3]


def test_running_dry_is_noticed(bench: Bench) -> None:
    bench.writer.write(ramp(0, 150))
    bench.ring.start()
    bench.mixer.callback(100)
    assert bench.ring.running
    bench.mixer.callback(100)
    assert not bench.ring.running


def test_running_dry_is_noticed_although_more_was_written_since(bench: Bench) -> None:
    bench.writer.write(ramp(0, 50))
    bench.ring.start()
    assert bench.ring.running
    bench.mixer.callback(100)
    bench.writer.write(ramp(50, 100))
    assert [bench.ring.running, bench.ring.running][-1] is False


def test_an_empty_ring_is_no_gap_until_the_callback_asks(bench: Bench) -> None:
    bench.writer.write(ramp(0, 100))
    bench.ring.start()
    bench.mixer.callback(100)
    assert bench.writer.fill == 0
    assert bench.ring.running


def test_after_a_new_start_nothing_is_lost_and_the_counts_go_on(bench: Bench) -> None:
    bench.writer.write(ramp(0, 50))
    bench.ring.start()
    bench.mixer.callback(100)
    bench.writer.write(ramp(50, 120))
    assert not [bench.ring.running, bench.ring.running][-1]
    bench.ring.start()
    bench.mixer.callback(70)
    assert bench.mixer.played == list(range(120))
    assert (bench.writer.taken, bench.writer.fill) == (120, 0)


def test_a_full_ring_refuses_more(bench: Bench) -> None:
    bench.writer.write(ramp(0, 1024))
    with pytest.raises(ValueError, match="second"):
        bench.writer.write(ramp(0, 1))


def test_gaps_of_the_sound_card_are_counted_over_all_starts(bench: Bench) -> None:
    bench.writer.write(ramp(0, 50))
    bench.ring.start()
    bench.mixer.actions[0].stats.output_underflows = 2
    bench.mixer.callback(100)
    assert not [bench.ring.running, bench.ring.running][-1]
    bench.ring.start()
    bench.mixer.actions[0].stats.output_underflows = 1
    assert bench.ring.dropouts == 3


def test_a_card_that_takes_nothing_any_more_has_stalled(bench: Bench) -> None:
    bench.writer.write(ramp(0, 500))
    bench.ring.start()
    bench.mixer.callback(100)
    assert bench.ring.running
    bench.time += STALL_S - 0.1
    assert not bench.ring.stalled()
    bench.time += 0.2
    assert bench.ring.stalled()


def test_a_card_may_take_its_time_before_its_first_sample(bench: Bench) -> None:
    bench.writer.write(ramp(0, 500))
    bench.ring.start()
    bench.time += FIRST_STALL_S - 0.1
    assert not bench.ring.stalled()
    bench.time += 0.2
    assert bench.ring.stalled()


def test_a_ring_that_is_not_being_played_does_not_stall(bench: Bench) -> None:
    bench.writer.write(ramp(0, 500))
    bench.time += 60.0
    assert not bench.ring.stalled()


def test_what_is_taken_back_gives_way_to_what_is_written_next(bench: Bench) -> None:
    bench.writer.write(ramp(0, 300))
    bench.ring.start()
    bench.mixer.callback(100)
    bench.writer.take_back(150)
    assert bench.writer.fill == 50
    bench.writer.write(ramp(1000, 1200))
    bench.mixer.callback(250)
    assert bench.mixer.played == [*range(150), *range(1000, 1200)]


def test_what_was_taken_back_is_played_where_nothing_came_in_its_place(bench: Bench) -> None:
    bench.writer.write(ramp(0, 300))
    bench.ring.start()
    bench.writer.take_back(200)
    bench.mixer.callback(200)
    bench.writer.write(ramp(1000, 1100))  # 100 frames late: they go where the card is
    bench.mixer.callback(100)
    assert bench.mixer.played == [*range(200), *range(1000, 1100)]


def test_after_a_blank_what_was_taken_back_is_silence(bench: Bench) -> None:
    bench.writer.write(ramp(1, 301))
    bench.ring.start()
    bench.writer.take_back(200)
    bench.writer.blank()
    bench.mixer.callback(300)
    assert bench.mixer.played == [*range(1, 101)] + [0] * 200
    assert bench.writer.fill == 0
