"""The way from a source's samples to the output: fades, plots' taps, limiter, volume, resampler, buffer."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.stream.dsp.decoder import DecoderArrays
from engine.stream.dsp.envelope import Envelope
from engine.stream.dsp.fades import CROSSFADE_S, FADE_S, FadeIn, crossfade, fade_out
from engine.stream.dsp.limiter import Limiter
from engine.stream.dsp.meter import Meter
from engine.stream.dsp.volume import Volume
from engine.stream.live.arrays import Stages
from engine.stream.output.latency import Latency, Policy
from engine.stream.output.null_output import Output
from engine.stream.output.resample import Resampler
from engine.stream.sources import Source, block_size


class Chain:
    """Plays one source's samples after another's, all at one rate, on one output.

    Only the worker thread uses it, except ``envelope``, ``meter``, ``volume``, ``position`` and ``fill``.
    """

    def __init__(
        self,
        output: Output,
        sample_rate: int,
        volume: float,
        latency: Latency,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.output = output
        self.sample_rate = sample_rate
        self.latency = latency
        self._now = now
        self.block = block_size(sample_rate)
        self.wanted_volume = np.full(1, volume)
        """[1]: see ``volume``; compiled code reads it."""
        self.underruns = 0
        self.envelope = Envelope(sample_rate)
        self.meter = Meter(sample_rate)
        self._volume = Volume(sample_rate, volume)
        self._feeding = False
        self._started = False
        self._settled = False
        self._late = False
        self._last = np.float32(0.0)
        self.request_id = 0
        """Whose sound is written: see ``mark``."""
        self._origin = self._barrier = 0
        self._dropouts = output.dropouts
        self._connect(output)

    def _connect(self, output: Output) -> None:
        self.output = output
        self._ratio = output.rate / self.sample_rate
        self._barrier = self._sent
        self._fade = FadeIn(self.sample_rate)
        self._limiter = Limiter(self.sample_rate)
        self._resampler = Resampler(self.sample_rate, output.rate)
        self._dropouts = output.dropouts

    def change_output(self, output: Output) -> None:
        """Go on with another output; what the old one still held is lost."""
        self.underruns = self.count_dropouts()
        self._connect(output)
        self._started = self._settled = False
        self._fade.restart()

    @property
    def volume(self) -> float:
        """0…1; taken up within a block."""
        return float(self.wanted_volume[0])

    @volume.setter
    def volume(self, volume: float) -> None:
        self.wanted_volume[0] = volume

    @property
    def total_latency_s(self) -> float:
        """Seconds from generating a sample to hearing it."""
        filters = self._limiter.delay / self.sample_rate + self._resampler.delay_s
        return self.latency.seconds + filters + self.output.latency

    @property
    def position(self) -> int:
        """Index, in the sound that was marked last, of the next sample that the output takes."""
        held = self._limiter.delay + round(self._resampler.delay_s * self.sample_rate)
        return self._sent - self._origin - held - self.fill

    @property
    def _sent(self) -> int:
        """Samples that were ever sent on, less those that were taken back."""
        return int(self.envelope.arrays.at[0])  # compiled code counts there

    @property
    def fill(self) -> int:
        """Samples, at the source's rate, that the output still has to take."""
        return int(self.output.fill / self._ratio)

    @property
    def sounding(self) -> bool:
        """Whether a source has begun and not been brought to its end."""
        return self._feeding

    def follow(self, policy: Policy) -> None:
        """Keep as much ready as ``policy`` says."""
        self.latency.follow(policy, self._now())

    def room(self) -> int:
        """Samples wanted to fill the buffer."""
        return int((self.latency.seconds * self.output.rate - self.output.fill) / self._ratio)

    def wait_s(self) -> float:
        """Seconds until there is room for a block."""
        return max(0.001, (self.block - self.room()) / self.sample_rate)

    def count_anew(self) -> None:
        """Let underruns count from 0."""
        self.underruns = 0
        self._dropouts = self.output.dropouts

    def mark(self, request_id: int, sample: int) -> None:
        """Say what is written next: the sound of a request, from its index ``sample`` on."""
        self.request_id, self._origin = request_id, self._sent - sample
        self.commit()

    def commit(self) -> None:
        """Let what was written up to now never be taken back."""
        self._barrier = self._sent

    def write(self, samples: NDArray[np.float32]) -> None:
        """Play [n] samples in ±1 after all the others."""
        if not self._feeding:
            # The output may still be taking the end of what went before; only once the buffer was full
            # is running dry an underrun.
            self._feeding, self._started, self._settled = True, self.output.running, False
            self._fade.restart()
        samples = self._fade.process(samples)
        self._last = samples[-1]
        self.meter.push(samples)
        self._send(samples)

    def cross(self, old: Source, new: Source) -> None:
        """Play the end of one source and the beginning of the next, both of them ready, in one."""
        falling, rising = crossfade(round(CROSSFADE_S * self.sample_rate))
        for start in range(0, len(falling), self.block):
            chunk = slice(start, start + self.block)
            ending = old.read(len(falling[chunk]))
            self.write(ending * falling[chunk] + new.read(len(ending)) * rising[chunk])

    def poll(self) -> bool:
        """Start the output once the buffer is full; returns whether it ran dry since the last call."""
        if not self._feeding:
            return False
        now = self._now()
        if self._started and not self.output.running:
            counts, self._settled = self._settled, False
            self._started, self._last = False, np.float32(0.0)
            self._fade.restart()
            self.commit()
            if counts:
                self.underruns += 1
                self.latency.underrun(now)
            return counts
        if self._started and self._settled:
            self.latency.watch(self.output.fill / self.output.rate, now)
        elif self.room() < self.block:
            self._settled = True
            self.latency.rest(now)
            if not self._started:
                self._start()
        return False

    def count_dropouts(self) -> int:
        """Underruns, together with the gaps that came about in the sound card."""
        return self.underruns + self.output.dropouts - self._dropouts

    def end(self) -> None:
        """Nothing follows: let all that was written be heard, and the output run dry."""
        if not self._feeding:
            return
        tail = self._limiter.delay + round(self._resampler.delay_s * self.sample_rate)
        self._send(np.zeros(tail, dtype=np.float32))
        self.output.writer.blank()
        self._start()
        self._feeding = False
        self.meter.silence()

    def break_off(self) -> None:
        """The same where the source has no more samples to fade out: the last one fades instead."""
        if self._feeding:
            n = max(1, round(FADE_S * self.sample_rate))
            self.write(fade_out(np.full(n, self._last, dtype=np.float32)))
            self.end()

    # What the compiled loop does in place of ``write``.

    @property
    def direct(self) -> bool:
        """Whether compiled code may write to the output."""
        return self._ratio == 1.0 and self.output.in_real_time

    @property
    def can_play_alone(self) -> bool:
        """Whether it may just now: while a source is being played."""
        return self.direct and self._feeding and self._started

    def stages(self, decoder: DecoderArrays) -> Stages:
        """What every sample goes through, behind a source's decoder."""
        fade, limiter, volume = self._fade.arrays, self._limiter.arrays, self._volume.arrays
        return Stages(decoder, fade, self.meter.arrays, limiter, volume, self.envelope.arrays)

    @property
    def leaving(self) -> int:
        """Index, in the sound that was marked last, of the next sample that leaves the limiter."""
        return self._sent - self._origin - self._limiter.delay

    @property
    def replaceable(self) -> int:
        """Samples sent since the barrier of ``mark`` and ``commit``."""
        return self._sent - self._barrier

    @property
    def settled(self) -> bool:
        """Whether the buffer was full, and nothing was taken back since."""
        return self._settled

    def written_alone(self, lowest: int | None, *, late: bool, again: bool) -> None:
        """Note that compiled code wrote: what was least ready while it kept the buffer full, and any gap.

        ``again``: in place of what was ready.
        """
        self._settled = self._settled and not again
        self._last = self.meter.latest
        if late and not self._late:
            self.underruns += 1
            self.latency.underrun(self._now())
        self._late = late or (self._late and lowest is None)  # until the buffer is full again, it is one gap
        if not late and lowest is not None:
            self.latency.watch(lowest / self.output.rate, self._now())

    def take_back(self, most: int, spare_s: float) -> int:
        """Let the latest samples, ``most`` at most, not have been written yet; returns how many.

        As many as the output will surely not take within ``spare_s`` seconds.
        """
        writer, rate = self.output.writer, self.output.rate
        safe = writer.fill - writer.burst - round(spare_s * rate)
        n = min(most, safe, self.replaceable)
        if n <= 0 or not self.can_play_alone:
            return 0
        for stage in (self._fade, self.meter, self._limiter, self._volume, self.envelope, writer):
            stage.take_back(n)
        self._last, self._settled = self.meter.latest, False
        return n

    def _start(self) -> None:
        self.output.start()
        self._started = True

    def _send(self, samples: NDArray[np.float32]) -> None:
        leaving = self.leaving
        audible = self._volume.process(self._limiter.process(samples), self.volume)
        self.envelope.push(audible, self.request_id, leaving)
        self.output.write(self._resampler.process(audible))
