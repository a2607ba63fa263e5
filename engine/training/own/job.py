"""A job from its request to a model among the user's: read, rehearse, train, keep."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.corpus.format.reader import Corpus
from engine.corpus.sounds import findings, look_at_all, seconds_of
from engine.errors import StudioError
from engine.files.writing import make_folder, write_atomically
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import PresetLibrary
from engine.library.training_jobs import JobState, TrainingJob, alone, why_not
from engine.training.budget import Budget
from engine.training.crops import fixed_crops, make_crop
from engine.training.data import VALIDATION_CROP, VALIDATION_CROPS
from engine.training.encoded_corpus import EncodedCorpus
from engine.training.own.callbacks import MakeClips, Reporter, Stopped, TellJob
from engine.training.own.growth import column_of, features_of, grown, nearest, start_grown
from engine.training.own.material import conditions, joined, own_corpus, rehearse
from engine.training.own.recipe import RECIPES, recipe_of
from engine.training.own.restraint import restrained
from engine.training.own.result import base_model, put_model, put_preset
from engine.training.own.task import RehearsingTask
from engine.training.precision import Speed
from engine.training.run import Interrupted, RunOptions, fit, set_up
from engine.training.saving import CHECKPOINT, MODEL, done_before
from engine.training.settings import read_recipe
from engine.training.task import WaveNetTask
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile, load_model

NICENESS = 19
RATE = 16_000
"""Hz of a model that starts from nothing."""


def run_job(job: TrainingJob, speed: Speed, threads: int) -> JobState:
    """Work at a job until it is finished, stopped or thrown away; returns how it ended.

    What was begun before goes on. Raises StudioError, which the state then tells too, where another job
    runs, the sounds or the base model cannot be used, or training fails.
    """
    reporter = Reporter(job)
    with alone(job):
        try:
            state = _Work(job, reporter, speed, threads).run()
        except Stopped:
            if job.command() == "discard":
                job.remove()
                return JobState("failed", message="thrown away")
            state = JobState("failed", message="stopped before anything was learnt")
        except (Interrupted, KeyboardInterrupt, SystemExit):
            reporter.tell(replace(job.state(), phase="stopped"), at_once=True)
            raise
        except BaseException as error:
            message = (
                str(error) if isinstance(error, StudioError) else f"a fault: {type(error).__name__}: {error}"
            )
            reporter.tell(JobState("failed", message=message[:300]), at_once=True)
            raise
        reporter.tell(state, at_once=True)
    return state


def lower_priority() -> None:
    """Let this process and its threads come after all others: playing goes on beside it."""
    if hasattr(os, "nice"):
        os.nice(max(0, NICENESS - os.nice(0)))


class _Work:
    """The phases of one job."""

    def __init__(self, job: TrainingJob, reporter: Reporter, speed: Speed, threads: int) -> None:
        self.job, self.request, self.reporter = job, job.request, reporter
        self.speed, self.threads = speed, threads
        self.base: ModelFile | None = None
        self.base_path = Path()

    def run(self) -> JobState:
        """All phases; those that are done already are passed over."""
        if self.job.state().phase == "finished":
            return self.job.state()
        set_up(self.request.seed, self.threads)
        if self.request.base:
            self.base_path = base_model(self.request.base, model_folders())
            self.base = load_model(self.base_path)
            reason = why_not(self.base.config)
            if reason:
                raise StudioError(f"{self.request.base} cannot learn a sound more: {reason}")
            grown(self.base.config, self.request.kind, self.request.label)
        sounds = self._read()
        corpus = self._rehearse()
        model, figures = self._train(corpus)
        return self._keep(model, {**sounds, **figures})

    def _read(self) -> dict[str, Any]:
        """Make the corpus of the user's sounds; returns what it is made of."""
        rate = self.base.config.sample_rate if self.base is not None else RATE
        summary = self.job.folder / "sounds.json"
        if not (self.job.corpus / "own" / "corpus.json").exists():
            tell = self.reporter.phase("reading")
            tell(0.0)
            sounds = look_at_all(map(Path, self.request.sources), lambda share: tell(0.3 * share))
            stops = [finding.text for finding in findings(sounds, rate) if finding.stops]
            if stops:
                raise StudioError(stops[0])
            make_folder(self.job.corpus)
            readable = [sound for sound in sounds if not sound.broken]
            about = {"seconds": round(seconds_of(readable), 1), "files": len(readable)}
            write_atomically(summary, json.dumps(about).encode())
            own_corpus(
                self.job.corpus / "own", self.request, sounds, rate, lambda share: tell(0.3 + 0.7 * share)
            )
        found: dict[str, Any] = json.loads(summary.read_text("utf-8"))
        return found

    def _rehearse(self) -> Path:
        """Make the whole corpus; returns its folder."""
        own = self.job.corpus / "own"
        folder = self.job.corpus / "rehearsal"
        if self.base is None:
            joined(self.job.corpus / "all", [Corpus(own)])
            return self.job.corpus / "all"
        if not (folder / "corpus.json").exists():
            tell = self.reporter.phase("rehearsing")
            tell(0.0)
            rehearse(folder, self.base, self._asked(), self.request.seed, tell)
        joined(self.job.corpus / "all", [Corpus(own), Corpus(folder)])
        return self.job.corpus / "all"

    def _train(self, corpus: Path) -> tuple[ModelFile, dict[str, Any]]:
        """Train until the time is spent or the job is stopped; returns the model and figures for its card."""
        request = self.request
        self.reporter.tell(JobState("training"), at_once=True)
        budget = Budget(steps=request.steps) if request.steps is not None else Budget(seconds=request.seconds)
        task, encoded, earlier = self._task(corpus, budget)
        checkpoint = self.job.run / CHECKPOINT
        options = RunOptions(
            corpus,
            self.job.run,
            resume=checkpoint.exists(),
            threads=self.threads,
            speed=self.speed,
            progress_bar=False,
        )
        make_folder(self.job.run)
        if not (options.resume and done_before(checkpoint, budget)):
            fit(task, encoded, options, earlier, [TellJob(self.reporter), MakeClips(self.reporter)])
        self.reporter.tell(JobState("finishing"), at_once=True)
        model = load_model(self.job.run / MODEL)
        figures = {"samples": model.header.card["training"]["samples"] - self._samples_before()}
        if not isinstance(task, RehearsingTask):
            return model, {**figures, "bits": model.header.card["training"]["validation_bits"]}
        crops = fixed_crops(encoded, "validation", VALIDATION_CROPS, VALIDATION_CROP, model.config)
        found = restrained(task, model.weights, crops)
        figures |= {"bits": round(found.bits, 3), "lost_bits": round(found.lost_bits, 3)}
        return ModelFile(model.header, found.weights), {**figures, "share": found.share}

    def _samples_before(self) -> int:
        """What the base model had been trained on."""
        earlier = {} if self.base is None else self.base.header.card.get("training", {})
        return int(earlier.get("samples", 0))

    def _task(self, corpus: Path, budget: Budget) -> tuple[WaveNetTask, EncodedCorpus, dict[str, Any]]:
        request = self.request
        if self.base is None:
            encoded = EncodedCorpus(corpus)
            name = "speech" if request.kind == "speaker" else "music"
            shape = read_recipe(RECIPES / f"{name}.toml").model
            config = shape.config(sample_rate=RATE, tags=encoded.tags, speakers=encoded.speakers)
            return WaveNetTask(config, recipe_of(request, config, 1, 0), budget, self.speed), encoded, {}
        config = grown(self.base.config, request.kind, request.label)
        encoded = EncodedCorpus(corpus, config.tags, config.speakers)
        lengths = [0, 0]
        for piece in encoded.corpus.split("train"):
            lengths[request.label in (piece.speaker, *piece.tags)] += piece.length
        column = column_of(config, request.kind, request.label)
        recipe = recipe_of(request, config, own=lengths[1], rehearsed=lengths[0])
        task = RehearsingTask(config, recipe, budget, self.speed, teacher=self.base, column=column)
        if (self.job.run / CHECKPOINT).exists():
            return task, encoded, {}
        return task, encoded, start_grown(task, self.base_path, self._begins_as(task, encoded))

    def _begins_as(self, task: RehearsingTask, encoded: EncodedCorpus) -> NDArray[np.float32]:
        """The global features of what the old model knows that is most like the middle of the new sound."""
        assert self.base is not None
        own = [p for p in encoded.corpus.split("train") if self.request.label in (p.speaker, *p.tags)]
        piece = max(own, key=lambda piece: piece.length)
        codes = encoded.piece(piece, task.model.config)
        length = task.recipe.stages[0].crop
        crop = make_crop(codes, max(0, (len(codes) - length) // 2), length, cold=True)
        return nearest(task.teacher, crop, [features_of(self.base.config, p) for p in self._asked()])

    def _asked(self) -> list[GenerationParams]:
        """What is rehearsed."""
        assert self.base is not None
        presets = PresetLibrary(preset_folders()).presets()
        return conditions(self.base.config, presets, self.request.base)

    def _keep(self, model: ModelFile, about: dict[str, Any]) -> JobState:
        """Put model, card and preset where the user's are."""
        name, _ = put_model(model, self.request, model_folders(), self.base, about)
        preset = put_preset(self.request, name, preset_folders())
        for done in (self.job.corpus, self.job.run):  # a hundred megabytes that nobody needs any more
            shutil.rmtree(done, ignore_errors=True)
        return JobState("finished", 1.0, 0.0, samples=int(about["samples"]), model=name, preset=preset.id)
