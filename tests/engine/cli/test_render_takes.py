from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.engine.cli.conftest import Studio
from tests.engine.cli.rendering import SHORT

pytestmark = pytest.mark.usefixtures("tiny")


@pytest.mark.parametrize("engine", ["cpu", "reference"])
def test_takes_are_numbered_files_and_each_is_what_its_seed_gives_alone(
    studio: Studio, out: Path, engine: str
) -> None:
    options = ("--seconds", "0.02", "--engine", engine)  # 320 samples: no whole number of blocks
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--takes", 3, "--seed", 5, *options)
    assert [line.partition(" times real time")[2] for line in result.out.splitlines()] == [" with 2 more"] * 3
    assert sorted(path.name for path in out.iterdir()) == ["a-1.wav", "a-2.wav", "a-3.wav"]
    for number, seed in ((1, 5), (2, 6), (3, 7)):
        studio("render", "tiny-piano", "-o", out / "alone.wav", "--seed", seed, *options)
        assert (out / "alone.wav").read_bytes() == (out / f"a-{number}.wav").read_bytes()


def test_takes_go_through_the_engine_a_few_at_a_time(
    studio: Studio, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.cli.render.os.cpu_count", lambda: 1)
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--takes", 6, "--seed", 5, *SHORT)
    lines = result.out.splitlines()
    assert [line.partition(" times real time")[2] for line in lines] == [" with 3 more"] * 4 + [
        " with 1 more"
    ] * 2
    studio("render", "tiny-piano", "-o", out / "alone.wav", "--seed", 10, *SHORT)
    assert (out / "alone.wav").read_bytes() == (out / "a-6.wav").read_bytes()


def test_the_progress_of_takes_counts_the_samples_of_all(
    studio: Studio, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []

    class Bar:
        def __init__(self, total: int) -> None:
            shown.append(total)

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def update(self, samples: int) -> None:
            shown.append(samples)

    monkeypatch.setattr("engine.cli.render.samples_bar", Bar)
    studio("render", "tiny-piano", "-o", out / "a.wav", "--takes", 3, "--seconds", "0.05")
    assert shown == [2400, 3 * 512, 3 * 288]


def test_takes_that_go_on_from_a_recording_are_each_what_its_seed_gives_alone(
    studio: Studio, out: Path, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "past.wav", np.linspace(-0.5, 0.5, 30), 16_000)
    options = ("--prime", tmp_path / "past.wav", *SHORT)
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--takes", 2, "--seed", 5, *options)
    assert all(line.endswith("times real time") for line in result.out.splitlines())
    studio("render", "tiny-piano", "-o", out / "alone.wav", "--seed", 6, *options)
    assert (out / "alone.wav").read_bytes() == (out / "a-2.wav").read_bytes()


def test_the_last_seed_is_followed_by_the_first(studio: Studio, out: Path) -> None:
    result = studio("render", "tiny-piano", "-o", out / "a.wav", "--takes", 2, "--seed", 2**64 - 1, *SHORT)
    assert [line.partition("seed ")[2].partition(",")[0] for line in result.out.splitlines()] == [
        str(2**64 - 1),
        "0",
    ]
