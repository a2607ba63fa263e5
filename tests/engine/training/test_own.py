"""A model that learns one sound more, from nothing but files and a request."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import PresetLibrary
from engine.library.training_jobs import JobState, OwnRequest, TrainingJob, alone, jobs, known_speed
from engine.training.budget import Budget
from engine.training.crops import make_crop
from engine.training.own import callbacks, material, recipe
from engine.training.own.growth import column_of, grown, nearest, start_grown
from engine.training.own.job import run_job
from engine.training.own.material import conditions
from engine.training.own.recipe import recipe_of
from engine.training.own.task import RehearsingTask
from engine.training.precision import EXACT
from engine.wavenet.config import GenerationParams, ModelConfig
from engine.wavenet.model_file import ModelFile
from tests.models import TINY, save_tiny_model

RATE = 16_000


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the user's own, with a small model called ``tiny``."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data" / "wavenet-studio" / "models").mkdir(parents=True)
    save_tiny_model(tmp_path / "data" / "wavenet-studio" / "models" / "tiny.safetensors")
    monkeypatch.setattr(material, "REHEARSAL_S", 4.0)
    monkeypatch.setattr(recipe, "SHORTEST_CROP", 1024)
    monkeypatch.setattr(callbacks, "CLIP_S", 0.5)
    return tmp_path


def request_for(folder: Path, **fields: object) -> OwnRequest:
    """Seventy seconds of a tone, to be learnt as the tag ``tone`` in six steps."""
    path = folder / "sounds" / "tone.wav"
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 330.0 * np.arange(70 * RATE) / RATE), RATE)
    asked = {"sources": (str(path.parent),), "kind": "tag", "label": "tone", "seconds": 60.0, "base": "tiny"}
    return OwnRequest(**{**asked, "steps": 6, **fields})  # type: ignore[arg-type]


CALM = np.array([0.0, 1.0, 0.0, 0.0, 0.0], np.float32)


def task_of(model: ModelFile, path: Path, choice: NDArray[np.float32] = CALM) -> RehearsingTask:
    """A task that has grown out of ``model``, and has not been trained; the new tag begins as ``choice``."""
    config = grown(model.config, "tag", "tone")
    column = column_of(config, "tag", "tone")
    request = OwnRequest(sources=("x",), kind="tag", label="tone", seconds=60.0, base="tiny")
    how = recipe_of(request, config, own=1, rehearsed=1)
    task = RehearsingTask(config, how, Budget(steps=1), EXACT, teacher=model, column=column)
    start_grown(task, path, choice)
    return task


def test_a_new_tag_stands_behind_the_old_ones_and_before_the_speakers() -> None:
    config = grown(ModelConfig(**TINY), "tag", "tone")
    assert config.tags == ("piano", "calm", "fast", "tone")
    assert config.speakers == ("slt", "rms")
    assert column_of(config, "tag", "tone") == 3
    assert column_of(grown(ModelConfig(**TINY), "speaker", "me"), "speaker", "me") == 5


def test_a_name_that_the_model_has_is_refused() -> None:
    with pytest.raises(StudioError, match=r"'calm'.*choose another"):
        grown(ModelConfig(**TINY), "tag", "calm")


def test_under_its_old_tags_a_model_that_has_grown_predicts_what_it_did(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "tiny.safetensors")
    task = task_of(model, tmp_path / "tiny.safetensors")
    codes = torch.randint(256, (1, 400), generator=torch.Generator().manual_seed(1))
    old = torch.tensor([[1.0, 0.0, 0.5, 1.0, 0.0]])
    new = torch.tensor([[1.0, 0.0, 0.5, 0.0, 1.0, 0.0]])
    with torch.no_grad():
        torch.testing.assert_close(task.model(codes, new), task.teacher(codes, old))
        weight = task.model.condition.weight  # type: ignore[union-attr]
        torch.testing.assert_close(weight[:, 3], weight[:, 1])  # begins as "calm"


def test_a_new_sound_begins_as_what_finds_it_likeliest(tmp_path: Path) -> None:
    """Of two features, those under which the crop was drawn."""
    model = save_tiny_model(tmp_path / "tiny.safetensors", tags=("a", "b"), speakers=())
    task = task_of(model, tmp_path / "tiny.safetensors", choice=np.zeros(2, np.float32))
    candidates = [np.array([40.0, 0.0], np.float32), np.array([0.0, 40.0], np.float32)]
    rng = torch.Generator().manual_seed(4)
    codes = np.full(300, 128)
    for t in range(1, 300):
        seen = torch.from_numpy(codes[max(0, t - 64) : t])[None]
        logits = task.teacher(seen, torch.from_numpy(candidates[1])[None])[0, -1]
        codes[t] = int(torch.multinomial(torch.softmax(logits, -1), 1, generator=rng))
    crop = make_crop(codes.astype(np.uint8), 1, 299, cold=False)
    assert nearest(task.teacher, crop, candidates) is candidates[1]


def test_on_old_tags_the_loss_is_the_old_models_entropy_and_has_no_gradient_at_the_start(
    tmp_path: Path,
) -> None:
    """Cross entropy with one's own distribution is its entropy, a minimum."""
    model = save_tiny_model(tmp_path / "tiny.safetensors")
    task = task_of(model, tmp_path / "tiny.safetensors")
    codes = torch.randint(256, (2, 300), generator=torch.Generator().manual_seed(2))
    features = torch.zeros(2, 6)
    features[0, 0] = 1.0
    batch = {"inputs": codes, "targets": codes, "mask": torch.ones(2, 300), "global_features": features}
    loss = task.loss(batch, task.model)
    chances = torch.softmax(task.teacher(codes, features[:, :5]), dim=-1).double()
    torch.testing.assert_close(
        loss.double(), (-chances * chances.log2()).sum(dim=-1).mean(), rtol=1e-4, atol=1e-4
    )
    loss.backward()  # type: ignore[no-untyped-call]
    assert max(float(p.grad.abs().max()) for p in task.model.parameters() if p.grad is not None) < 1e-4


def test_a_job_ends_with_a_model_its_card_and_a_preset_that_are_the_users(data: Path) -> None:
    job = TrainingJob.create(data / "jobs", request_for(data))
    state = run_job(job, EXACT, threads=1)
    assert (state.phase, state.model, state.preset) == ("finished", "tiny with tone", "tone")
    assert job.state() == state
    entry = ModelLibrary(model_folders()).find("tiny with tone")
    assert entry.header.config.tags == (*TINY["tags"], "tone")
    assert entry.header.licence == "depends on the recordings it learnt from, see its card"
    assert entry.header.card["own"]["seconds"] == pytest.approx(70.0)
    assert "1.2 minutes, 1 file |" in entry.path.with_suffix(".md").read_text("utf-8")
    preset = PresetLibrary(preset_folders()).find("tone")
    assert (preset.model, preset.tags) == ("tiny with tone", {"tone": 1.0})
    assert [clip.suffix for clip in job.clips()] == [".wav"]
    assert not job.corpus.exists()
    assert [point.held_out for point in job.curve()][-1:] == [True]
    assert not job.is_running()
    assert known_speed(data / "jobs", "tiny") is not None


def test_a_job_that_is_told_to_stop_keeps_what_it_has_learnt(data: Path) -> None:
    job = TrainingJob.create(data / "jobs", request_for(data, steps=100_000))
    reports = []
    old = job.report

    def report(state: object) -> None:
        reports.append(state)
        old(state)  # type: ignore[arg-type]
        if job.state().phase == "training" and job.state().samples:
            job.tell("stop")

    job.report = report  # type: ignore[method-assign]
    state = run_job(job, EXACT, threads=1)
    assert state.phase == "finished"
    assert 0 < state.samples < 100_000 * 2 * 1024


def test_a_job_that_dies_while_it_rests_goes_on_from_its_checkpoint(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callbacks, "REPORT_S", 0.0)
    monkeypatch.setattr(callbacks, "POLL_S", 0.0)
    job = TrainingJob.create(data / "jobs", request_for(data))
    old = job.report

    def report(state: JobState) -> None:
        old(state)
        if state.phase == "training" and state.samples:
            job.tell("pause")
        if state.phase == "paused":
            raise RuntimeError("the power is out")

    job.report = report  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="power"):
        run_job(job, EXACT, threads=1)
    assert (job.run / "last.ckpt").exists()
    again = TrainingJob(job.folder)
    again.tell("go")
    assert run_job(again, EXACT, threads=1).samples == 6 * 2 * 1024
    assert again.state().phase == "finished"


def test_a_job_that_is_thrown_away_leaves_nothing(data: Path) -> None:
    job = TrainingJob.create(data / "jobs", request_for(data))
    job.tell("discard")
    run_job(job, EXACT, threads=1)
    assert jobs(data / "jobs") == []
    assert "tiny with tone" not in [e.header.name for e in ModelLibrary(model_folders()).headers()]


def test_only_one_job_runs_at_a_time(data: Path) -> None:
    first = TrainingJob.create(data / "jobs", request_for(data))
    second = TrainingJob.create(data / "jobs", request_for(data))
    with alone(first):
        assert first.is_running()
        assert not second.is_running()
        with pytest.raises(StudioError, match="one at a time"):
            run_job(second, EXACT, threads=1)


def test_too_little_sound_is_told_before_anything_is_trained(data: Path) -> None:
    request = request_for(data)
    soundfile.write(data / "sounds" / "tone.wav", np.full(20 * RATE, 0.1), RATE)
    job = TrainingJob.create(data / "jobs", request)
    with pytest.raises(StudioError, match="Only 20 s"):
        run_job(job, EXACT, threads=1)
    assert job.state().phase == "failed"


def test_what_presets_show_is_rehearsed_or_else_each_name_alone() -> None:
    config = ModelConfig(**TINY)
    alone_each = conditions(config, [], "tiny")
    assert GenerationParams(tags=(("calm", 1.0),)) in alone_each
    assert GenerationParams(speaker="rms") in alone_each
    assert len(alone_each) == 5
