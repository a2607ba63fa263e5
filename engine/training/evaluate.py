"""Held-out figures of a model file: likelihood, whether its conditions bite, how it runs free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine import mulaw
from engine.checkpoint import ModelFile, load_model
from engine.corpus.store import Piece
from engine.errors import StudioError
from engine.kernels.select import select_kernel
from engine.model import WaveNet, cross_entropy_bits
from engine.training.data import CodedCorpus
from engine.training.freerun import Character, character, free_run, verdict

SEED = 20_160_912
"""Of the choice of clips and of wrong conditions: the day the paper appeared."""
FRAME = 320
ACTIVE_DB = 40.0


@dataclass(frozen=True)
class Clip:
    """A stretch of a test piece."""

    piece: Piece
    codes: NDArray[np.uint8]
    before: int
    """Code of the sample before the clip."""


def evaluate(
    path: Path,
    corpus: Path,
    *,
    clips: int,
    seconds: float,
    progress: Callable[[float], None] = lambda _: None,
) -> dict[str, Any]:
    """All figures of a model file on the test split of ``corpus``, as its card tells them.

    ``progress`` is told the share that is done, 0…1. Raises StudioError where the model's
    vocabulary is not the corpus's, or the split is empty.
    """
    model = load_model(path)
    coded = CodedCorpus(corpus)
    if (model.config.tags, model.config.speakers) != (coded.tags, coded.speakers):
        raise StudioError(f"{path} was not trained on {corpus}: their tags or speakers differ")
    chosen = list(test_clips(coded, clips, int(seconds * coded.corpus.sample_rate)))
    if not chosen:
        raise StudioError(f"{corpus}: the corpus has no test pieces")
    network = network_of(model)
    rng = np.random.default_rng(SEED)
    right_bits, active_bits, wins = [], [], 0
    for index, clip in enumerate(chosen):
        right = clip_bits(network, clip, coded.choices(clip.piece))
        wrong = clip_bits(network, clip, coded.choices(_another(coded, clip.piece, rng)))
        right_bits.append(right.mean())
        active_bits.append(right[active(clip.codes)].mean())
        wins += bool(right.mean() < wrong.mean())
        progress((index + 1) / len(chosen) * 0.7)
    runs = _free_runs(model, coded, lambda share: progress(0.7 + 0.3 * share))
    return {
        "model": model.header.name,
        "hash": model.header.hash,
        "clips": len(chosen),
        "clip_seconds": seconds,
        "bits_per_sample": round(float(np.mean(right_bits)), 3),
        "bits_per_sample_active": round(float(np.mean(active_bits)), 3),
        "right_condition_better": round(wins / len(chosen), 3),
        "free_runs": runs,
    }


def network_of(model: ModelFile) -> WaveNet:
    """The parallel WaveNet with a model file's weights."""
    network = WaveNet(model.config)
    network.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    return network.eval()


@torch.inference_mode()
def clip_bits(network: WaveNet, clip: Clip, choices: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bits of each sample of a clip under a condition, from an empty state: [n] float32."""
    inputs = np.concatenate([[clip.before], clip.codes[:-1]]).astype(np.int64)
    logits = network(torch.from_numpy(inputs)[None], torch.from_numpy(choices)[None])
    targets = torch.from_numpy(clip.codes.astype(np.int64))[None]
    return cross_entropy_bits(logits, targets)[0].numpy()


def active(codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which samples lie in 20 ms frames within 40 dB of the loudest frame."""
    samples = mulaw.decode(codes).astype(np.float64)
    frames = np.arange(len(samples)) // FRAME
    energy = np.bincount(frames, samples**2) / np.bincount(frames)
    return (energy >= energy.max() * 10 ** (-ACTIVE_DB / 10))[frames]  # type: ignore[no-any-return]


def test_clips(coded: CodedCorpus, count: int, length: int) -> Iterator[Clip]:
    """Up to ``count`` clips of ``length`` samples (shorter where the piece is) over the test split."""
    pieces = coded.corpus.split("test")
    rng = np.random.default_rng(SEED)
    rounds = -(-count // max(1, len(pieces)))
    for piece in (pieces * rounds if len(pieces) < count else spread(pieces, count))[:count]:
        codes = coded.piece(piece)
        start = int(rng.integers(0, max(0, len(codes) - length) + 1))
        before = mulaw.SILENCE if start == 0 else int(codes[start - 1])
        yield Clip(piece, codes[start : start + length], before)


def spread(pieces: list[Piece], count: int) -> list[Piece]:
    """``count`` pieces evenly over a list."""
    return [pieces[i] for i in np.linspace(0, len(pieces) - 1, count).round().astype(int)]


def _another(coded: CodedCorpus, piece: Piece, rng: np.random.Generator) -> Piece:
    """A test piece of another speaker, or of another genre (a piece's first tag)."""
    others = [
        other
        for other in coded.corpus.split("test")
        if (other.speaker, other.tags[:1]) != (piece.speaker, piece.tags[:1])
    ]
    return others[rng.integers(len(others))]


def _free_runs(
    model: ModelFile, coded: CodedCorpus, progress: Callable[[float], None]
) -> list[dict[str, Any]]:
    """Five seconds of each genre or speaker, described beside the corpus's own clips."""
    kernel = select_kernel(model)
    groups: dict[str, list[Piece]] = {}
    for piece in coded.corpus.split("test"):
        groups.setdefault(piece.speaker or piece.tags[0], []).append(piece)
    length = 5 * coded.corpus.sample_rate
    results = []
    for index, (name, pieces) in enumerate(groups.items()):
        codes, entropy = free_run(kernel, coded.choices(pieces[0]), length, seed=index + 1)
        run = character(codes, entropy)
        theirs = np.concatenate([coded.piece(piece) for piece in pieces])[:length]
        corpus = character(theirs, None)
        results.append(
            {"of": name, "verdict": verdict(run, corpus), **_rounded(run), "corpus": _rounded(corpus)}
        )
        progress((index + 1) / len(groups))
    return results


def _rounded(it: Character) -> dict[str, float | None]:
    return {key: None if value is None else round(value, 2) for key, value in asdict(it).items()}
