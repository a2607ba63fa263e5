"""How far a run is, for the person who waits: a bar on a terminal, a line a minute in a file."""

from __future__ import annotations

import sys
import time
from typing import Any

import lightning
from lightning.pytorch.callbacks import ProgressBar
from tqdm import tqdm

from engine.training.console import tell
from engine.training.task import WaveNetTask

REDRAW_S = 0.5
LINE_S = 60.0
"""Between the lines where no terminal shows a bar."""
FORMAT = "{percentage:3.0f}%|{bar}| {desc}"


class Speedometer:
    """Samples a second of training alone, over about the last minute."""

    def __init__(self, window: float = 60.0) -> None:
        """``window`` in seconds."""
        self.window = window
        self.rate = 0.0
        """Samples a second; 0 before there are two marks."""
        self._marks: list[tuple[float, int]] = []

    def mark(self, now: float, samples: int) -> None:
        """``samples`` had been trained on at ``now`` (seconds)."""
        self._marks.append((now, samples))
        while len(self._marks) > 2 and self._marks[1][0] < now - self.window:
            self._marks.pop(0)
        first, before = self._marks[0]
        if now > first:
            self.rate = (samples - before) / (now - first)

    def pause(self) -> None:
        """Something else than training takes time now: count anew from the next mark."""
        self._marks.clear()


class RunProgress(ProgressBar):
    """Share done, time left, samples a second and bits, as tqdm's bar or as lines.

    On a terminal whose encoding has no blocks, tqdm draws with ``#``.
    """

    def __init__(self, speed: Speedometer) -> None:
        """``speed`` is kept up by its owner."""
        super().__init__()
        self.speed = speed
        self._enabled = True
        self._bar: tqdm[None] | None = None
        self._begun = self._drawn = 0.0
        self._share_at_start = 0.0

    def disable(self) -> None:
        """Show nothing: Lightning asks all processes but the first for this."""
        self._enabled = False

    def enable(self) -> None:
        """Show it."""
        self._enabled = True

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Open the bar, on a terminal."""
        assert isinstance(pl_module, WaveNetTask)
        self._begun = self._drawn = time.monotonic()
        self._share_at_start = pl_module.progress()
        if self._enabled and sys.stderr.isatty():
            self._bar = tqdm(total=100.0, file=sys.stderr, bar_format=FORMAT, dynamic_ncols=True)

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Show where the run is, now and then."""
        assert isinstance(pl_module, WaveNetTask)
        now = time.monotonic()
        if self._enabled and now - self._drawn >= (LINE_S if self._bar is None else REDRAW_S):
            self._drawn = now
            self._show(trainer, pl_module)

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Show the held-out bits as soon as they are known."""
        assert isinstance(pl_module, WaveNetTask)
        if self._enabled and not trainer.sanity_checking:
            self._show(trainer, pl_module)

    def on_train_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Close the bar."""
        self._close()

    def on_exception(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, exception: BaseException
    ) -> None:
        """Close the bar, so that what went wrong stands on a line of its own."""
        self._close()
        if isinstance(exception, KeyboardInterrupt):
            tell("interrupted; --resume goes on from the last checkpoint")

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _show(self, trainer: lightning.Trainer, task: WaveNetTask) -> None:
        share = task.progress()
        text = self._text(trainer, task, share)
        if self._bar is None:
            sys.stderr.write(f"{share:4.0%} {text}\n")
            sys.stderr.flush()
            return
        self._bar.n = round(share * 100.0, 1)
        self._bar.set_description_str(text)

    def _text(self, trainer: lightning.Trainer, task: WaveNetTask, share: float) -> str:
        left = time_left(share - self._share_at_start, 1.0 - share, time.monotonic() - self._begun)
        if task.budget.seconds is not None:
            left = (1.0 - share) * task.budget.seconds
        parts = ["? left" if left is None else f"{tqdm.format_interval(round(left))} left"]
        parts.append(f"step {task.steps}")
        if self.speed.rate:
            parts.append(f"{self.speed.rate:,.0f} samples/s")
        for name, words in (("train_bits", "bits"), ("validation_bits", "held-out bits")):
            if name in trainer.callback_metrics:
                parts.append(f"{float(trainer.callback_metrics[name]):.3f} {words}")
        return ", ".join(parts)


def time_left(done: float, left: float, seconds: float) -> float | None:
    """Seconds for the share ``left``, if the share ``done`` took ``seconds``; None where nothing is done."""
    return left / done * seconds if done > 0.0 else None
