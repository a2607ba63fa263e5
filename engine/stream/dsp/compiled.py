"""What is done to the sound on its way out, compiled: one function a stage, whoever calls it.

A stage's arrays are rings, and every sample has its place in them by its index in the stage's sound: to go
back is to count back. ``at`` [1] is the index of the next sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernels.jit import njit_part
from engine.stream.dsp.envelope import BUCKET
from engine.stream.dsp.limiter import CEILING, LEVEL

CLIP = np.float32(CEILING)


@njit_part
def decode(decoder: Any, codes: Any, out: Any) -> None:
    """Codes [n] as they sound, float32 in ±1: x[t] = y[t] / g + c x[t-1], as ``wavenet.emphasis`` has it."""
    at, mask, last = decoder.at[0], len(decoder.totals) - 1, len(decoder.table) - 1
    for i in range(len(codes)):
        drawn = decoder.table[np.int64(codes[i]) & last]
        if decoder.coefficient == 0.0 and decoder.gain == 1.0:
            out[i] = drawn
            continue
        before = decoder.totals[(at + i - 1) & mask]
        total = np.float64(drawn) / decoder.gain + decoder.coefficient * before
        decoder.totals[(at + i) & mask] = total
        out[i] = np.float32(min(max(total, -1.0), 1.0))
    decoder.at[0] = at + len(codes)


@njit_part
def fade_in(fade: Any, samples: Any, out: Any) -> None:
    """[n] samples; raised from silence to full level while they lie within the fade."""
    done = fade.at[0] - fade.start[0]
    for i in range(len(samples)):
        out[i] = samples[i] * fade.gain[done + i] if done + i < len(fade.gain) else samples[i]
    fade.at[0] += len(samples)


@njit_part
def measure(meter: Any, samples: Any) -> None:
    """[n] samples go into the meter."""
    at, size = meter.at[0], len(meter.recent)
    for i in range(len(samples)):
        meter.recent[(at + i) % size] = samples[i]
        if abs(samples[i]) >= 1.0:
            meter.clipped[0] = 1
    meter.at[0] = at + len(samples)


@njit_part
def limit(limiter: Any, samples: Any, out: Any) -> None:
    """[n] samples of any amplitude; out come as many within ±CEILING, ``delay`` samples later."""
    at, delay, mask = limiter.at[0], limiter.delay, len(limiter.late) - 1
    for i in range(len(samples)):
        t = at + i
        limiter.late[t & mask] = samples[i]
        wish = _wish(limiter, t, np.float64(samples[i]))
        limiter.held[t & mask] = min(wish, limiter.held[(t - 1) & mask] + limiter.release)
        lowest = 0.0
        for back in range(delay + 1):
            lowest = min(lowest, limiter.held[(t - back) & mask])
        limiter.lowest[t & mask] = lowest
        total = 0.0
        for back in range(delay, -1, -1):
            total += limiter.lowest[(t - back) & mask]
        late = limiter.late[(t - delay) & mask]
        if total < 0.0:
            turned = np.float32(np.float64(late) * np.exp(total / (delay + 1)))
            late = min(max(turned, -CLIP), CLIP)  # rounding only
        out[i] = late
    limiter.at[0] = at + len(samples)


@njit_part
def _wish(limiter: Any, t: Any, sample: Any) -> Any:
    """Logarithm of the gain that sample ``t`` calls for, at most 0."""
    mask, window = len(limiter.late) - 1, limiter.window
    limiter.squares[t & mask] = sample * sample
    if t % window == 0:  # a sum that goes on for ever would drift
        total = 0.0
        for back in range(window - 1, -1, -1):
            total += limiter.squares[(t - back) & mask]
    else:
        total = limiter.sums[(t - 1) & mask] + sample * sample - limiter.squares[(t - window) & mask]
    limiter.sums[t & mask] = total
    power = max(total, 0.0) / window
    over = max(max(abs(sample) / CEILING, np.sqrt(power) / LEVEL), 1.0)
    return -np.log(over)


@njit_part
def turn(volume: Any, samples: Any, wanted: Any, out: Any) -> None:
    """[n] samples, in which the volume goes over to ``wanted``."""
    at, mask, n = volume.at[0], len(volume.gains) - 1, len(samples)
    old = np.float64(volume.gains[(at - 1) & mask])
    for i in range(n):
        volume.samples[(at + i) & mask] = samples[i]
        gain = np.float32(wanted if i == n - 1 else old + (wanted - old) * i / (n - 1))
        volume.gains[(at + i) & mask] = gain
        out[i] = samples[i] * gain
    volume.at[0] = at + n


@njit_part
def trace(envelope: Any, samples: Any, request_id: Any, sample: Any) -> None:
    """[n] samples of a request's sound, from its index ``sample`` on, go into the envelope's buckets."""
    at, slots, mask = envelope.at[0], len(envelope.low), len(envelope.samples) - 1
    for i in range(len(samples)):
        t = at + i
        slot, value = (t // BUCKET) % slots, samples[i]
        envelope.samples[t & mask] = value
        if t % BUCKET == 0:
            envelope.low[slot], envelope.high[slot] = value, value
            envelope.request[slot], envelope.sample[slot] = request_id, sample + i
        else:
            envelope.low[slot] = min(envelope.low[slot], value)
            envelope.high[slot] = max(envelope.high[slot], value)
        envelope.at[0] = t + 1


@njit_part
def untrace(envelope: Any, n: Any) -> None:
    """Take the last ``n`` samples back out of the envelope's buckets."""
    end, mask = envelope.at[0] - n, len(envelope.samples) - 1
    envelope.at[0] = end
    slot = (end // BUCKET) % len(envelope.low)
    for t in range(end // BUCKET * BUCKET, end):
        value = envelope.samples[t & mask]
        first = t % BUCKET == 0
        envelope.low[slot] = value if first else min(envelope.low[slot], value)
        envelope.high[slot] = value if first else max(envelope.high[slot], value)
