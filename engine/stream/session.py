"""A playing instrument: one worker thread, steered from any other thread, watched by pulling snapshots."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from queue import Empty, SimpleQueue

import numpy as np
from numpy.typing import NDArray

from engine.library.take_writer import TakeWriter
from engine.music.keyboard import KeyChange, PlayedNote
from engine.stream.beginning import prepare
from engine.stream.branching import rewound
from engine.stream.controls import Controls
from engine.stream.dsp.envelope import EMPTY, NO_SAMPLES, EnvelopeSnapshot, LatestSamples
from engine.stream.dsp.meter import MeterReading
from engine.stream.dsp.volume import checked_volume
from engine.stream.interrupt import Interrupt
from engine.stream.layer_watch import LayerWatch
from engine.stream.loader import Loaded, Loader
from engine.stream.messages import Distribution, Event, Failed, Preparing, Ready, Request, Status
from engine.stream.output import portaudio
from engine.stream.output.controller import OutputController
from engine.stream.output.selector import Cards, OutputSelector
from engine.stream.playback import Playback, Region
from engine.stream.priority import ask_for_priority, real_time
from engine.stream.requests import Requests
from engine.stream.run import Run
from engine.stream.run_making import made
from engine.stream.state_history import StatesByTake, memory_of_this_computer, room_of
from engine.stream.states import State
from engine.stream.worker import Worker
from engine.wavenet.config import GenerationParams

EXPECTED_RATE = 16_000
"""Hz at which the output is opened before any model is known."""
CLOSE_S = 5.0
"""Longest wait for a sound card that does not let go."""
OPENING = Status(device="opening the sound card")

log = logging.getLogger(__name__)
Command = Callable[[Worker], None]


class Session:
    """Plays requests one after another. All methods return at once and may be called at any time.

    ``on_event`` is called on the worker thread, rarely; it must not wait for the caller of ``close``.
    The sound card is opened right away, in the background, so make the session early.
    """

    def __init__(
        self,
        *,
        device: str | None = None,
        volume: float = 0.8,
        on_event: Callable[[Event], None],
        cards: Cards = portaudio,
        writer: TakeWriter | None = None,
    ) -> None:
        """``device``: a ``Device.id``, None for the default one; ``volume`` 0…1.

        ``writer`` writes takes as they are made, and says when they have ended, in place of ``on_event``.
        """
        self._emit = on_event
        self._writer = writer
        self._volume = checked_volume(volume)
        self._commands: SimpleQueue[Command | None] = SimpleQueue()
        self._worker: Worker | None = None
        self._controls: Controls | None = None
        self._interrupt = Interrupt()
        self.layers = LayerWatch()
        """What the layers of the stream that plays saw lately, while somebody looks."""
        self._requests, self._states = Requests(), StatesByTake(room_of(memory_of_this_computer()))
        self._closed, self._loader = False, Loader()
        self._selector = OutputSelector(device, cards)
        self._thread = threading.Thread(target=self._run, name="stream", daemon=True)
        self._thread.start()

    # Steering.

    def play(self, request: Request) -> None:
        """Play something new; what plays now goes on until it is ready, then gives way with a crossfade."""
        self._controls = Controls(request.params)
        self._begin(request, self._controls)

    def rewind(self, seconds: float, seed: int) -> None:
        """Let the stream that plays go back, and go on from there with ``seed`` and the settings of now.

        It ends as a take, of which the new one is a branch. Nothing happens where no stream plays or holds,
        or another one is on its way.
        """

        def branch(worker: Worker) -> None:
            if (run := worker.lone_run) is not None:
                played = min(worker.chain.position, run.next)
                self._begin(run.request, run.controls, rewound(run, played, seconds, seed))

        self._put(branch)

    def prepare(self, request: Request) -> None:
        """Get ``request``'s model and engine ready, and its beginning, so that ``play`` need not wait.

        Anything that is to be played goes before it; what goes wrong is told when it is to be played.
        """

        def done(result: Loaded | str) -> None:
            self._tell_ready(request, result)
            if isinstance(result, Loaded) and request.origin is not None:
                prepare(request, result.model, result.kernel, self._states, self._loader.idle)

        self._loader.prepare(request, self._tell_preparing, done)

    def play_audio(
        self, samples: NDArray[np.float32], sample_rate: int, start: int = 0, loop: Region | None = None
    ) -> None:
        """Play [n] finished samples in ±1, which must not change, in place of everything else.

        ``start``: the sample to begin at. ``loop``: (first, after) of a part that is repeated once it is
        reached; its last 10 ms give way to those before its first sample, so that nothing clicks.
        """
        request_id = self._requests.issue(plays=False)
        playback = Playback(samples, sample_rate, start, loop)
        self._put(lambda worker: worker.play_audio(request_id, playback))

    def seek(self, sample: int) -> None:
        """Let what ``play_audio`` plays go on from another sample; nothing where it does not."""
        self._put(lambda worker: worker.seek(sample))

    def loop(self, region: Region | None) -> None:
        """Let what ``play_audio`` plays repeat a part, from now on, or play to its end: None."""
        self._put(lambda worker: worker.loop(region))

    def stop(self) -> None:
        """End what plays; its take comes as an event."""
        request_id = self._requests.issue(plays=False)
        self._put(lambda worker: worker.stop(request_id))

    def snapshot_take(self) -> None:
        """Ask for what has sounded of the stream that plays, as a take: it comes as an event ``Snapshot``."""
        self._put(Worker.snapshot)

    def pause(self) -> None:
        """Fade out and hold the position."""
        self._put(Worker.pause)

    def resume(self) -> None:
        """Go on where it was held."""
        self._put(Worker.resume)

    def set_params(self, params: GenerationParams) -> None:
        """Let the latest request's stream go on with ``params``, from the first sample that still can.

        What is generated and not handed to the sound card yet is made again, where the engine and the output
        allow that; elsewhere they hold from the next block (128 samples) on.
        """
        if self._controls is not None and params != self._controls.params:
            self._controls.move(params)
            self._interrupt.set()

    def play_keys(self, changes: Iterable[KeyChange]) -> None:
        """Let keys or the pedal go down or up, from the first sample that still can be another.

        Any thread may call it. Nothing happens where no stream plays, or its model takes no keys.
        """
        if self._controls is not None:
            self._controls.play(changes)
            self._interrupt.set()

    def set_volume(self, volume: float) -> None:
        """0…1, for listening only. Raises ValueError outside."""
        self._volume = checked_volume(volume)
        if (worker := self._worker) is not None:
            worker.chain.volume = self._volume

    @property
    def volume(self) -> float:
        """0…1, as it was set last."""
        return self._volume

    def use_device(self, device: str | None) -> None:
        """Play on another output: a ``Device.id``, or None for the default one."""
        self._put(lambda worker: worker.controller.use_device(device))

    def rescan(self) -> None:
        """Look for audio outputs that came or went, and open the chosen one again."""
        self._put(lambda worker: worker.controller.rescan())

    def close(self) -> None:
        """Stop, let go of the sound card and wait until that is done. Can be called twice."""
        if self._closed:
            return
        self._closed = True
        self._loader.close()
        self._commands.put(None)
        self._interrupt.set()
        self._thread.join(CLOSE_S)

    # Watching.

    def status(self) -> Status:
        """How things are now."""
        status = worker.look() if (worker := self._worker) else OPENING
        waiting = status.state is State.IDLE and self._requests.play_is_waiting
        return replace(status, state=State.PREPARING) if waiting else status

    def envelope(self) -> EnvelopeSnapshot:
        """Lowest and highest sample of each bucket of the last 12 s, after the limiter and the volume."""
        return worker.chain.envelope.snapshot() if (worker := self._worker) else EMPTY

    def latest_samples(self) -> LatestSamples:
        """The samples of the last half second, as they go into the envelope."""
        return worker.chain.envelope.latest() if (worker := self._worker) else NO_SAMPLES

    def distribution(self) -> Distribution | None:
        """What the model said about the latest sample; None before the first."""
        return worker.distribution if (worker := self._worker) else None

    def played_notes(self) -> tuple[PlayedNote, ...]:
        """The notes that were played by keys into the stream that sounds, those that sound last."""
        run = worker.run if (worker := self._worker) else None
        return run.keys.notes if run else ()

    def meter(self) -> MeterReading:
        """Level of the sound before the limiter and the volume."""
        return worker.chain.meter.reading() if (worker := self._worker) else MeterReading()

    def reset_clip(self) -> None:
        """Forget that full scale was reached."""
        if (worker := self._worker) is not None:
            worker.chain.meter.reset_clip()

    def _begin(
        self, request: Request, controls: Controls, whole: Callable[[], Request] | None = None
    ) -> None:
        """``whole`` gives, off every thread that must not wait, the request with all that belongs to it."""
        request_id = self._requests.issue(plays=True)
        self._put(lambda worker: worker.supersede(request_id))

        def done(result: Loaded | str) -> None:
            self._tell_ready(request, result)
            if isinstance(result, str):
                run: Run | str = result
            else:
                run = made(whole or (lambda: request), result, controls, self._states, self._writer)
            self._put(lambda worker: worker.loaded(request_id, run))

        self._loader.load(request, self._tell_preparing, done)

    def _tell_preparing(self, message: str) -> None:
        self._put(lambda _: self._emit(Preparing(message)))

    def _tell_ready(self, request: Request, result: Loaded | str) -> None:
        if isinstance(result, str):
            log.debug("not ready: %s", result)
            return
        kernel = result.kernel
        ready = Ready(request.preset.model, result.model.header.hash, kernel.name, kernel.version)
        self._put(lambda _: self._emit(ready))

    def _put(self, command: Command) -> None:
        self._commands.put(command)
        self._interrupt.set()

    def _run(self) -> None:
        """The worker thread."""
        prior = ask_for_priority()  # before the output is opened: its threads inherit it
        with real_time() as first:
            log.info("the stream has %s", "real-time priority" if first else "no real-time priority")
        log.debug("beside the loop its thread %s", "goes before others" if prior else "has no priority")
        try:
            controller = OutputController(self._selector, EXPECTED_RATE, self._volume, self._emit)
            worker = self._worker = Worker(
                controller, self._requests, self._emit, self._interrupt, self.layers
            )
            worker.chain.volume = self._volume  # it may have changed meanwhile
            while self._run_worker(worker):
                continue
            worker.close()
        except Exception as error:
            log.exception("the stream's thread")
            self._selector.close()
            self._emit(Failed(f"stopped by an internal error: {error}; start the studio again"))

    def _run_worker(self, worker: Worker) -> bool:
        """Do what there is to do until the next command, then that; returns whether to go on."""
        wait = worker.run_once()
        self._interrupt.clear()  # and only then look what there is: nothing is overlooked
        try:
            command = self._commands.get(timeout=wait)
        except Empty:
            return True
        self._interrupt.set()  # there may be more
        if command is not None:
            worker.execute(command)
        return command is not None
