"""A job's folder, as the program that trains and the window share it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.library.training_jobs import (
    CurvePoint,
    JobState,
    OwnRequest,
    TrainingJob,
    alone,
    jobs,
    keep_speed,
    known_speed,
    why_not,
)
from engine.wavenet.config import LocalConfig, ModelConfig


def request(label: str = "tone") -> OwnRequest:
    return OwnRequest(sources=("/sounds",), kind="tag", label=label, seconds=600.0)


def test_a_job_is_read_back_as_it_was_asked_for_and_waits(tmp_path: Path) -> None:
    job = TrainingJob.create(tmp_path / "training", request("Tin Whistle"))
    assert job.folder.name == "tin-whistle"
    again = TrainingJob(job.folder)
    assert again.request == request("Tin Whistle")
    assert again.request.title == "music with Tin Whistle"
    assert (again.state(), again.command(), again.clips(), again.curve()) == (JobState(), "go", [], [])


def test_jobs_of_one_name_lie_beside_each_other_and_the_newest_comes_first(tmp_path: Path) -> None:
    import os

    first = TrainingJob.create(tmp_path, request())
    second = TrainingJob.create(tmp_path, request())
    os.utime(first.folder / "request.json", (1, 1))
    assert [job.folder for job in jobs(tmp_path)] == [second.folder, first.folder]
    second.remove()
    assert [job.folder for job in jobs(tmp_path)] == [first.folder]


def test_state_and_command_are_told_through_the_folder(tmp_path: Path) -> None:
    job = TrainingJob.create(tmp_path, request())
    state = JobState("training", 0.25, 900.0, 7000.0, 4_000_000)
    job.report(state)
    job.tell("pause")
    other = TrainingJob(job.folder)
    assert (other.state(), other.command()) == (state, "pause")


def test_a_line_cut_short_is_left_out_of_the_curve_and_so_is_what_a_checkpoint_does_not_know(
    tmp_path: Path,
) -> None:
    job = TrainingJob.create(tmp_path, request())
    points = [CurvePoint(100, 3.0), CurvePoint(200, 2.5), CurvePoint(200, 2.7, held_out=True)]
    for point in points:
        job.add_point(point)
    with (job.folder / "curve.jsonl").open("a") as file:
        file.write('{"samples": 300, "bi')
    assert job.curve() == points
    job.forget_after(100)
    assert job.curve() == points[:1]


@pytest.mark.parametrize("text", ["", "nonsense", '{"phase": "flying"}', "[1]"])
def test_a_damaged_state_is_that_of_a_job_that_waits(tmp_path: Path, text: str) -> None:
    job = TrainingJob.create(tmp_path, request())
    (job.folder / "state.json").write_text(text)
    assert job.state() == JobState()


def test_a_damaged_request_is_named_with_its_fault(tmp_path: Path) -> None:
    job = TrainingJob.create(tmp_path, request())
    (job.folder / "request.json").write_text('{"sources": ["/a"], "kind": "tag", "label": "", "seconds": 1}')
    with pytest.raises(StudioError, match=r"request\.json: label"):
        TrainingJob(job.folder)
    assert jobs(tmp_path) == []


def test_a_job_runs_as_long_as_its_place_is_held(tmp_path: Path) -> None:
    job = TrainingJob.create(tmp_path, request())
    with alone(job):
        assert job.is_running()
    assert not job.is_running()


def test_who_died_holds_no_place(tmp_path: Path) -> None:
    job = TrainingJob.create(tmp_path, request())
    (tmp_path / "running").write_text(job.folder.name)  # as after a kill: nobody holds the lock
    assert not job.is_running()
    with alone(job):
        assert job.is_running()


def test_speeds_are_kept_for_each_model(tmp_path: Path) -> None:
    assert known_speed(tmp_path, "music") is None
    keep_speed(tmp_path, "music", 7000.0)
    keep_speed(tmp_path, "", 9000.0)
    assert (known_speed(tmp_path, "music"), known_speed(tmp_path, "")) == (7000.0, 9000.0)
    assert known_speed(tmp_path, "speech") is None
    (tmp_path / "speed.json").write_text("[]")
    assert known_speed(tmp_path, "music") is None


def test_models_that_are_told_or_have_nothing_to_choose_cannot_learn_a_sound_more() -> None:
    assert why_not(ModelConfig(tags=("a",))) == ""
    assert "says what it is told" in why_not(
        ModelConfig(speakers=("a",), local=LocalConfig(channels=24, hop=80))
    )
    assert "neither tags nor speakers" in why_not(ModelConfig())
