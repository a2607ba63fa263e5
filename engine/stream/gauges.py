"""How live playing goes, as it is told: published by the worker, looked at from any thread."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TypedDict

from engine.stream.controls import Change
from engine.stream.layer_watch import LayerWatch
from engine.stream.live.player import Player
from engine.stream.messages import Distribution, Status
from engine.stream.output.chain import Chain
from engine.stream.output.prebuffer import Prebuffer
from engine.stream.run import Run
from engine.stream.sources import Source
from engine.stream.states import State


class Moving(TypedDict):
    """See ``Status``."""

    buffered_ms: float
    generated: int
    played: int


def moving(source: Source | None, chain: Chain) -> Moving:
    """How much is ready, made and played."""
    ahead = source.ready if isinstance(source, Run) else 0
    return {
        "buffered_ms": 1000.0 * (chain.fill + ahead) / chain.sample_rate,
        "generated": source.generated if source else 0,
        "played": source.place(min(chain.position, source.next)) if source else 0,
    }


class HandToEar:
    """From the moment that a control moves to the first sample at the ear that it bears on."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """Of the last move; 0 before any."""
        self._measured: Change | None = None

    def watch(self, run: Run, chain: Chain) -> None:
        """Measure, if what took hold last is new; while the sound goes on, any moment will do."""
        change = run.change
        if change is self._measured or change.moved_at is None:
            return
        self._measured = change
        since = time.monotonic() - change.moved_at
        to_go = (change.sample - chain.position) / chain.sample_rate + chain.output.latency
        self.seconds = max(0.0, since + to_go)


class Gauges:
    """The latest figures."""

    def __init__(self, player: Player, layers: LayerWatch) -> None:
        self._layers = layers
        self.status = Status()
        """As it was published last."""
        self._player = player
        self._distribution: Distribution | None = None
        self._hand_to_ear = HandToEar()

    @property
    def distribution(self) -> Distribution | None:
        """What the model said about the latest sample."""
        return self._player.distribution() or self._distribution

    def publish(
        self, state: State, source: Source | None, source_id: int, chain: Chain, prebuffer: Prebuffer | None
    ) -> None:
        """Take the figures down. The worker's thread only."""
        run = source if isinstance(source, Run) else None
        if run:
            self._distribution = run.distribution or self._distribution
            self._hand_to_ear.watch(run, chain)
            self._layers.look(run)
        self.status = Status(
            state=state,
            engine=run.engine if run else "",
            real_time_factor=run.real_time_factor if run else 0.0,
            underruns=chain.count_dropouts(),
            device=chain.output.text,
            latency_ms=1000.0 * (chain.total_latency_s + (run.ready if run else 0) / chain.sample_rate),
            hand_to_ear_ms=1000.0 * self._hand_to_ear.seconds,
            real_time=self._player.real_time,
            sample_rate=chain.sample_rate if source else 0,
            request_id=source_id if source else 0,
            message=_message(state, run, prebuffer),
            **moving(source, chain),
        )

    def look(self, source: Source | None, source_id: int, chain: Chain) -> Status:
        """``status``, with the figures that move all the time as they are now."""
        status = self.status
        if source is None or status.request_id != source_id or status.state is not State.PLAYING:
            return status
        return replace(status, **moving(source, chain))


def _message(state: State, run: Run | None, prebuffer: Prebuffer | None) -> str:
    if run is None:
        return ""
    if prebuffer is not None and state is State.BUFFERING:
        rate = run.sample_rate
        return f"buffering {run.ready / rate:.1f} of {prebuffer.samples / rate:.1f} s"
    return run.refused
