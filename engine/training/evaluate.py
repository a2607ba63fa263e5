"""Held-out figures of a model file: likelihood, whether its conditions bite, how it runs free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.corpus.format.reader import Piece
from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.generation.conditions import LocalCondition
from engine.library.frames import frame_condition
from engine.network.losses import bits_torch
from engine.network.model import WaveNet
from engine.training.crops import Crop, collate, example, score_frames, speech_frames
from engine.training.encoded_corpus import EncodedCorpus, has_speech_features
from engine.training.freerun import Character, character, free_run, verdict
from engine.wavenet.codes import Codes, decode, silence
from engine.wavenet.conditioning import known_as
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.distributions import level_bits
from engine.wavenet.model_file import ModelFile, load_model

SEED = 20_160_912
"""Of the choice of clips and of wrong conditions: the day the paper appeared."""
FRAME = 320
ACTIVE_DB = 40.0
UNLABELLED = "no label"
"""What a run is called whose corpus has neither speakers nor tags."""


@dataclass(frozen=True)
class Clip:
    """A stretch of a test piece."""

    piece: Piece
    codes: Codes
    before: int
    """Code of the sample before the clip."""
    start: int
    """Its first sample in the piece."""

    def frames(self, encoded: EncodedCorpus, piece: Piece, config: ModelConfig) -> NDArray[np.float32]:
        """What tells a model of that stretch of ``piece``, this clip's own or another: roll or features."""
        if has_speech_features(config):
            return speech_frames(config, encoded.frames(piece, config), self.start, len(self.codes))
        return score_frames(config, encoded.corpus.notes(piece), self.start, len(self.codes))


def evaluate(
    path: Path,
    corpus: Path,
    *,
    clips: int,
    seconds: float,
    progress: Callable[[float], None] = lambda _: None,
) -> dict[str, Any]:
    """All figures of a model file on the test split of ``corpus``, as its card tells them.

    ``progress`` receives the share that is done, 0…1. Raises StudioError where the model's
    vocabulary is not the corpus's, or the split is empty. ``right_condition_better`` is None where the
    corpus has a single speaker and genre: there is no wrong condition to compare with.
    """
    model = load_model(path)
    encoded = EncodedCorpus(corpus)
    if not (
        _same_names("tag", encoded.tags, model.config.tags)
        and _same_names("speaker", encoded.speakers, model.config.speakers)
    ):
        raise StudioError(f"{path} was not trained on {corpus}: their tags or speakers differ")
    chosen = list(test_clips(encoded, clips, int(seconds * encoded.corpus.sample_rate), model.config))
    if not chosen:
        raise StudioError(f"{corpus}: the corpus has no test pieces")
    network = network_of(model)
    tally = Tally()
    for index, clip in enumerate(chosen):
        tally.add(network, encoded, clip)
        progress((index + 1) / len(chosen) * 0.7)
    runs = _free_runs(model, encoded, lambda share: progress(0.7 + 0.3 * share))
    return {
        "model": model.header.name,
        "hash": model.header.hash,
        "clips": len(chosen),
        "clip_seconds": seconds,
        **tally.figures(),
        "free_runs": runs,
    }


def _same_names(kind: str, corpus: tuple[str, ...], model: tuple[str, ...]) -> bool:
    """Whether a model knows a corpus's names and no others, in the same order, be it by their numbers."""
    return tuple(known_as(kind, name, model) for name in corpus) == model


class Tally:
    """Bits of clip after clip, under their own conditions and under wrong ones."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(SEED)
        self._bits: dict[str, list[float]] = {}
        self._wins: dict[str, list[bool]] = {"right_condition_better": []}

    def add(self, network: WaveNet, encoded: EncodedCorpus, clip: Clip) -> None:
        """Measure a clip: under its tags or speaker and under another's; with its score and another's."""
        global_features = encoded.global_features(clip.piece)
        outputs = outputs_of(network, clip, global_features)
        own = bits_of(network.config, outputs, clip)
        self._note("bits_per_sample", own, clip)
        if network.config.output != "softmax":
            mulaw_bits = level_bits(network.config, outputs[0].numpy(), clip.codes)
            self._note("bits_of_mulaw_levels", mulaw_bits, clip)
        other = _another(encoded, clip.piece, self._rng)
        if other is not None:
            self._compare(
                "right_condition_better", own, clip_bits(network, clip, encoded.global_features(other))
            )
        if network.config.local is None:
            return
        what = "frames" if has_speech_features(network.config) else "score"
        scored = clip_bits(network, clip, global_features, clip.frames(encoded, clip.piece, network.config))
        self._note(f"bits_per_sample_with_{what}", scored, clip)
        if other is not None:
            wrong = clip_bits(network, clip, global_features, clip.frames(encoded, other, network.config))
            self._note(f"bits_per_sample_with_wrong_{what}", wrong, clip)
            self._compare(f"right_{what}_better", scored, wrong)

    def figures(self) -> dict[str, float | None]:
        """Means over all clips, and shares of them: None where there was nothing to compare with."""
        means: dict[str, float | None] = {
            key: round(float(np.mean(values)), 3) for key, values in self._bits.items()
        }
        shares = {key: round(sum(w) / len(w), 3) if w else None for key, w in self._wins.items()}
        return means | shares

    def _note(self, key: str, bits: NDArray[np.floating[Any]], clip: Clip) -> None:
        self._bits.setdefault(key, []).append(float(bits.mean()))
        self._bits.setdefault(f"{key}_active", []).append(float(bits[active(clip.codes)].mean()))

    def _compare(self, key: str, right: NDArray[np.float32], wrong: NDArray[np.float32]) -> None:
        self._wins.setdefault(key, []).append(bool(right.mean() < wrong.mean()))


def network_of(model: ModelFile) -> WaveNet:
    """The parallel WaveNet with a model file's weights."""
    network = WaveNet(model.config)
    network.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    return network.eval()


def clip_bits(
    network: WaveNet,
    clip: Clip,
    global_features: NDArray[np.float32],
    frames: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Bits of each sample of a clip under its conditions, from an empty state: [n] float32."""
    return bits_of(network.config, outputs_of(network, clip, global_features, frames), clip)


def bits_of(config: ModelConfig, outputs: Tensor, clip: Clip) -> NDArray[np.float32]:
    """Bits of each sample of a clip under what was predicted of it, [1, n, outputs]: [n] float32."""
    targets = torch.from_numpy(clip.codes.astype(np.int64)).unsqueeze(0)
    return bits_torch(config, outputs, targets)[0].numpy()


@torch.inference_mode()
def outputs_of(
    network: WaveNet,
    clip: Clip,
    global_features: NDArray[np.float32],
    frames: NDArray[np.float32] | None = None,
) -> Tensor:
    """What the network predicts before each sample of a clip, from an empty state: [1, n, outputs]."""
    targets = clip.codes.astype(np.int64)
    crop = Crop(np.append(clip.before, targets[:-1]), targets, np.ones(len(targets), np.float32))
    row = collate([example(network.config, crop, global_features, frames=frames)])
    outputs: Tensor = network(row["inputs"], row["global_features"], row.get("frames"), row.get("amplitudes"))
    return outputs


def active(codes: Codes) -> NDArray[np.bool_]:
    """Which samples lie in 20 ms frames within 40 dB of the loudest frame."""
    samples = decode(codes).astype(np.float64)
    frames = np.arange(len(samples)) // FRAME
    energy = np.bincount(frames, samples**2) / np.bincount(frames)
    return (energy >= energy.max() * 10 ** (-ACTIVE_DB / 10))[frames]  # type: ignore[no-any-return]


def test_clips(encoded: EncodedCorpus, count: int, length: int, config: ModelConfig) -> Iterator[Clip]:
    """Up to ``count`` clips of ``length`` samples (shorter where the piece is) over the test split."""
    pieces = encoded.corpus.split("test")
    rng = np.random.default_rng(SEED)
    rounds = -(-count // max(1, len(pieces)))
    for piece in (pieces * rounds if len(pieces) < count else spread(pieces, count))[:count]:
        codes = encoded.piece(piece, config)
        start = int(rng.integers(0, max(0, len(codes) - length) + 1))
        if config.local is not None and has_speech_features(config):
            start -= start % config.local.hop
        before = silence(config) if start == 0 else int(codes[start - 1])
        yield Clip(piece, codes[start : start + length], before, start)


def spread(pieces: list[Piece], count: int) -> list[Piece]:
    """``count`` pieces evenly over a list."""
    return [pieces[i] for i in np.linspace(0, len(pieces) - 1, count).round().astype(int)]


def _another(encoded: EncodedCorpus, piece: Piece, rng: np.random.Generator) -> Piece | None:
    """A test piece of another speaker, or of another genre (a piece's first tag); None where is none."""
    others = [
        other
        for other in encoded.corpus.split("test")
        if (other.speaker, other.tags[:1]) != (piece.speaker, piece.tags[:1])
    ]
    return others[rng.integers(len(others))] if others else None


def _free_runs(
    model: ModelFile, encoded: EncodedCorpus, progress: Callable[[float], None]
) -> list[dict[str, Any]]:
    """Five seconds of each genre or speaker, described beside the corpus's own clips."""
    kernel = select_kernel(model)
    groups: dict[str, list[Piece]] = {}
    for piece in encoded.corpus.split("test"):
        groups.setdefault(piece.speaker or next(iter(piece.tags), UNLABELLED), []).append(piece)
    length = 5 * encoded.corpus.sample_rate
    results = []
    for index, (name, pieces) in enumerate(groups.items()):
        params = GenerationParams(speaker=pieces[0].speaker, tags=tuple((tag, 1.0) for tag in pieces[0].tags))
        local = _said(model, encoded, pieces, length)
        codes, entropy = free_run(kernel, params, length, index + 1, local)
        run = character(codes, entropy)
        theirs = np.concatenate([encoded.piece(piece, model.config) for piece in pieces])[:length]
        corpus = character(theirs, None)
        results.append(
            {"of": name, "verdict": verdict(run, corpus), **_rounded(run), "corpus": _rounded(corpus)}
        )
        progress((index + 1) / len(groups))
    return results


def _said(
    model: ModelFile, encoded: EncodedCorpus, pieces: list[Piece], length: int
) -> LocalCondition | None:
    """What makes a model that is told say what its clips say, for ``length`` samples; None for the others."""
    if not has_speech_features(model.config):
        return None
    assert model.config.local is not None
    frames = np.concatenate([encoded.frames(piece, model.config) for piece in pieces])
    return frame_condition(model, frames[: length // model.config.local.hop].astype(np.float32))


def _rounded(it: Character) -> dict[str, float | None]:
    return {key: None if value is None else round(value, 2) for key, value in asdict(it).items()}
