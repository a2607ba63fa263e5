"""What the model sounds like at each validation: a few free runs and their spectrograms, in TensorBoard."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path

import lightning
import numpy as np
from lightning.pytorch.callbacks import Callback
from numpy.typing import NDArray

from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.training.console import tell
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.saving import MODEL
from engine.training.task import WaveNetTask
from engine.training.tensorboard_log import TensorBoardLog
from engine.wavenet.codes import decode
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import Deemphasis, emphasis_of
from engine.wavenet.model_file import load_model

CONDITIONS = 4
SEED = 1
BLOCK = 256
WINDOW = 512
"""Samples of a spectrogram's frame."""
FLOOR_DB = -100.0
LONGEST_S = 6.0
"""Of work a validation; what is not made by then is left out, so that a slow machine trains on."""


class AudioSamples(Callback):
    """Lets the model file that was just saved run free, always with the same seed and conditions.

    Stands behind ``SaveModel`` and ``TensorBoardLog`` in the trainer's list, and does nothing where there is
    no logbook to write to.
    """

    def __init__(
        self, encoded: EncodedCorpus, folder: Path, tensorboard: TensorBoardLog, seconds: float
    ) -> None:
        """``seconds`` > 0: the length of each run."""
        self.path, self.tensorboard = folder / MODEL, tensorboard
        self.rate = encoded.corpus.sample_rate
        self.samples = max(1, round(seconds * self.rate))
        self.conditions = conditions(encoded)

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Say what cannot be had here."""
        if self.tensorboard.writer is not None and not installed("numba"):
            tell("no audio will be made: numba, which runs the model, is not installed")
        elif self.tensorboard.writer is not None and not installed("matplotlib"):
            tell("no spectrograms will be drawn: matplotlib is not installed")

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Generate and log."""
        assert isinstance(pl_module, WaveNetTask)
        writer, step = self.tensorboard.writer, pl_module.steps
        if writer is None or trainer.sanity_checking or not installed("numba"):
            return
        model = load_model(self.path)
        try:
            clips = free_runs(select_kernel(model, progress=tell), self.conditions, self.samples, LONGEST_S)
        except FloatingPointError as error:
            tell(f"no audio was made at step {step}: {error}")
            return
        for name, clip in clips.items():
            writer.add_audio(name, clip[None], step, self.rate)
        if installed("matplotlib"):
            writer.add_image("spectrograms", picture(clips, self.rate), step, dataformats="HWC")
        writer.flush()


def installed(package: str) -> bool:
    """Whether a package that training can do without is there."""
    return importlib.util.find_spec(package) is not None


def conditions(encoded: EncodedCorpus) -> dict[str, GenerationParams]:
    """Up to CONDITIONS of the validation split by name: speakers, or else genres (a piece's first tag)."""
    found: dict[str, GenerationParams] = {}
    for piece in encoded.corpus.split("validation"):
        name = piece.speaker or next(iter(piece.tags), "unlabelled")
        tags = tuple((tag, 1.0) for tag in piece.tags)
        found.setdefault(name, GenerationParams(speaker=piece.speaker, tags=tags))
    chosen = np.unique(np.linspace(0, len(found) - 1, CONDITIONS).round().astype(int))
    return {name: found[name] for name in np.array(list(found))[chosen].tolist()}


def free_runs(
    kernel: Kernel, params: dict[str, GenerationParams], n: int, longest: float
) -> dict[str, NDArray[np.float32]]:
    """Free runs [≤ n] float32 in ±1, each from an empty state, none empty.

    All together take about ``longest`` seconds at most: each has an equal part of what is left of them,
    and ends where its time does. What it holds till then does not depend on the time.
    Raises FloatingPointError where a run comes to NaN or infinity.
    """
    end, clips = time.monotonic() + longest, {}
    for index, (name, chosen) in enumerate(params.items()):
        generator, made = Generator(kernel, chosen, SEED), 0
        back = Deemphasis(emphasis_of(kernel.config))
        blocks: list[NDArray[np.float32]] = []
        now = time.monotonic()
        until = now + (end - now) / (len(params) - index)
        while made < n and (not blocks or time.monotonic() < until):
            blocks.append(back(decode(generator.step(min(BLOCK, n - made)).codes)))
            made += len(blocks[-1])
        clips[name] = np.concatenate(blocks).astype(np.float32)
    return clips


def picture(clips: dict[str, NDArray[np.float32]], rate: int) -> NDArray[np.uint8]:
    """Spectrograms of ``clips``, one below the other: [height, width, 3] RGB."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 1.6 * len(clips)), dpi=100, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    for axes, (name, clip) in zip(
        figure.subplots(len(clips), squeeze=False)[:, 0], clips.items(), strict=True
    ):
        extent = (0.0, len(clip) / rate, 0.0, rate / 2000.0)
        axes.imshow(
            spectrogram(clip).T, origin="lower", aspect="auto", extent=extent, vmin=FLOOR_DB, vmax=0.0
        )
        axes.set_ylabel(f"{name}\nkHz")
    axes.set_xlabel("seconds")
    canvas.draw()  # type: ignore[no-untyped-call]
    image: NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
    return image


def spectrogram(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Levels [frames, WINDOW / 2 + 1] in dB of ``samples`` [n]; a sine of full scale peaks at 0 dB."""
    window = np.hanning(WINDOW)
    padded = np.pad(samples.astype(np.float64), (0, max(0, WINDOW - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[:: WINDOW // 4]
    amplitude = np.abs(np.fft.rfft(frames * window, axis=1)) * 2.0 / window.sum()
    return np.asarray(20.0 * np.log10(np.maximum(amplitude, 10.0 ** (FLOOR_DB / 20.0))))
