"""Lets a stream play on by itself: hands it to the compiled loop, and takes over what that has made."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.generation.generator import Generator
from engine.kernels.base import SLOTS, Kernel, Native
from engine.stream.dsp.decoder import Decoder
from engine.stream.interrupt import Interrupt
from engine.stream.live.arrays import (
    BAD,
    DRY,
    LATE,
    LOWEST,
    MADE,
    MOST,
    NAN,
    PASSED,
    PIECES,
    SPARE_S,
    START,
    STATE,
    Order,
    Samples,
    new_report,
)
from engine.stream.live.system import find_system
from engine.stream.machine import Call, routine
from engine.stream.messages import Distribution
from engine.stream.output.chain import Chain
from engine.stream.output.latency import BACK, FORWARD, Latency, Policy
from engine.stream.output.null_output import NullOutput
from engine.stream.priority import real_time
from engine.stream.run import Run
from engine.wavenet.codes import code_type
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import emphasis_of

TURN_S = 0.1
"""Seconds that the loop goes on for, if nothing calls it away: how things are is told so often."""
PLANNED_S = 0.25
"""Seconds of sound that are prepared for it, conditions included."""
KEYS_PLANNED_S = 0.1
"""The same after a key, which is to be heard soon."""
BLOCK_S = 0.004
"""Seconds of sound made at a time …"""
FIRST_S = 0.002
"""… and the first time after a control moved."""
HEAD_START_S = 0.0015
"""Seconds that getting the loop ready for keys takes at least: as many as it took last, …"""
SLOWER = 1.5
"""… so many times; twice as many where that was too few."""
MOST_READY = 7680
"""Samples kept ready at most: what no kernel is asked to take back need not be there."""
AWAY_S = 0.001
"""Seconds that the loop is away for at least, until it is called again: as many as it was lately, …"""
FORGOTTEN = 0.98
"""… which counts for so much less with each turn."""
NEVER = 2**62
"""More than can ever be ready."""


class _Playing(NamedTuple):
    """What the loop plays just now."""

    run: Run
    outputs: NDArray[np.float32]
    """[SLOTS, config.outputs]: see ``kernels.base.Native``."""
    pieces_before: int
    """Of ``Report``, before the first of these."""


class Player:
    """The worker's way into the compiled loop."""

    def __init__(self, interrupt: Interrupt) -> None:
        self._interrupt = interrupt
        self._system = find_system()
        self.real_time = True
        """Whether the loop had real-time priority when it played last."""
        self._report = new_report()
        self._playing: _Playing | None = None
        self._shown: Distribution | None = None
        self._shown_pieces = 0
        self._head_start = HEAD_START_S
        self._away = AWAY_S

    def can_play(self, run: Run, chain: Chain) -> bool:
        """Whether it may be tried: the output is being played, and all that was made before is written."""
        return self._system is not None and not run.ready and chain.can_play_alone

    def policy(self, run: Run | None, chain: Chain) -> Policy:
        """How much to keep ready of a stream that keeps up with real time, or of anything else: None."""
        reaches_back = self._system is not None and chain.direct and run is not None and run.can_take_back
        return BACK if reaches_back else FORWARD

    def take_back(self, run: Run, chain: Chain, spare_s: float) -> int:
        """Let what the output has not taken yet not have been made yet; returns how many samples that were.

        ``spare_s``: how long what comes in its place may take.
        """
        n = chain.take_back(run.max_take_back, spare_s) if self.can_play(run, chain) else 0
        run.take_back(n)
        return n

    def play(self, run: Run, chain: Chain) -> bool:
        """Play on for up to ``TURN_S``; returns whether that was possible.

        What the output has not taken yet is made again where a control moved, or a key; keys that came too
        late for that wait for the next call. Raises FloatingPointError on NaN.
        """
        if not self.can_play(run, chain):
            return False
        exact, began = run.keys.waiting, time.monotonic()
        most = min(run.max_take_back, chain.replaceable, chain.output.writer.fill)
        back = self._keys_back(run, chain, most) if exact else most if run.moved else 0
        native = run.native(round((KEYS_PLANNED_S if exact else PLANNED_S) * run.sample_rate), back)
        if native is None:
            return False
        counts = self._report.counts
        counts[:PIECES] = (0, 0, 0, 0, NEVER, chain.settled)
        self._report.work[0] = 0.0
        playing = _Playing(run, native.outputs, int(counts[PIECES]))
        call = self._call(native, run.decoder, chain, back, exact=exact)
        if exact:
            self._head_start = max(HEAD_START_S, SLOWER * (time.monotonic() - began))
        self._playing = playing
        with real_time() as self.real_time:
            self._note_absence(time.monotonic() - float(self._report.work[1]))
            reason = call()
        self._finish(playing, chain, native, reason, back)
        return True

    def prepare(self, kernel: Kernel) -> None:
        """Load the compiled code that playing with ``kernel`` takes, or compile it."""
        rate = kernel.config.sample_rate
        chain = Chain(NullOutput(rate, ""), rate, 1.0, Latency())
        chain.write(np.zeros(1, np.float32))
        chain.envelope.take_back(0)
        chain.end()
        output = NullOutput(rate, "")  # as it takes over where a card goes
        output.start()
        output.write(np.zeros(1, np.float32))
        output.writer.take_back(1)
        output.writer.blank()
        decoder = Decoder(code_type(kernel.config), emphasis_of(kernel.config), rate)
        decoder.process(np.zeros(0, code_type(kernel.config)))
        native = Generator(kernel, GenerationParams(), 0).native(1)
        if native is not None and self._system is not None:
            self._call(native, decoder, chain, 0)

    def distribution(self) -> Distribution | None:
        """What the model says of the latest sample while the loop runs, else None; any thread may ask."""
        playing, pieces = self._playing, int(self._report.counts[PIECES])
        if playing is None or pieces <= playing.pieces_before:
            return None
        if pieces != self._shown_pieces or self._shown is None:
            self._shown_pieces, self._shown = pieces, self._latest(playing, pieces)
        return self._shown

    def _latest(self, playing: _Playing, pieces: int) -> Distribution:
        slot = (pieces - 1) % SLOTS
        drawn, before = float(self._report.drawn[slot]), float(self._report.before[slot])
        return playing.run.distribution_of(playing.outputs[slot].copy(), drawn, before)

    def _keys_back(self, run: Run, chain: Chain, most: int) -> int:
        """How many of ``most`` samples give way to keys: what the loop will still find there.

        A note begins with a certain sample, so it must be known beforehand, and not when the loop looks.
        """
        writer = chain.output.writer
        safe = writer.fill - writer.burst - round((SPARE_S + self._head_start) * run.sample_rate)
        return max(0, min(most, safe, run.generated - run.keys.earliest))

    def _call(
        self, native: Native, decoder: Decoder, chain: Chain, back: int, *, exact: bool = False
    ) -> Call:
        """The loop's, for ``native`` that begins ``back`` samples before what was written last."""
        rate = chain.sample_rate
        block = max(1, min(MOST, round(BLOCK_S * rate)))
        order = Order(
            min(round(chain.latency.seconds * rate), MOST_READY),
            block,
            max(1, round(FIRST_S * rate)),
            back,
            int(exact),
            round(min(SLOWER * self._away, 0.5 * chain.latency.seconds) * rate),
            TURN_S,
            chain.wanted_volume,
            self._interrupt.flag,
            chain.request_id,
            chain.leaving - back,
            chain.replaceable - back,
        )
        stages, port = chain.stages(decoder.arrays), chain.output.writer.port
        samples = Samples(native.address, native.box, native.codes)
        return routine(
            "live.loop", "play", samples, stages, port, order, self._report, self._system, short=False
        )

    def _note_absence(self, seconds: float) -> None:
        """The loop was away for so long, if it was for a turn at most: else it did not play meanwhile."""
        self._away = max(AWAY_S, seconds if seconds < TURN_S else 0.0, FORGOTTEN * self._away)

    def _finish(self, playing: _Playing, chain: Chain, native: Native, reason: int, back: int) -> None:
        counts, run = self._report.counts, playing.run
        made, start, lowest = int(counts[MADE]), int(counts[START]), int(counts[LOWEST])
        run.accept(native, made, start, late=reason == LATE)
        if reason == LATE:
            self._head_start = min(2.0 * self._head_start, chain.latency.seconds)
        if made > start:
            run.measure((made - start) / run.sample_rate, float(self._report.work[0]))
            run.distribution = self._latest(playing, int(counts[PIECES]))
        self._playing = None
        late = bool(counts[STATE] == PASSED)
        chain.written_alone(lowest if lowest != NEVER else None, late=late, again=start < back)
        if reason == DRY:
            chain.output.running  # noqa: B018
        if reason == NAN:
            at = run.generated - made + int(counts[BAD])
            raise FloatingPointError(f"the model gave NaN or infinity at sample {at}")
