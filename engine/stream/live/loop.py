"""The loop that plays: it waits for room, makes a block, and sends it through the stages into the ring.

It takes no lock and no memory, and needs no Python until it returns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernels.base import SLOTS
from engine.kernels.jit import njit_part
from engine.kernels.piece import piece
from engine.stream.dsp.compiled import decode, fade_in, limit, measure, trace, turn, untrace
from engine.stream.live.arrays import (
    BAD,
    CALLED,
    DRY,
    FULL,
    IN_TIME,
    LATE,
    LOWEST,
    MADE,
    NAN,
    PIECES,
    PLANNED,
    SPARE_S,
    START,
    STATE,
    TIME,
)
from engine.stream.live.atomic import load, read_time, wait
from engine.stream.live.ports import BEFORE, NOW, SEEN, WRITTEN, look, pace, put, taken

NAP_S = 0.001
"""Between two looks at what is wanted and what was taken."""


@njit_part
def play(native: Any, stages: Any, port: Any, order: Any, report: Any, system: Any) -> Any:
    """Play until there is a reason not to, which is returned: see ``arrays``. The ring must be in use."""
    counts, n = report.counts, order.block
    seconds = now(system)
    end = seconds + order.seconds
    pace(port, seconds)
    port.looks[SEEN] = taken(port)
    if order.back > 0 and take_back(stages, port, order, report) > 0:
        n = order.first
    if order.exact != 0 and counts[START] > 0:
        return LATE
    while True:
        seconds = report.work[1] = now(system)
        if seconds > end:
            return TIME
        found = look(port, seconds)
        revolume(stages, port, order, report, found)
        ready = port.cursor[WRITTEN] - found
        if counts[FULL]:
            counts[LOWEST] = min(counts[LOWEST], ready)
        if ready + n > order.lead:
            counts[FULL] = 1
            if load(order.called, 0) != 0:
                return CALLED
            sleep(system, min(NAP_S, max(1e-4, (ready + n - order.lead) / port.rate)))
            continue
        n = min(n, len(native.codes) - counts[MADE])
        if n == 0:
            return PLANNED
        made = _block(native, stages, port, order, report, n)
        report.work[1] = now(system)
        report.work[0] += report.work[1] - seconds
        if made < n:
            counts[BAD] = counts[MADE] + made
            return NAN
        counts[MADE] += n
        n = order.block
        if counts[STATE] != IN_TIME:
            return DRY
        # Not before something was made: calls may come without rest, and the way back may take long.
        if load(order.called, 0) != 0 and port.cursor[WRITTEN] - taken(port) >= order.least:
            return CALLED


@njit_part
def _block(native: Any, stages: Any, port: Any, order: Any, report: Any, n: Any) -> Any:
    """Make ``n`` samples and send them on; returns n, or the index of the first that is NaN."""
    counts, samples, faded = report.counts, report.scratch[0, :n], report.scratch[1, :n]
    slot, start = counts[PIECES] % SLOTS, counts[MADE]
    made = piece(native.address, native.box, start, n, slot)
    if made < n:
        return made
    codes = native.codes[start : start + n]
    decode(stages.decoder, codes, samples)
    report.drawn[slot] = stages.decoder.table[np.int64(codes[n - 1]) & (len(stages.decoder.table) - 1)]
    totals = stages.decoder.totals
    report.before[slot] = totals[(stages.decoder.at[0] - 2) & (len(totals) - 1)]
    counts[PIECES] += 1
    fade_in(stages.fade, samples, faded)
    measure(stages.meter, faded)
    limit(stages.limiter, faded, samples)
    _send(stages, port, order, report, samples, faded, order.sample + start)
    return n


@njit_part
def _send(stages: Any, port: Any, order: Any, report: Any, samples: Any, out: Any, sample: Any) -> None:
    turn(stages.volume, samples, load(order.volume, 0), out)
    trace(stages.envelope, out, order.request_id, sample)
    state = put(port, out)
    report.counts[STATE] = max(report.counts[STATE], state)


@njit_part
def take_back(stages: Any, port: Any, order: Any, report: Any) -> Any:
    """Let the latest samples that are surely not taken yet not have come yet; returns how many."""
    n = max(0, min(order.back, port.cursor[WRITTEN] - taken(port) - margin(port)))
    if order.exact != 0 and n < order.back:
        n = 0
    for at in (stages.decoder.at, stages.fade.at, stages.meter.at, stages.limiter.at, stages.volume.at):
        at[0] -= n
    untrace(stages.envelope, n)
    port.cursor[WRITTEN] -= n
    counts = report.counts
    counts[MADE] = counts[START] = order.back - n
    if n > 0:
        counts[FULL] = 0
    return n


@njit_part
def margin(port: Any) -> Any:
    """Frames that the consumer may be about to take."""
    return max(port.looks[NOW], port.looks[BEFORE]) + int(SPARE_S * port.rate)


@njit_part
def revolume(stages: Any, port: Any, order: Any, report: Any, found: Any) -> None:
    """Where another volume is wanted, let what was not yet taken have it."""
    volume = stages.volume
    mask = len(volume.gains) - 1
    if np.float32(load(order.volume, 0)) == volume.gains[(volume.at[0] - 1) & mask]:
        return
    made = report.counts[MADE]
    n = min(port.cursor[WRITTEN] - found - margin(port), order.replaceable + made)
    if n <= 0:
        return
    volume.at[0] -= n
    untrace(stages.envelope, n)
    port.cursor[WRITTEN] -= n
    done = 0
    while done < n:
        count = min(order.block, n - done)
        samples, out = report.scratch[0, :count], report.scratch[1, :count]
        for i in range(count):
            samples[i] = volume.samples[(volume.at[0] + i) & mask]
        _send(stages, port, order, report, samples, out, order.sample + made - n + done)
        done += count


@njit_part
def now(system: Any) -> Any:
    """Seconds, as ``time.monotonic`` gives them."""
    read_time(system.read_time, system.time_number, system.spec)
    return system.spec[0] + 1e-9 * system.spec[1]


@njit_part
def sleep(system: Any, seconds: Any) -> None:
    """For less than a second."""
    system.spec[0], system.spec[1] = 0, int(1e9 * seconds)
    wait(system.sleep, system.spec)
