"""Lets a stream play on by itself: hands it to the compiled loop, and takes over what that has made."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.generation.generator import Generator
from engine.kernels.base import SLOTS, Kernel, Native
from engine.stream.dsp.decoder import Decoder
from engine.stream.interrupt import Interrupt
from engine.stream.live.arrays import (
    BAD,
    DRY,
    LOWEST,
    MADE,
    MOST,
    NAN,
    PASSED,
    PIECES,
    START,
    STATE,
    Order,
    Samples,
    new_report,
)
from engine.stream.live.system import find_system
from engine.stream.machine import routine
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
BLOCK_S = 0.004
"""Seconds of sound made at a time …"""
FIRST_S = 0.002
"""… and the first time after a control moved."""
MOST_READY = 7680
"""Samples kept ready at most: what no kernel is asked to take back need not be there."""
NEVER = 2**62
"""More than can ever be ready."""


class _Playing(NamedTuple):
    """What the loop plays just now."""

    run: Run
    outputs: NDArray[np.float32]
    """[SLOTS, config.outputs]: see ``kernels.native``."""
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

        What the output has not taken yet is made again where a control moved. Raises FloatingPointError on
        NaN.
        """
        if not self.can_play(run, chain):
            return False
        most = min(run.max_take_back, chain.replaceable, chain.output.writer.fill)
        back = most if run.moved else 0
        native = run.native(round(PLANNED_S * run.sample_rate), back)
        if native is None:
            return False
        counts = self._report.counts
        counts[:PIECES] = (0, 0, 0, 0, NEVER, chain.settled)
        self._report.work[0] = 0.0
        playing = _Playing(run, native.outputs, int(counts[PIECES]))
        arguments = self._arguments(native, run.decoder, chain, back)
        code = routine("live.loop", "play", *arguments)
        self._playing = playing
        with real_time() as self.real_time:
            reason = code(*arguments)
        self._finish(playing, chain, native, reason, back)
        return True

    def prepare(self, kernel: Kernel) -> None:
        """Load the compiled code that playing with ``kernel`` takes, or compile it."""
        rate = kernel.config.sample_rate
        chain = Chain(NullOutput(rate, ""), rate, 1.0, Latency())
        chain.write(np.zeros(1, np.float32))
        chain.envelope.take_back(0)
        chain.end()
        decoder = Decoder(code_type(kernel.config), emphasis_of(kernel.config), rate)
        decoder.process(np.zeros(0, code_type(kernel.config)))
        native = Generator(kernel, GenerationParams(), 0).native(1)
        if native is not None and self._system is not None:
            routine("live.loop", "play", *self._arguments(native, decoder, chain, 0))

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

    def _arguments(self, native: Native, decoder: Decoder, chain: Chain, back: int) -> tuple[Any, ...]:
        """What the loop takes, for ``native`` that begins ``back`` samples before what was written last."""
        rate = chain.sample_rate
        block = max(1, min(MOST, round(BLOCK_S * rate)))
        order = Order(
            min(round(chain.latency.seconds * rate), MOST_READY),
            block,
            max(1, round(FIRST_S * rate)),
            back,
            TURN_S,
            chain.wanted_volume,
            self._interrupt.flag,
            chain.request_id,
            chain.leaving - back,
            chain.replaceable - back,
        )
        stages, port = chain.stages(decoder.arrays), chain.output.writer.port
        samples = Samples(native.address, native.box, native.codes)
        return samples, stages, port, order, self._report, self._system

    def _finish(self, playing: _Playing, chain: Chain, native: Native, reason: int, back: int) -> None:
        counts, run = self._report.counts, playing.run
        made, start, lowest = int(counts[MADE]), int(counts[START]), int(counts[LOWEST])
        run.accept(native, made, start)
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
