"""Clicks on the virtual card's own way, without a session: when each was taken from the ring.

Usage: python -m tests.end_to_end.click FILE: writes the times, on the monotonic clock, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from engine.stream.output.portaudio import open_device
from engine.stream.output.selector import LATENCY_S

RATE = 16_000
CLICKS, APART_S, LEAD_S = 20, 0.35, 0.05


def main(file: str) -> None:
    """Keep the card playing silence, and a click of 2 ms in it now and then."""
    output = open_device(None, RATE, LATENCY_S)
    silence, click = np.zeros(RATE // 100, np.float32), np.full(RATE // 500, 0.5, np.float32)
    taken_at, pending = [], None
    next_at = time.monotonic() + 2.0
    while len(taken_at) < CLICKS:
        now = time.monotonic()
        if pending is not None and output.writer.taken > pending:
            taken_at.append(now)
            pending, next_at = None, now + APART_S
        if output.fill < LEAD_S * RATE:
            if pending is None and now >= next_at:
                pending = int(output.writer.port.cursor[0])
                output.write(click)
            output.write(silence)
            output.start()
        time.sleep(0.0003)
    time.sleep(0.3)
    output.close()
    Path(file).write_text(json.dumps(taken_at))


if __name__ == "__main__":
    main(*sys.argv[1:])
