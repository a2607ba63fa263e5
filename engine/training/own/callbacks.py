"""What a job does beside training: it tells how far it is, does as it is told, lets the model be heard."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import lightning
import numpy as np
from lightning.pytorch.callbacks import Callback

from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.library.audio_files import write_audio
from engine.library.training_jobs import CurvePoint, JobState, OwnRequest, TrainingJob, keep_speed
from engine.training.own.task import RehearsingTask
from engine.training.progress import Speedometer
from engine.training.saving import MODEL, SaveCheckpoint
from engine.training.task import WaveNetTask
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import samples_of
from engine.wavenet.model_file import load_model

REPORT_S = 0.7
POLL_S = 0.25
POINT_STEPS = 10
"""Steps whose mean is a point of the curve."""
CLIP_S = 6.0
CLIP_SEED = 1
TEMPERATURE = 0.97
"""Of clips and of the first preset."""
BLOCK = 256


class Stopped(Exception):
    """The user wants the job to end before there is a model; what is there stays or goes as they said."""


class Reporter:
    """Writes a job's state, not more often than is read, and looks whether it was told something."""

    def __init__(self, job: TrainingJob) -> None:
        self.job = job
        self._reported = 0.0

    def tell(self, state: JobState, *, at_once: bool = False) -> None:
        """Write the state, if it is time or ``at_once``."""
        now = time.monotonic()
        if at_once or now - self._reported >= REPORT_S:
            self._reported = now
            self.job.report(state)

    def rest(self, paused: JobState) -> float:
        """Wait while the job is told to pause; returns for how many seconds. Tells ``paused`` first."""
        begun = time.monotonic()
        if self.job.command() != "pause":
            return 0.0
        self.tell(paused, at_once=True)
        while self.job.command() == "pause":
            time.sleep(POLL_S)
        self._reported = 0.0
        return time.monotonic() - begun

    def phase(self, name: Any) -> Callable[[float], None]:
        """A progress function that tells a phase's share, and does as the job is told.

        It raises Stopped where the job is to stop or to be thrown away.
        """

        def progress(share: float) -> None:
            self.tell(JobState(name, min(1.0, share)))
            self.rest(JobState("paused", min(1.0, share)))
            if self.job.command() != "go":
                raise Stopped

        return progress


class TellJob(Callback):
    """Between steps: the state, the curve, and what the job is told. Stands last in the trainer's list."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter, self._job = reporter, reporter.job
        self._speed = Speedometer()
        self._bits: list[float] = []
        self._polled = 0.0

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Begin where the checkpoint is."""
        assert isinstance(pl_module, WaveNetTask)
        self._job.forget_after(pl_module.samples)

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Tell, and do as told."""
        task = pl_module
        assert isinstance(task, WaveNetTask)
        self._speed.mark(time.monotonic(), task.samples)
        own = task.own_bits if isinstance(task, RehearsingTask) else None
        self._bits.append(float(trainer.callback_metrics["train_bits"]) if own is None else own)
        if len(self._bits) >= POINT_STEPS:
            self._job.add_point(CurvePoint(task.samples, float(np.mean(self._bits))))
            self._bits.clear()
        self._reporter.tell(self._state(task, "training"))
        if time.monotonic() - self._polled >= POLL_S:
            self._polled = time.monotonic()
            self._execute(trainer, task)

    def on_validation_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """What takes time now is no training; how fast it was is remembered for estimates."""
        if self._speed.rate and not trainer.sanity_checking:
            keep_speed(self._job.folder.parent, self._job.request.base, self._speed.rate)
        self._speed.pause()

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Put the held-out bits on the curve."""
        assert isinstance(pl_module, WaveNetTask)
        if not trainer.sanity_checking:
            self._job.add_point(CurvePoint(pl_module.samples, pl_module.validation_bits(), held_out=True))

    def _execute(self, trainer: lightning.Trainer, task: WaveNetTask) -> None:
        command = self._job.command()
        if command == "pause":
            for callback in trainer.callbacks:  # type: ignore[attr-defined]
                if isinstance(callback, SaveCheckpoint):
                    callback.save(trainer, task)
            task.budget.leave_out(self._reporter.rest(self._state(task, "paused")))
            self._speed.pause()
            command = self._job.command()
        if command == "stop":
            trainer.should_stop = True  # after a last validation, which saves the model
        if command == "discard":
            raise Stopped

    def _state(self, task: WaveNetTask, phase: Any) -> JobState:
        share, budget = task.progress(), task.budget
        left = None if budget.seconds is None else max(0.0, (1.0 - share) * budget.seconds)
        if left is None and self._speed.rate and share > 0.0:
            left = task.samples / share * (1.0 - share) / self._speed.rate
        return JobState(phase, share, left, round(self._speed.rate), task.samples)


class MakeClips(Callback):
    """At each validation: some seconds of the new sound, running free, always with the same seed."""

    def __init__(self, reporter: Reporter) -> None:
        self._job = reporter.job

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Play the model that was just saved into a file; a model that breaks off has no clip."""
        assert isinstance(pl_module, WaveNetTask)
        if not trainer.sanity_checking:
            make_clip(self._job, pl_module.budget.elapsed())


def make_clip(job: TrainingJob, elapsed: float) -> None:
    """A clip of the run's model as it is, after ``elapsed`` seconds of training, which its name tells."""
    model = load_model(job.run / MODEL)
    generator = Generator(select_kernel(model, "cpu"), params_of(job.request), CLIP_SEED)
    count = -(-round(CLIP_S * model.config.sample_rate) // BLOCK)
    try:
        codes = np.concatenate([generator.step(BLOCK).codes for _ in range(count)])
    except FloatingPointError:
        return
    folder = job.folder / "clips"
    folder.mkdir(exist_ok=True)
    minutes, seconds = divmod(round(elapsed), 60)
    samples = np.clip(samples_of(model.config, codes), -1.0, 1.0)
    write_audio(folder / f"{minutes:04d}m{seconds:02d}s.wav", samples, model.config.sample_rate)


def params_of(request: OwnRequest) -> GenerationParams:
    """How the new sound is asked for."""
    if request.kind == "speaker":
        return GenerationParams(speaker=request.label, temperature=TEMPERATURE)
    return GenerationParams(tags=((request.label, 1.0),), temperature=TEMPERATURE)
