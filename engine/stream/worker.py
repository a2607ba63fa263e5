"""The worker: what is playing, what comes next, and the turns in which samples are made and sent on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.errors import StudioError
from engine.stream.dsp.fades import CROSSFADE_S, FADE_S, crossfade, fade_out
from engine.stream.loader import Loaded
from engine.stream.messages import (
    Distribution,
    Event,
    Failed,
    Finished,
    Notice,
    Request,
    Started,
    State,
    Status,
)
from engine.stream.output.chain import Deck
from engine.stream.output.controller import Playout
from engine.stream.output.prebuffer import Reserve, needed_reserve
from engine.stream.sources import Controls, Playback, Run, Source

AUDITION_SOUND_S = 0.032
"""Seconds of sound that a new stream makes before it is heard, to see how quick it is."""
AUDITION_WORK_S = 0.3
"""Seconds of work after which a slow one has shown what it can."""
ADVICE = "try a lower temperature, or another model"


class Worker:
    """All of its methods run on the worker thread; its public attributes may be read from any other."""

    def __init__(self, playout: Playout, emit: Callable[[Event], None]) -> None:
        self.playout = playout
        self._emit = emit
        self._source: Source | None = None
        self._next: Run | None = None
        self.ticket = 0
        """Number of the last thing asked for."""
        self._awaited = False
        self._paused = False
        self._reserve: Reserve | None = None
        self._announce = False
        self.distribution: Distribution | None = None
        self.status = Status()
        self._publish()

    @property
    def deck(self) -> Deck:
        """What the samples go through."""
        return self.playout.deck

    # What the user asks for.

    def expect(self, ticket: int) -> None:
        """Something new was asked for: what is on its way no longer counts, what sounds goes on till then."""
        self.ticket, self._awaited, self._next = ticket, True, None
        if self._paused:
            self._end_source()
            self._paused = False

    def loaded(self, ticket: int, request: Request, result: Loaded | str, controls: Controls) -> None:
        """The model of request number ``ticket`` is ready, or ``result`` says why not."""
        if ticket != self.ticket:
            return
        self._awaited = False
        try:
            if isinstance(result, str):
                raise StudioError(result)
            self._next = Run(request, result.header, result.kernel, controls)
        except StudioError as error:
            self._paused = self._paused and self._source is not None
            self._emit(Failed(str(error)))

    def play_audio(self, ticket: int, playback: Playback) -> None:
        """Play finished samples in place of everything else."""
        self.expect(ticket)
        self._awaited = False
        self._change(playback)

    def stop(self, ticket: int) -> None:
        """End what plays and forget what was to come."""
        self.ticket, self._awaited, self._next = ticket, False, None
        self._end_source()
        self._paused = False

    def pause(self) -> None:
        """Hold the clock."""
        if self._paused or not (self._source or self._next or self._awaited):
            return
        self._fade_source_out()
        self._paused = True

    def resume(self) -> None:
        """Go on where it was held."""
        self._paused = False

    def close(self) -> None:
        """End everything; the last sound is heard out."""
        self.stop(self.ticket)
        self.playout.drain()
        self.playout.close()

    # What happens all the time.

    def obey(self, command: Callable[[Worker], None]) -> None:
        """Do what the user asks for."""
        with self._guard():
            command(self)
        self._publish()

    def turn(self) -> float | None:
        """Do the next bit of work; returns the seconds until there is more, None where none is in sight."""
        wait: float | None = 0.0
        with self._guard():
            wait = self._turn()
        self._publish()
        return wait

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """On NaN: stop at once, keep what was made, and say why."""
        try:
            yield
        except FloatingPointError as error:
            self._next, self._awaited, self._paused = None, False, False
            self.deck.cut()
            self._finish()
            self._emit(Failed(f"the stream stopped: {error}; {ADVICE}"))

    def _turn(self) -> float | None:
        self.playout.check()
        if self._paused:
            return self.playout.rest_s()
        idle = self._source is None or self._reserve is not None or self.deck.room() < self.deck.block
        if self._next is not None and idle:
            self._audition(self._next)
        if self._source is None:
            return self.playout.rest_s() if self._next is None else 0.0
        wait = self._pump(self._source)
        return 0.0 if self._next is not None else wait

    def _audition(self, run: Run) -> None:
        made_s = run.generated / run.sample_rate
        worked_s = made_s / run.real_time_factor if made_s else 0.0
        if made_s >= AUDITION_SOUND_S or worked_s >= AUDITION_WORK_S:
            self._next = None
            self._change(run)
            return
        try:
            run.make_ahead()
        except FloatingPointError as error:
            self._next = None
            self._emit(Failed(f"model {run.request.preset.model!r}: {error}; {ADVICE}"))

    def _change(self, source: Source) -> None:
        """Let ``source`` take over from what plays now."""
        reserve = needed_reserve(source) if isinstance(source, Run) else None
        same_rate = source.sample_rate == self.deck.sample_rate
        if isinstance(source, Run) and reserve is None and same_rate and self._audible(CROSSFADE_S):
            self._cross(source)
            self._finish()
        else:
            self._end_source()
            if not same_rate:
                self.playout.change_rate(source.sample_rate)
        self.deck.count_anew()
        self._source, self._announce = source, isinstance(source, Run)
        self._reserve = reserve
        if reserve is not None:
            self._emit(Notice(reserve.explanation))
        self._announce_start()

    def _announce_start(self) -> None:
        run = self._source
        if self._announce and not self._filling and isinstance(run, Run):
            self._announce = False
            request = run.request
            self._emit(Started(request.preset, request.seed, run.engine, run.best_factor))

    def _pump(self, source: Source) -> float:
        dry = self.deck.poll()
        if isinstance(source, Run) and self._reserve is not None:
            return self._pump_slowly(source, self._reserve, dry)
        if self.deck.room() < self.deck.block:
            return self.deck.wait_s()
        samples = source.read(self.deck.block)
        if len(samples):
            self.deck.write(samples)
        else:
            self.deck.end()
            self._finish()
        return 0.0

    def _pump_slowly(self, run: Run, reserve: Reserve, dry: bool) -> float:
        """The same for a stream that cannot keep up: it plays from a reserve that is filled first."""
        if dry:
            reserve.filling = True
        if reserve.filling and run.ready >= reserve.samples:
            reserve.filling = False
            self._announce_start()
        if not reserve.filling and self.deck.room() >= self.deck.block <= run.ready:
            self.deck.write(run.read(self.deck.block))
        elif run.ready < reserve.samples:
            run.make_ahead()
        else:
            return self.deck.wait_s()
        return 0.0

    # Endings.

    def _audible(self, seconds: float) -> bool:
        """Whether the source sounds now and can go on for so long without a wait."""
        source = self._source
        if source is None or self._paused or self._filling or not self.deck.sounding:
            return False
        endless = isinstance(source, Run) and self._reserve is None
        return endless or source.ready >= seconds * source.sample_rate

    def _cross(self, run: Run) -> None:
        """The end of the old source and the beginning of the new, which is made already, in one."""
        assert self._source is not None
        falling, rising = crossfade(round(CROSSFADE_S * self.deck.sample_rate))
        for start in range(0, len(falling), self.deck.block):
            part = slice(start, start + self.deck.block)
            old = self._source.read(len(falling[part]))
            self.deck.write(old * falling[part] + run.read(len(old)) * rising[part])

    def _fade_source_out(self) -> None:
        if self._source is not None and self._audible(FADE_S):
            samples = self._source.read(max(1, round(FADE_S * self.deck.sample_rate)))
            self.deck.write(fade_out(samples))
            self.deck.end()
        else:
            self.deck.cut()

    def _end_source(self) -> None:
        if not self._paused:
            self._fade_source_out()
        self._finish()

    def _finish(self) -> None:
        source, self._source = self._source, None
        self._reserve = None
        take = source.take() if isinstance(source, Run) else None
        if take is not None:
            self._emit(Finished(take))

    # How things are.

    @property
    def _filling(self) -> bool:
        return self._reserve is not None and self._reserve.filling

    def _state(self) -> State:
        if self._paused:
            return "paused"
        if isinstance(self._source, Playback):
            return "playback"
        if isinstance(self._source, Run) and not self._announce:
            return "playing"
        return "preparing" if self._source or self._next or self._awaited else "idle"

    def _publish(self) -> None:
        source, deck = self._source, self.deck
        run = source if isinstance(source, Run) else None
        ready = source.ready if source else 0
        ahead = ready if run else 0
        generated = source.generated if source else 0
        rate = deck.sample_rate
        if run and run.distribution:
            self.distribution = run.distribution
        self.status = Status(
            state=self._state(),
            engine=run.engine if run else "",
            real_time_factor=run.real_time_factor if run else 0.0,
            lead_ms=1000.0 * (deck.fill + ahead) / rate,
            underruns=deck.count_dropouts(),
            device=deck.output.text,
            latency_ms=1000.0 * (deck.latency_s + ahead / rate),
            generated=generated,
            played=max(0, generated - ready - deck.fill),
            sample_rate=rate if source else 0,
            message=self._message(run),
        )

    def _message(self, run: Run | None) -> str:
        if run is None:
            return ""
        if self._reserve is not None and self._filling:
            rate = run.sample_rate
            return f"buffering {run.ready / rate:.1f} of {self._reserve.samples / rate:.1f} s"
        return run.refused
