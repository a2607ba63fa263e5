"""Learn what pitch the voices model makes of the nets' envelopes, and write it into nets.safetensors.

    PYTHONPATH=. .venv/bin/python assets/speech/write_tuning.py corpora/kokoro [voices.safetensors]

Training sentences of the corpus are said, moved by up to four semitones and at other speeds, some with a
melody that wanders away from the envelope's. A regression by least absolute deviations gives the cents that
the sound is too high, from what was told; each voice has its own, drawn to one for all. What was learnt in a
round is made use of in the next one, at several strengths: what the model does with envelopes that were moved
is then among what is learnt from. Three rounds take about ten minutes on one core.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus
from engine.generation.backends import select_kernel
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.library.frames import frame_condition
from engine.library.paths import ROOT
from engine.library.recordings import STEP, in_steps
from engine.speech.features import CEPSTRA, LOG_F0, VOICED, Floats, hertz, hop_of
from engine.speech.nets import SEMITONE, SpeechNets
from engine.speech.nets_file import NetsFile, read_nets, write_nets
from engine.speech.pitch import track_pitch
from engine.speech.script import neighbours
from engine.speech.spoken import Manner
from engine.speech.tuning import INPUTS, UNTUNED, Tuning, tuned
from engine.stream.narration.equipment import read_in
from engine.training.speech_nets.predicted import wandering
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import samples_of
from engine.wavenet.model_file import ModelFile, load_model

NETS = ROOT / "assets" / "speech" / "nets.safetensors"
MODEL = ROOT / "assets" / "models" / "voices.safetensors"
ROUNDS = ((0.0,), (0.3, 0.6, 0.9), (0.4, 0.7, 1.0))
"""Strengths of the tuning learnt so far."""
SENTENCES = 24
"""Of each voice in a round."""
WORDS = range(6, 15)
SEMITONES, LOG_SPEED = 4.0, 0.22
WANDERING = (0.0, 0.5, 1.2)
BLOCK = 512
STRENGTH = 0.7
"""Of what the regression says: the whole of it overshoots."""
OUTLIER = 400.0
"""Cents beyond which it is an octave's slip, or no voice."""
SHARED, RIDGE, ROBUST, STEPS = 1.0, 3.0, 15.0, 10
LIMIT = 3.0
"""Deviations of what is put right."""
Rows = NDArray[np.float64]


class Said(NamedTuple):
    """Voiced frames of one voice."""

    told: Rows
    """[n, INPUTS]."""
    cents: Rows
    """[n]: too high."""


def main() -> None:
    """Write the file, and say how it goes."""
    corpus = Corpus(Path(sys.argv[1]))
    model = load_model(Path(sys.argv[2]) if len(sys.argv) > 2 else MODEL)
    kernel, file = select_kernel(model, "cpu"), _untuned(read_nets(NETS))
    nets = SpeechNets(file)
    tunings: dict[str, Tuning] = {}
    learnt: dict[str, list[Said]] = {voice: [] for voice in nets.speakers}
    for number, strengths in enumerate(ROUNDS):
        rng = np.random.default_rng((18, number))
        for voice in nets.speakers:
            row = np.array(tunings[voice].row() if voice in tunings else UNTUNED, np.float32)
            for text in rng.choice(_texts(corpus, voice), SENTENCES, replace=False):
                frames = _frames(nets, voice, str(text), rng)
                moved = tuned(frames, row) - frames[:, :CEPSTRA]
                frames[:, :CEPSTRA] += np.float32(rng.choice(strengths) / STRENGTH) * moved
                learnt[voice].append(
                    _heard(model, kernel, voice, in_steps(frames) * np.float32(STEP), number)
                )
        apart = np.concatenate([np.abs(said.cents) for own in learnt.values() for said in own[-SENTENCES:]])
        sys.stdout.write(f"round {number + 1}: {np.median(apart):.1f} cents\n")
        sys.stdout.flush()
        tunings = _learnt({voice: _together(own) for voice, own in learnt.items()})
    voices = tuple(dataclasses.replace(v, tuning=tunings[v.name]) for v in file.header.voices)
    card = {**file.header.card, "tuned_for": model.header.hash}
    write_nets(NETS, dataclasses.replace(file.header, voices=voices, card=card), file.weights)


def _untuned(file: NetsFile) -> NetsFile:
    voices = tuple(dataclasses.replace(voice, tuning=None) for voice in file.header.voices)
    return NetsFile(dataclasses.replace(file.header, voices=voices), file.weights)


def _texts(corpus: Corpus, voice: str) -> list[str]:
    texts = [piece.details["text"] for piece in corpus.split("train") if piece.speaker == voice]
    return [text for text in texts if len(text.split()) in WORDS]


def _frames(nets: SpeechNets, voice: str, text: str, rng: np.random.Generator) -> Floats:
    """[F, CHANNELS]: the text in any manner."""
    phrases = [phrase for phrase in read_in(nets.accent_of(voice), text).phrases if phrase.phones]
    manner = Manner(
        speakers=((voice, 1.0),),
        semitones=float(rng.uniform(-SEMITONES, SEMITONES)),
        speed=float(np.exp(rng.uniform(-LOG_SPEED, LOG_SPEED))),
    )
    said = [nets.say(phrase, manner, *neighbours(phrases, at)) for at, phrase in enumerate(phrases)]
    frames = np.concatenate([spoken.frames for spoken in said])
    away = wandering(int(rng.integers(2**31)), len(frames), float(rng.choice(WANDERING)))
    frames[:, LOG_F0] += away * np.float32(SEMITONE)
    return frames


def _heard(model: ModelFile, kernel: Kernel, voice: str, frames: Floats, seed: int) -> Said:
    """What the model makes of frames."""
    rate = model.config.sample_rate
    conditions = StreamConditions(frame_condition(model, frames))
    generator = Generator(kernel, GenerationParams(speaker=voice), seed, conditions)
    samples = len(frames) * hop_of(rate)
    codes = [generator.step(min(BLOCK, samples - first)).codes.copy() for first in range(0, samples, BLOCK)]
    f0, _ = track_pitch(samples_of(model.config, np.concatenate(codes)), rate, hop_of(rate))
    counted = (f0 > 0.0) & (frames[:, VOICED] > 0.5)
    cents = 1200.0 * np.log2(f0[counted] / hertz(frames[counted, LOG_F0]))
    kept = np.abs(cents) < OUTLIER
    return Said(frames[counted, :INPUTS][kept].astype(np.float64), cents[kept].astype(np.float64))


def _together(said: list[Said]) -> Said:
    return Said(*(np.concatenate(part) for part in zip(*said, strict=True)))


def _learnt(said: dict[str, Said]) -> dict[str, Tuning]:
    """A tuning for each voice: weights of its own beside those that all share, held small together."""
    whole = _together(list(said.values()))
    mean, deviation = whole.told.mean(axis=0), whole.told.std(axis=0)
    voices = len(said)
    inputs = []
    for number, own in enumerate(said.values()):
        scaled = (own.told - mean) / deviation
        columns = np.zeros((len(scaled), voices + voices * INPUTS + INPUTS))
        columns[:, number] = 1.0
        columns[:, voices + number * INPUTS : voices + (number + 1) * INPUTS] = scaled
        columns[:, -INPUTS:] = SHARED * scaled
        inputs.append(columns)
    found = _least_absolute(np.concatenate(inputs), whole.cents)
    tunings = {}
    for number, (voice, own) in enumerate(said.items()):
        weights = found[voices + number * INPUTS : voices + (number + 1) * INPUTS] + SHARED * found[-INPUTS:]
        weights = weights / deviation
        tunings[voice] = _tuning(weights, float(found[number] - weights @ mean), own)
    return tunings


def _tuning(weights: Rows, bias: float, own: Said) -> Tuning:
    """The direction changes the cepstra least, by how the voice's own stray together."""
    covariance = np.cov(own.told[:, :CEPSTRA].T) + 1e-3 * np.eye(CEPSTRA)
    away = covariance @ weights[:CEPSTRA]
    variance = float(weights[:CEPSTRA] @ away)
    return Tuning(
        tuple(weights.round(3).tolist()),
        round(bias, 3),
        tuple((STRENGTH * away / variance).round(7).tolist()),
        round(LIMIT * float(np.sqrt(variance)), 1),
    )


def _least_absolute(inputs: Rows, outputs: Rows) -> Rows:
    """Weights of a linear function, by least squares that are weighted anew."""
    counted = np.ones(len(outputs))
    found: Rows = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        weighted = inputs * counted[:, None]
        found = np.linalg.solve(weighted.T @ inputs + RIDGE * np.eye(inputs.shape[1]), weighted.T @ outputs)
        counted = 1.0 / np.maximum(np.abs(outputs - inputs @ found), ROBUST)
    return found


if __name__ == "__main__":
    main()
