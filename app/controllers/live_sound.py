"""The wave and the spectrum of what sounds, drawn as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.plots.pyramid import BUCKET
from app.plots.spectrogram import WINDOW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.controllers.take_pictures import Pictures
    from app.plots.spectrogram import Spectrogram
    from app.stage import Stage
    from engine.stream.dsp.envelope import EnvelopeSnapshot
    from engine.stream.messages import Status
    from engine.stream.session import Session

BACK_BUCKETS = 80
"""Buckets that may come anew when a control moves: 0.3 s of them."""


class LiveSound:
    """Looks at what the session sends to its output, 30 times a second."""

    def __init__(self, stage: Stage, session: Session) -> None:
        self._stage, self._session = stage, session
        self._next_bucket = 0
        self._began = 0
        """Index of the first bucket of what sounds."""

    def begin(self, snapshot: EnvelopeSnapshot, request_id: int) -> int:
        """Another sound has begun; returns the index of the first sample that there is of it."""
        own = _own(snapshot, request_id)
        self._began = self._next_bucket = snapshot.first + int(own.argmax())
        return int(snapshot.sample[own][0]) if own.any() else 0

    def pull(self, status: Status, audible_s: float, pictures: Pictures) -> None:
        """Draw what is new of the sound that ``status`` tells of."""
        snapshot = self._session.envelope()
        before, self._next_bucket = self._next_bucket, snapshot.first + len(snapshot.low)
        first = max(before - BACK_BUCKETS, snapshot.first) - snapshot.first
        own = first + np.flatnonzero(_own(snapshot, status.request_id)[first:])
        if not len(own):
            return
        volume = max(self._session.volume, 0.01)  # the take is drawn, not how loud it is listened to
        numbers = (snapshot.sample[own] + BUCKET // 2) // BUCKET
        low, high = snapshot.low[own] / volume, snapshot.high[own] / volume
        for part in np.split(np.arange(len(numbers)), np.flatnonzero(np.diff(numbers) != 1) + 1):
            pictures.pyramid.write(int(numbers[part[0]]), low[part], high[part])
        bucket_s = BUCKET / status.sample_rate
        self._stage.wave.extend(int(numbers.min()) * bucket_s, (int(numbers.max()) + 1) * bucket_s, audible_s)
        origin, spectrogram = snapshot.origin(status.request_id), pictures.spectrogram
        if origin is not None and spectrogram is not None:
            self._pull_spectrum(BUCKET * (snapshot.first + int(own[0])), origin, volume, spectrogram)

    def _pull_spectrum(self, new: int, origin: int, volume: float, spectrogram: Spectrogram) -> None:
        """Draw every spectrum that a sample from ``new`` on lies in; ``origin`` is where sample 0 lies."""
        latest = self._session.latest_samples()
        start = max(new - WINDOW, latest.first, origin, BUCKET * self._began)
        end = BUCKET * self._next_bucket
        changed = spectrogram.write(
            start - origin, latest.samples[start - latest.first : end - latest.first] / volume
        )
        if changed is not None:
            rate = spectrogram.sample_rate
            self._stage.spectrum.draw_between(changed[0] / rate, changed[1] / rate)


def _own(snapshot: EnvelopeSnapshot, request_id: int) -> NDArray[np.bool_]:
    """[n_buckets]: which of them are of a request's sound."""
    own: NDArray[np.bool_] = (snapshot.request == request_id) & (snapshot.sample >= 0)
    return own
