"""``studio train-own`` without training: what it says of sounds and of jobs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.cli import main
from engine.library.training_jobs import JobState, OwnRequest, TrainingJob, alone, jobs_folder


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """Seventy seconds of a tone, and a file that is none."""
    folder = tmp_path / "harp"
    folder.mkdir()
    soundfile.write(folder / "a.wav", 0.3 * np.sin(np.arange(70 * 8000) * 0.2), 8000)
    (folder / "b.wav").write_bytes(b"nothing")
    return folder


def job() -> TrainingJob:
    request = OwnRequest(sources=("/a",), kind="tag", label="harp", seconds=600.0)
    return TrainingJob.create(jobs_folder(), request)


def test_a_look_tells_how_much_there_is_and_what_is_wrong(
    sounds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train-own", str(sounds), "--look"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 files, 1.2 minutes"
    assert [word in line for word, line in zip(("little", "b.wav", "8000 Hz"), lines[1:], strict=True)] == [
        True
    ] * 3


def test_a_look_for_programs_is_json_and_fails_where_there_is_too_little(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(8000, 0.1), 8000)
    assert main(["train-own", str(tmp_path / "a.wav"), "--look", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["sounds"][0]["seconds"] == pytest.approx(1.0)
    assert told["findings"][0]["stops"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--tag or --speaker"),
        (["--look"], "which sounds"),
        (["--status"], "there is no job"),
        (["x.wav", "--tag", "t", "--time", "soon"], "is not a time"),
    ],
)
def test_what_is_missing_is_told(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train-own", *arguments]) == 1
    assert says in capsys.readouterr().err


def test_the_latest_job_can_be_asked_told_and_thrown_away(capsys: pytest.CaptureFixture[str]) -> None:
    latest = job()
    latest.report(JobState("training", 0.5, 300.0))
    assert main(["train-own", "--status"]) == 0
    assert capsys.readouterr().out == "music with harp: training 50%, 5 minutes left, not running\n"
    assert main(["train-own", "--stop"]) == 1
    assert "no job runs" in capsys.readouterr().err
    with alone(latest):
        assert main(["train-own", "--stop"]) == 0
    assert latest.command() == "stop"
    assert main(["train-own", "--discard"]) == 0
    assert not latest.folder.exists()
