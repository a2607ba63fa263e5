"""Small speech nets with random weights, for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.speech.features import CEPSTRA, VERSION
from engine.speech.nets import SpeechNets
from engine.speech.nets_file import FORMAT, NetsHeader, NetVoice, net_weight_shapes, write_nets
from engine.speech.script import STOPS, Phone, Phrase, Word
from engine.speech.shape import NetShape
from engine.speech.text.dictionary import Accent
from engine.speech.tokens import SYMBOLS
from engine.wavenet.config import VoiceStatistics

SHAPE = NetShape(
    width=16, speaker=4, prosody_encoder=1, prosody_frames=1, acoustic_encoder=1, acoustic_frames=1
)
PAUSES = {stop: 0.1 * (1 + index) for index, stop in enumerate(STOPS)}


def voice(name: str, log_f0: float, accent: Accent = "american") -> NetVoice:
    """A voice whose melody has mean ``log_f0`` and deviation 0.5."""
    mean = (*np.linspace(-1.0, 1.0, CEPSTRA).tolist(), log_f0, 0.0, 0.0, 0.0)
    statistics = VoiceStatistics(mean, (*[0.7] * CEPSTRA, 0.5, 0.0, 0.0, 0.0))
    return NetVoice(name, statistics, (1.2,) * CEPSTRA, 1.5, accent)


def header(**changed: object) -> NetsHeader:
    """Of two voices, "anna" and the deeper "bert", who is British."""
    fields = {
        "format": FORMAT,
        "features": VERSION,
        "name": "test",
        "symbols": SYMBOLS,
        "shape": SHAPE,
        "voices": (voice("anna", 1.0), voice("bert", -1.0, "british")),
        "pauses": PAUSES,
        "hash": "",
    }
    return NetsHeader(**(fields | changed))


def random_weights(shape: NetShape = SHAPE, voices: int = 2, seed: int = 1) -> dict[str, np.ndarray]:
    """Normal numbers, a duration of about e² = 7 frames, and float16 all of them, as files keep them."""
    draw = np.random.default_rng(seed)
    shapes = net_weight_shapes(shape, voices)
    weights = {name: draw.normal(0.0, 0.2, size) for name, size in shapes.items()}
    weights["prosody.duration.bias"] = np.array([2.0])
    return {name: value.astype(np.float16).astype(np.float32) for name, value in weights.items()}


def random_nets(folder: Path) -> SpeechNets:
    """Nets written to a file and read again."""
    path = folder / "nets.safetensors"
    write_nets(path, header(), random_weights())
    return SpeechNets.read(path)


def word(symbols: str, speed: float = 1.0, semitones: float = 0.0) -> Word:
    """A word of these phones, the first of them stressed."""
    phones = tuple(Phone(symbol, int(index == 0)) for index, symbol in enumerate(symbols))
    return Word(0, 0, phones, speed, semitones)


def phrase(*words: str, stop: str = ".", sentence: int = 0, pause_s: float | None = None) -> Phrase:
    """A phrase of words as ``word`` makes them."""
    return Phrase(tuple(word(symbols) for symbols in words), sentence, stop, pause_s)
