"""The compiled loop beside a card: the same samples as the worker's own way, and what it takes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.image import ObjectFile
from engine.kernels.object_files import kernel_folder
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.takes import Take
from engine.music.keyboard import KeyChange
from engine.stream.controls import Controls
from engine.stream.dsp.fades import FadeIn
from engine.stream.dsp.limiter import Limiter
from engine.stream.interrupt import Interrupt
from engine.stream.live.player import Player
from engine.stream.messages import Request
from engine.stream.output.chain import Chain
from engine.stream.output.latency import Latency
from engine.stream.output.port import Writer
from engine.stream.run import Run
from engine.wavenet import mulaw
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.fakes import FakeCard, Hindered

RATE = 16_000
PRESET = Preset(id="test", name="Test", category="user", model="tiny", temperature=0.9)


class Card(FakeCard):
    """Takes a block every 4 ms on its own thread; waits where little is left or something is taken back.

    So nothing depends on how busy the machine is.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        super().__init__("Speakers", RATE)
        port = self.writer.port._replace(timed=False)
        self.writer = Writer(port)
        self.played: list[NDArray[np.float32]] = []
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._take)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        if not self.running:
            self._thread.start()

    def close(self) -> None:
        self.ended.set()
        if self.running:
            self._thread.join()

    def _take(self) -> None:
        port = self.writer.port
        while not self.ended.wait(0.004):
            with self.lock:
                n, at = 64 if self.writer.fill >= 192 else 0, int(port.indices[2])
                self.played.append(port.data[at : at + n].copy())
                port.indices[2] = at + n


class Bench:
    """A stream on a card, steered as the worker does."""

    def __init__(self, model: ModelFile, kernel: Kernel) -> None:
        request = Request(model, PRESET, PRESET.params(), 1, "cpu")
        self.interrupt = Interrupt()
        self.controls = Controls(request.params)
        self.run = Run(request, model, kernel, self.controls)
        self.card = Card()
        self.chain = Chain(self.card, RATE, 1.0, Latency())
        self.player = Player(self.interrupt)
        self.player.prepare(kernel)
        take_back = self.chain.take_back

        def take_back_in_peace(most: int, spare_s: float) -> int:
            with self.card.lock:
                return take_back(most, spare_s)

        self.chain.take_back = take_back_in_peace  # type: ignore[method-assign]
        self.chain.follow(self.player.policy(self.run, self.chain))
        self.chain.mark(1, 0)
        while not self.chain.can_play_alone:
            self.chain.write(self.run.read(128))
            self.chain.poll()

    def play(self, seconds: float) -> None:
        """Let the loop play for about so long."""
        timer = threading.Timer(seconds, self.interrupt.set)
        timer.start()
        while not self.interrupt.flag[0]:
            self.chain.poll()
            assert self.player.play(self.run, self.chain)
        timer.join()
        self.interrupt.clear()

    def take(self) -> Take:
        take = self.run.take()
        assert take is not None
        return take

    def expected(self) -> NDArray[np.float32]:
        """What the card is given of the take at full volume: through the worker's own fade and limiter."""
        fade, limiter = FadeIn(RATE), Limiter(RATE)
        fade.restart()
        return limiter.process(fade.process(mulaw.decode(self.take().codes)))


@pytest.fixture
def bench(model: ModelFile, kernel: Kernel) -> Iterator[Bench]:
    bench = Bench(model, kernel)
    yield bench
    bench.card.close()


@pytest.fixture
def later() -> Iterator[Callable[[float, Callable[[], None]], None]]:
    """Does something on another thread in so many seconds."""
    timers: list[threading.Timer] = []

    def start(seconds: float, action: Callable[[], None]) -> None:
        timers.append(threading.Timer(seconds, action))
        timers[-1].start()

    yield start
    for timer in timers:
        timer.join()


def test_its_samples_are_those_that_the_generator_draws(bench: Bench, kernel: Kernel) -> None:
    bench.play(0.4)
    codes = bench.take().codes
    assert len(codes) > 0.2 * RATE
    np.testing.assert_array_equal(codes, Generator(kernel, PRESET.params(), 1).step(len(codes)).codes)


def test_the_card_is_given_what_the_stages_make_of_them(bench: Bench) -> None:
    bench.play(0.4)
    np.testing.assert_allclose(bench.card.sound(), bench.expected(), atol=1e-6)


def test_the_envelope_shows_what_the_card_was_given(bench: Bench) -> None:
    bench.play(0.3)
    shown, sound = bench.chain.envelope.snapshot(), bench.card.sound()
    buckets = sound[: len(sound) // 64 * 64].reshape(-1, 64)
    np.testing.assert_array_equal(shown.low, buckets.min(axis=1))
    np.testing.assert_array_equal(shown.high, buckets.max(axis=1))
    np.testing.assert_array_equal(shown.sample, np.arange(len(buckets)) * 64 - 32)
    assert set(shown.request.tolist()) == {1}


def test_where_a_control_moves_what_was_not_taken_is_made_again(bench: Bench, kernel: Kernel) -> None:
    for temperature in (1.7, 0.3, 1.1):
        bench.play(0.15)
        made, taken = bench.run.generated, bench.card.writer.taken
        bench.controls.move(replace(PRESET.params(), temperature=temperature))
        bench.player.play(bench.run, bench.chain)
        (event,) = [event for event in bench.take().events if event.value == temperature]
        assert taken <= event.sample < made
    np.testing.assert_array_equal(replay(bench.take(), kernel), bench.take().codes)
    np.testing.assert_allclose(bench.card.sound(), bench.expected(), atol=1e-6)


def test_a_control_that_moves_without_rest_leaves_a_take_that_replays(bench: Bench, kernel: Kernel) -> None:
    chance = np.random.default_rng(0)
    for _ in range(60):
        params = replace(
            PRESET.params(), temperature=float(chance.uniform(0.2, 1.5)), top_k=int(chance.integers(9))
        )
        bench.controls.move(params)
        bench.play(float(chance.uniform(0.001, 0.03)))
    take = bench.take()
    assert sorted(event.sample for event in take.events) == [event.sample for event in take.events]
    np.testing.assert_array_equal(replay(take, kernel), take.codes)
    expected = bench.expected()
    np.testing.assert_allclose(bench.card.sound(), expected, atol=1e-6)
    bench.card.close()
    played = np.concatenate(bench.card.played)
    assert len(played) > 3 * RATE // 10
    np.testing.assert_allclose(played, expected[: len(played)], atol=1e-6)
    assert len(take.codes) == bench.run.generated == len(bench.card.sound())


def test_a_key_is_heard_as_soon_as_the_card_lets_it(bench: Bench, kernel: Kernel) -> None:
    for pitch in (60, 64, 67):
        bench.play(0.15)
        made, taken = bench.run.generated, bench.card.writer.taken
        bench.controls.play([KeyChange(pitch, 100)])
        while bench.run.keys.waiting:
            bench.player.play(bench.run, bench.chain)
        event = bench.take().events[-1]
        assert event.parameter == f"note.{pitch}"
        assert taken <= event.sample < made
    np.testing.assert_array_equal(replay(bench.take(), kernel), bench.take().codes)
    np.testing.assert_allclose(bench.card.sound(), bench.expected(), atol=1e-6)


def test_where_the_loop_comes_too_late_for_a_key_it_begins_a_little_later(
    bench: Bench, kernel: Kernel
) -> None:
    bench.play(0.15)
    bench.player._head_start = -0.02  # it is to begin before what may be taken
    bench.controls.play([KeyChange(60, 100)])
    bench.player.play(bench.run, bench.chain)
    assert bench.run.keys.waiting
    assert bench.take().events == ()
    bench.player._head_start = 0.002
    while bench.run.keys.waiting:
        bench.player.play(bench.run, bench.chain)
    assert len(bench.take().events) == 1
    bench.play(0.1)
    np.testing.assert_array_equal(replay(bench.take(), kernel), bench.take().codes)
    np.testing.assert_allclose(bench.card.sound(), bench.expected(), atol=1e-6)


def test_keys_and_controls_without_rest_leave_a_take_that_replays(bench: Bench, kernel: Kernel) -> None:
    chance = np.random.default_rng(1)
    for _ in range(80):
        if chance.random() < 0.3:
            bench.controls.move(replace(PRESET.params(), temperature=float(chance.uniform(0.2, 1.5))))
        else:
            velocity = int(chance.integers(1, 128)) * int(chance.integers(2))
            bench.controls.play([KeyChange(int(chance.integers(60, 66)), velocity)])
        bench.play(float(chance.uniform(0.001, 0.03)))
    take = bench.take()
    assert sum(event.parameter.startswith("note.") for event in take.events) > 40
    assert sorted(event.sample for event in take.events) == [event.sample for event in take.events]
    np.testing.assert_array_equal(replay(take, kernel), take.codes)
    np.testing.assert_allclose(bench.card.sound(), bench.expected(), atol=1e-6)
    bench.card.close()
    played = np.concatenate(bench.card.played)
    np.testing.assert_allclose(played, bench.expected()[: len(played)], atol=1e-6)


def test_refused_parameters_leave_those_that_were_in_force(bench: Bench, kernel: Kernel) -> None:
    bench.play(0.1)
    bench.controls.move(replace(PRESET.params(), temperature=1.5))
    bench.play(0.01)
    bench.controls.move(replace(PRESET.params(), temperature=0.1, speaker="nobody"))
    bench.play(0.1)
    assert "nobody" in bench.run.refused
    take = bench.take()
    assert [(event.parameter, event.value) for event in take.events] == [("temperature", 1.5)]
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_a_call_brings_it_back_at_once(bench: Bench, later: Callable[..., None]) -> None:
    bench.play(0.1)
    called: list[float] = []
    took: list[float] = []
    for _ in range(5):
        later(0.02, lambda: (called.append(time.monotonic()), bench.interrupt.set()))
        bench.player.play(bench.run, bench.chain)
        took.append(time.monotonic() - called[-1])
        bench.interrupt.clear()
    assert min(took) < 0.03  # a block and a nap; the machine may be busy now and then


def test_a_call_waits_until_as_much_is_ready_as_the_way_back_takes(bench: Bench) -> None:
    bench.play(0.1)
    time.sleep(0.04)  # as where a busy thread keeps the interpreter
    bench.play(0.01)
    bench.interrupt.set()
    with bench.card.lock:
        before = bench.card.writer.fill
        bench.controls.move(replace(PRESET.params(), temperature=1.5))
        bench.player.play(bench.run, bench.chain)
        ready = bench.card.writer.fill
    least = min(1.5 * 0.04, 0.5 * bench.chain.latency.seconds) * RATE * 0.98**10
    assert 256 < least <= ready < before + 128


def test_the_volume_reaches_what_was_not_taken_without_python(
    bench: Bench, later: Callable[..., None]
) -> None:
    bench.play(0.2)
    at: list[tuple[int, int]] = []

    def turn() -> None:
        taken = bench.card.writer.taken
        bench.chain.volume = 0.0
        at.append((taken, bench.card.written))  # a block may have been written meanwhile

    later(0.03, turn)
    bench.player.play(bench.run, bench.chain)
    taken, written = at[0]
    sound, full = bench.card.sound(), bench.expected()
    silent = np.flatnonzero(sound)[-1] + 1
    assert taken < silent < written
    assert not sound[silent:].any()
    np.testing.assert_allclose(sound[:taken], full[:taken], atol=1e-6)
    assert len(sound) == len(full)


def test_what_ends_gives_way_to_the_end_at_once(bench: Bench) -> None:
    bench.play(0.2)
    made = bench.run.generated
    back = bench.player.take_back(bench.run, bench.chain, 0.004)
    assert 0 < back < made
    assert bench.run.generated == made - back == len(bench.take().codes)
    bench.chain.end()
    held = bench.card.writer.port.data[bench.card.written : made]
    assert not held.any()  # silence, should the card get there


def test_nothing_before_a_mark_is_taken_back(bench: Bench) -> None:
    bench.play(0.2)
    bench.chain.commit()
    assert bench.player.take_back(bench.run, bench.chain, 0.004) == 0


@pytest.mark.parametrize("name", ["loop.play", "step.run"])
def test_the_loop_takes_no_memory(bench: Bench, name: str) -> None:
    bench.play(0.2)
    kept = list(kernel_folder().glob(f"{name}-*.code"))
    assert kept
    for path in kept:
        code = ObjectFile(path.read_bytes().partition(b"\n")[2])
        outside = {symbol.name for symbol in code.symbols if symbol.section == 0 and symbol.name}
        assert outside <= {"cos", "exp", "expf", "log", "memcpy", "memmove", "memset"}


def test_nan_ends_it_with_the_sample_and_what_was_made_before_stays(bench: Bench, kernel: Kernel) -> None:
    bench.play(0.1)
    made = bench.run.generated
    bias = kernel._packed.ends.output_bias  # type: ignore[attr-defined]
    before = bias.copy()
    bias[:] = np.nan
    with pytest.raises(FloatingPointError, match=f"at sample {made}"):
        bench.play(0.2)
    bias[:] = before
    codes = bench.take().codes
    np.testing.assert_array_equal(codes, Generator(kernel, PRESET.params(), 1).step(made).codes)


def test_a_kernel_without_such_code_is_left_to_the_worker(model: ModelFile, kernel: Kernel) -> None:
    bench = Bench(model, Hindered(kernel))
    assert not bench.player.play(bench.run, bench.chain)
    bench.card.close()
