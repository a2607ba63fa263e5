"""Sentences played faster or slower, as a tape is: melodies that the voices of a corpus do not have.

A model that has heard a voice in its own range only keeps near that range when it is told another melody.
Played faster, pitch and formants rise together, and what the features say of both is still true.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import hop_of, speech_features
from engine.training.crops import Crop, make_crop, speech_frames
from engine.training.encoded_corpus import EncodedCorpus
from engine.wavenet.config import ModelConfig
from engine.wavenet.emphasis import codes_of

MARGIN_S = 0.06
"""Read before and after a crop: what pitch tracking and resampling need."""


class Varispeed:
    """Cuts crops from the training pieces of a corpus at other speeds."""

    def __init__(self, encoded: EncodedCorpus, config: ModelConfig, semitones: float) -> None:
        self._encoded, self._config, self._semitones = encoded, config, semitones
        self._pieces = encoded.corpus.split("train")
        lengths = np.array([piece.length for piece in self._pieces], np.float64)
        self._shares = lengths / lengths.sum()

    def crop(
        self, rng: np.random.Generator, length: int
    ) -> tuple[Crop, NDArray[np.float32], NDArray[np.float32]]:
        """``length`` samples from anywhere in a piece, moved by up to so many semitones up or down.

        With them their frames [F, channels] and the piece's global features. A piece that is too short is
        padded with silence that does not count.
        """
        rate = self._encoded.corpus.sample_rate
        margin = round(MARGIN_S * rate) // hop_of(rate) * hop_of(rate)
        piece = self._pieces[rng.choice(len(self._pieces), p=self._shares)]
        factor = 2.0 ** (rng.uniform(-self._semitones, self._semitones) / 12.0)
        needed = round((length + 2 * margin) * factor)
        start = int(rng.integers(0, max(1, piece.length - needed + 1)))
        samples = self._encoded.corpus.samples(piece)[start : start + needed]
        played = at_speed(samples, rate, factor)
        frames = speech_features(played, rate).astype(np.float16)
        first = margin if len(played) > length else 0
        crop = make_crop(codes_of(self._config, played), first, length, cold=first == 0)
        told = speech_frames(self._config, frames, first, length)
        return crop, told, self._encoded.global_features(piece)


def at_speed(samples: NDArray[np.float32], sample_rate: int, factor: float) -> NDArray[np.float32]:
    """``samples`` [n] in ±1 as they sound when played ``factor`` times as fast, at the same rate."""
    import soxr  # not on a rented machine that trains without it

    played: NDArray[np.float32] = soxr.resample(samples, sample_rate * factor, sample_rate)
    return np.clip(played, np.float32(-1.0), np.float32(1.0))
