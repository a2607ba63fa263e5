"""Speech as 24 features at 200 Hz: spectral envelope, melody and voicing, apart from each other.

20 cepstra, log F0, periodicity, voiced, pause: what FFTNet (Jin et al. 2018) and LPCNet (Valin and Skoglund
2019) tell their nets, so that the melody can be moved while the envelope stays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.speech.pitch import track_pitch

Floats = NDArray[np.float32]

FRAME_RATE = 200
"""Hz."""
CEPSTRA = 20
LOG_F0, PERIODICITY, VOICED, PAUSE = range(CEPSTRA, CEPSTRA + 4)
CHANNELS = CEPSTRA + 4
VERSION = 1
"""Of the formulas below: kept features of another version are made again."""

BANDS = 26
WINDOW_S = 0.02
FLOOR = 1e-7
"""Power of a band that counts as silence."""
PITCHES = (-24.0, 24.0)
"""Semitones that a melody may be moved by."""
SPEEDS = (0.25, 4.0)
"""How many times as fast it may be said."""
CENTRE_HZ = 160.0
"""The F0 that is feature 0."""
PAUSE_LEVEL = 0.003
"""Root mean square over PAUSE_S, of full scale: -50 dB."""
PAUSE_S = 0.05


def speech_features(samples: Floats, sample_rate: int) -> Floats:
    """Features [F, CHANNELS] float32 of ``samples`` [n] in ±1; F = ceil(n / hop), hop = rate / FRAME_RATE.

    Raises ValueError where the rate is no multiple of FRAME_RATE.
    """
    hop = hop_of(sample_rate)
    f0, periodicity = track_pitch(samples, sample_rate, hop)
    features = np.zeros((len(f0), CHANNELS), np.float32)
    features[:, :CEPSTRA] = cepstra(samples, sample_rate)
    features[:, LOG_F0] = melody(f0)
    features[:, PERIODICITY] = periodicity
    features[:, VOICED] = f0 > 0.0
    features[:, PAUSE] = pauses(samples, sample_rate)
    return features


def hop_of(sample_rate: int) -> int:
    """Samples a frame. Raises ValueError where they are not whole."""
    if sample_rate % FRAME_RATE:
        raise ValueError(f"{sample_rate} Hz is no multiple of {FRAME_RATE} Hz")
    return sample_rate // FRAME_RATE


def cepstra(samples: Floats, sample_rate: int) -> Floats:
    """[F, CEPSTRA]: the orthonormal DCT-II of log mel power (Davis and Mermelstein 1980).

    A Hann window of 20 ms around each frame's middle; power relative to that of a full-scale square wave.
    The first is the mean log power, brought near 0 by (+ 9) / 4; the others are divided by 3.
    """
    hop, width = hop_of(sample_rate), round(WINDOW_S * sample_rate)
    size = 1 << (width - 1).bit_length()
    window = np.hanning(width + 2)[1:-1]
    frames = -(-len(samples) // hop)
    padded = np.pad(samples.astype(np.float64), (width // 2, width + hop))
    starts = np.arange(frames) * hop + hop // 2
    filters, basis = mel_filters(sample_rate, size), dct_basis(BANDS, CEPSTRA)
    result = np.zeros((frames, CEPSTRA), np.float32)
    for first in range(0, frames, 4096):
        windowed = padded[starts[first : first + 4096, None] + np.arange(width)] * window
        power = np.abs(np.fft.rfft(windowed, size, axis=1)) ** 2 / window.sum() ** 2
        result[first : first + 4096] = np.log(np.maximum(power @ filters.T, FLOOR)) @ basis.T
    result[:, 0] = (result[:, 0] / np.sqrt(BANDS) + 9.0) / 4.0
    result[:, 1:] /= 3.0
    return result


def melody(f0: Floats) -> Floats:
    """[F]: half octaves above CENTRE_HZ, F0 in Hz interpolated by its logarithm where it is 0."""
    voiced = np.flatnonzero(f0 > 0.0)
    if not len(voiced):
        return np.zeros(len(f0), np.float32)
    logs = 2.0 * np.log2(f0[voiced] / CENTRE_HZ)
    through: Floats = np.interp(np.arange(len(f0)), voiced, logs).astype(np.float32)
    return through


def hertz(log_f0: Floats) -> Floats:
    """F0 in Hz of feature LOG_F0: the reverse of ``melody``."""
    f0: Floats = (CENTRE_HZ * 2.0 ** (log_f0 / 2.0)).astype(np.float32)
    return f0


def pauses(samples: Floats, sample_rate: int) -> Floats:
    """[F]: 1 where PAUSE_S around a frame's middle are softer than PAUSE_LEVEL, else 0."""
    hop, width = hop_of(sample_rate), round(PAUSE_S * sample_rate)
    frames = -(-len(samples) // hop)
    squares = np.pad(samples.astype(np.float64) ** 2, (width // 2, width + hop))
    sums = np.concatenate([[0.0], np.cumsum(squares)])
    starts = np.arange(frames) * hop + hop // 2
    quiet: Floats = (np.sqrt((sums[starts + width] - sums[starts]) / width) < PAUSE_LEVEL).astype(np.float32)
    return quiet


def sharpening(features: Floats) -> Floats:
    """[F]: the factor on the temperature where speech is periodic, 1 / (1 + max(0, 1.5 p - 0.5)).

    A power of a distribution is a temperature; this one keeps noise out of vowels and leaves fricatives
    theirs (LPCNet, Valin and Skoglund 2019, equation 7). ``features`` [F, CHANNELS]; p is the periodicity.
    """
    power = 1.0 + np.maximum(0.0, 1.5 * np.clip(features[:, PERIODICITY], 0.0, 1.0) - 0.5)
    factor: Floats = (1.0 / power).astype(np.float32)
    return factor


def bent(features: Floats, semitones: float = 0.0, speed: float = 1.0) -> Floats:
    """``features`` [F, CHANNELS] with the melody moved by ``semitones`` and said ``speed`` times as fast.

    Frames are interpolated in time, what is yes or no taken from the nearest: [round(F / speed), CHANNELS].
    Raises ValueError where the speed is not above 0.
    """
    if speed <= 0.0:
        raise ValueError(f"speed {speed} is not above 0")
    count = max(1, round(len(features) / speed)) if len(features) else 0
    at = np.clip((np.arange(count) + 0.5) * speed - 0.5, 0.0, max(0, len(features) - 1))
    low = at.astype(np.int64)
    high = np.minimum(low + 1, len(features) - 1)
    share = (at - low)[:, None]
    moved = features[low] * (1.0 - share) + features[high] * share
    moved[:, VOICED:] = features[np.rint(at).astype(np.int64), VOICED:]
    moved[:, LOG_F0] += semitones / 6.0
    result: Floats = moved.astype(np.float32)
    return result


def mel_filters(sample_rate: int, size: int) -> NDArray[np.float64]:
    """[BANDS, size / 2 + 1]: triangles equally wide on the mel scale, 2595 log10(1 + f / 700)."""
    top = 2595.0 * np.log10(1.0 + sample_rate / 2.0 / 700.0)
    edges = 700.0 * (10.0 ** (np.linspace(0.0, top, BANDS + 2) / 2595.0) - 1.0)
    bins = np.arange(size // 2 + 1) * sample_rate / size
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    triangles: NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
    return triangles


def dct_basis(inputs: int, outputs: int) -> NDArray[np.float64]:
    """[outputs, inputs]: rows of the orthonormal DCT-II."""
    angle = np.pi * (np.arange(inputs) + 0.5) * np.arange(outputs)[:, None] / inputs
    basis: NDArray[np.float64] = np.sqrt(2.0 / inputs) * np.cos(angle)
    basis[0] /= np.sqrt(2.0)
    return basis
