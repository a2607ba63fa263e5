"""The worker: what is playing, what comes next, and the short steps in which samples are made and sent on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.stream.gauges import Gauges, moving
from engine.stream.handover import Handover, Sounding
from engine.stream.interrupt import Interrupt
from engine.stream.layer_watch import LayerWatch
from engine.stream.live.player import Player
from engine.stream.messages import Distribution, Event, Failed, Notice, Snapshot, Started, Status
from engine.stream.output.chain import Chain
from engine.stream.output.controller import OutputController
from engine.stream.output.prebuffer import Prebuffer, has_shown_its_speed, needed_prebuffer
from engine.stream.playback import Playback, Region
from engine.stream.requests import Requests
from engine.stream.run import Run
from engine.stream.sources import Loading, Source
from engine.stream.states import State, StateMachine

ADVICE = "try a lower temperature, or another model"


class Worker:
    """All of its methods run on the worker thread; its public attributes may be read from any other."""

    def __init__(
        self,
        controller: OutputController,
        requests: Requests,
        emit: Callable[[Event], None],
        interrupt: Interrupt | None = None,
        layers: LayerWatch | None = None,
    ) -> None:
        """``interrupt`` is set whenever something was left to do; ``layers`` looks at each turn."""
        self.controller = controller
        self._player = Player(interrupt or Interrupt())
        self._handover = Handover(controller, self._player)
        self._requests, self._emit = requests, emit
        self._machine = StateMachine()
        self._source: Source | None = None
        self._next: Run | Loading | None = None
        self._source_id = self._next_id = 0
        self._prebuffer: Prebuffer | None = None
        self._gauges = Gauges(self._player, layers or LayerWatch())
        self._publish()

    @property
    def chain(self) -> Chain:
        """What the samples go through."""
        return self.controller.chain

    @property
    def run(self) -> Run | None:
        """The stream that plays or holds."""
        return self._source if isinstance(self._source, Run) else None

    @property
    def lone_run(self) -> Run | None:
        """The same, unless something else is to come."""
        return self.run if self._next is None else None

    @property
    def status(self) -> Status:
        """How things were when they were published last."""
        return self._gauges.status

    @property
    def distribution(self) -> Distribution | None:
        """What the model said about the latest sample."""
        return self._gauges.distribution

    def look(self) -> Status:
        """``status``, with the figures that move all the time as they are now."""
        return self._gauges.look(self._source, self._source_id, self.chain)

    def supersede(self, request_id: int) -> None:
        """A new stream is asked for: what is on its way no longer counts, what sounds goes on till then."""
        self._begin(request_id)
        self._next = Loading()
        if self._source is None:
            self._machine.enter(State.PREPARING)

    def loaded(self, request_id: int, run: Run | str) -> None:
        """The stream of a request is ready to be made, or ``run`` says why it cannot be."""
        if not self._requests.is_latest(request_id) or not isinstance(self._next, Loading):
            return
        if isinstance(run, Run):
            self._next = run
        else:
            self._drop_next(run)

    def play_audio(self, request_id: int, playback: Playback) -> None:
        """Play finished samples in place of everything else."""
        self._begin(request_id)
        self._change(playback)

    def seek(self, place: int) -> None:
        """Let a playback go on from another sample."""
        if isinstance(self._source, Playback):
            self._move(self._source.moved(place))

    def loop(self, region: Region | None) -> None:
        """Let a playback repeat a part, to which it goes unless it is there; or go on to its end: None."""
        if isinstance(playback := self._source, Playback):
            if region is None or region[0] <= playback.place(playback.next) < region[1]:
                playback.repeat(region)
            else:
                self._move(playback.moved(region[0], region))

    def stop(self, request_id: int) -> None:
        """End what plays and forget what was to come."""
        self._begin(request_id)
        self._end_source()

    def snapshot(self) -> None:
        """Tell how to read what has sounded of the stream that plays."""
        run = self.run
        self._emit(Snapshot(run.take_reader(moving(run, self.chain)["played"]) if run else None))

    def pause(self) -> None:
        """Hold the position."""
        if self._machine.state not in (State.IDLE, State.PAUSED):
            self._handover.fade_out(self._sounding)
            self._machine.hold()

    def resume(self) -> None:
        """Go on where it was held."""
        if self._machine.state is State.PAUSED:
            self._machine.release()
            if self._source is not None:
                self.chain.mark(self._source_id, self._source.next)

    def close(self) -> None:
        """End everything; the last sound is heard out."""
        self._next = None
        with self._guard():
            self._end_source()
        self._publish()
        self.controller.drain()
        self.controller.close()

    def execute(self, command: Callable[[Worker], None]) -> None:
        """Do what the user asks for."""
        with self._guard():
            command(self)
        self._publish()

    def run_once(self) -> float | None:
        """Do the next bit of work; returns the seconds until there is more, None where none is in sight."""
        wait: float | None = 0.0
        with self._guard():
            wait = self._work()
        self._publish()
        return wait

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """On NaN: stop at once, keep what was made, and say why; what was asked for since still comes."""
        try:
            yield
        except FloatingPointError as error:
            self.chain.break_off()
            self._finish()
            self._emit(Failed(f"the stream stopped: {error}; {ADVICE}"))

    def _work(self) -> float | None:
        self.controller.check()
        if self._machine.state is State.PAUSED:
            return self.controller.rest_s()
        has_time = self._source is None or self._prebuffer is not None or self.chain.room() < self.chain.block
        if isinstance(self._next, Run) and (has_time or has_shown_its_speed(self._next)):
            self._warm_up(self._next)
            self._publish()  # before it plays on by itself
        wait = self.controller.rest_s() if self._source is None else self._feed(self._source)
        return 0.0 if isinstance(self._next, Run) else wait

    def _warm_up(self, run: Run) -> None:
        """Make the first samples of what comes next, then let it take over."""
        if has_shown_its_speed(run):
            self._change(run)
            return
        try:
            run.make_ahead()
        except FloatingPointError as error:
            self._drop_next(f"model {run.request.preset.model!r}: {error}; {ADVICE}")

    def _feed(self, source: Source) -> float:
        run = source if isinstance(source, Run) else None
        self.chain.follow(self._player.policy(None if self._prebuffer else run, self.chain))
        dry = self.chain.poll()
        if run and self._prebuffer is not None:
            return self._feed_slowly(run, self._prebuffer, dry)
        if run and not isinstance(self._next, Run) and self._player.play(run, self.chain):
            return 0.0
        if self.chain.room() < self.chain.block:
            return self.chain.wait_s()
        self._play_block(source)
        return 0.0

    def _play_block(self, source: Source) -> None:
        samples = source.read(self.chain.block)
        if len(samples):
            self.chain.write(samples)
        else:  # what a stream says may end in the midst of a sound
            (self.chain.break_off if isinstance(source, Run) else self.chain.end)()
            self._finish()

    def _feed_slowly(self, run: Run, prebuffer: Prebuffer, dry: bool) -> float:
        """The same for a stream that cannot keep up: it plays from a prebuffer that is filled first."""
        if dry:
            self._machine.enter(State.BUFFERING)
        filled = run.ready >= prebuffer.samples or run.complete
        if self._machine.state is State.BUFFERING and filled:
            self._machine.enter(State.PLAYING)
            if run.next == run.first:  # none of it was heard before
                self._announce(run)
        playing = self._machine.state is State.PLAYING
        enough = self.chain.block <= run.ready or run.complete
        if playing and enough and self.chain.room() >= self.chain.block:
            self._play_block(run)
        elif not filled:
            run.make_ahead()
        else:
            return self.chain.wait_s()
        return 0.0

    def _begin(self, request_id: int) -> None:
        """What was to come no longer does; what holds has ended."""
        self._requests.execute(request_id)
        self._next, self._next_id = None, request_id
        if self._machine.state is State.PAUSED or self._source is None:
            self._finish()

    def _drop_next(self, why: str) -> None:
        self._next = None
        if self._source is None:
            self._machine.enter(State.IDLE)
        self._emit(Failed(why))

    def _change(self, source: Source) -> None:
        """Let ``source`` take over from what plays now."""
        run = source if isinstance(source, Run) else None
        prebuffer = needed_prebuffer(run) if run else None
        crosses = prebuffer is None and (run is not None or isinstance(self._source, Playback))
        if crosses and self._handover.cross(self._sounding, source, self._next_id):
            self._finish()
        else:
            self._end_source()
            if source.sample_rate != self.chain.sample_rate:
                self.controller.change_rate(source.sample_rate)
            self.chain.mark(self._next_id, source.next)
        self.chain.count_anew()
        self._next = None
        self._source, self._source_id, self._prebuffer = source, self._next_id, prebuffer
        if run is None:
            self._machine.enter(State.PLAYBACK)
        elif prebuffer is None:
            self._machine.enter(State.PLAYING)
            self._announce(run)
        else:
            self._machine.enter(State.BUFFERING)
            self._emit(Notice(prebuffer.explanation))

    def _move(self, new: Playback) -> None:
        """Let a playback go on elsewhere; one that is held does so when it is resumed."""
        held = self._machine.state is State.PAUSED
        if not held and not self._handover.cross(self._sounding, new, self._source_id):
            self._handover.fade_out(self._sounding)
            self.chain.mark(self._source_id, new.next)
        self._source = new

    def _announce(self, run: Run) -> None:
        request = run.request
        self._emit(Started(request.preset, request.seed, run.engine, run.best_factor))

    @property
    def _sounding(self) -> Sounding | None:
        silent = self._machine.state in (State.PAUSED, State.BUFFERING)
        return None if silent or self._source is None else Sounding(self._source, self._prebuffer)

    def _end_source(self) -> None:
        if self._machine.state is not State.PAUSED:
            self._handover.fade_out(self._sounding)
        self._finish()

    def _finish(self) -> None:
        """Forget the source, and have the take that it made handed over."""
        source, self._source, self._prebuffer = self._source, None, None
        if self._next is not None:
            self._machine.enter(State.PREPARING)
        elif self._machine.state is not State.IDLE:
            self._machine.enter(State.IDLE)
        if isinstance(source, Run):
            source.hand_over(self._emit)

    def _publish(self) -> None:
        self._gauges.publish(self._machine.state, self._source, self._source_id, self.chain, self._prebuffer)
