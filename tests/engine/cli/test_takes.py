from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.kernels.reference import ReferenceKernel
from engine.library.audio_files import read_settings
from engine.library.control_events import ControlEvent
from engine.library.paths import takes_folder
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.take_folder import TakeFolder
from engine.library.take_journal import Record
from engine.library.take_writer import TakeWriter
from engine.library.takes import Take
from engine.wavenet.model_file import ModelFile
from tests.engine.cli.conftest import Studio
from tests.takes import make_take

EARLY, LATE = "aaaa1111", "aaab2222"


def save(take: Take) -> None:
    folder = TakeFolder(takes_folder())
    folder.save(take)
    folder.close()


@pytest.fixture
def two() -> None:
    """Two takes, the later one branched off the earlier one."""
    save(dataclasses.replace(make_take(1), id=EARLY, name="Piano 1"))
    later = dataclasses.replace(
        make_take(2),
        id=LATE,
        name="Piano 2",
        created="2026-01-02T00:00:00+00:00",
        parent=EARLY,
        parent_sample=8,
    )
    save(dataclasses.replace(later, starred=True, recovered=True))


def test_without_takes_nothing_is_listed(studio: Studio) -> None:
    assert studio("takes") == (0, "", "")
    assert studio("takes", "--json") == (0, "[]\n", "")


@pytest.mark.usefixtures("two")
def test_takes_are_listed_newest_first(studio: Studio) -> None:
    lines = studio("takes").out.splitlines()
    assert lines[0].split() == ["ID", "NAME", "PRESET", "LENGTH", "CREATED", "(UTC)", "PARENT"]
    assert lines[1].split("  ")[0] == LATE
    assert "Piano 1, from 0.0 s" in lines[1]
    assert lines[1].endswith("starred recovered")
    assert lines[2].split() == [EARLY, "Piano", "1", "Piano", "0.0", "s", "2026-01-01", "00:00:00"]


@pytest.mark.usefixtures("two")
def test_json_gives_every_field(studio: Studio) -> None:
    later, _ = json.loads(studio("takes", "--json").out)
    assert later == {
        "id": LATE,
        "name": "Piano 2",
        "preset": "Piano",
        "model": "m",
        "seed": 2,
        "samples": 16,
        "seconds": 0.001,
        "created": "2026-01-02T00:00:00+00:00",
        "parent": EARLY,
        "parent_sample": 8,
        "starred": True,
        "exported": False,
        "recovered": True,
    }


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("name", ["Piano 2", LATE, LATE[:4]])
def test_a_take_is_exported_and_marked(studio: Studio, out: Path, name: str) -> None:
    result = studio("takes", "export", name, "-o", out / "a.flac")
    assert (result.code, result.out) == (0, f"{out / 'a.flac'}: 0.001 s of 'Piano 2'\n")
    assert len(soundfile.read(out / "a.flac")[0]) == 16
    settings = read_settings(out / "a.flac")
    assert settings is not None
    assert settings["parent"] == EARLY
    assert [take["exported"] for take in json.loads(studio("takes", "--json").out)] == [True, False]


@pytest.mark.usefixtures("two")
def test_a_deleted_take_is_gone(studio: Studio) -> None:
    assert studio("takes", "delete", "Piano 2").out == "deleted 'Piano 2', 0.0 s\n"
    assert [take["name"] for take in json.loads(studio("takes", "--json").out)] == ["Piano 1"]
    assert [place.name for place in takes_folder().glob("aaab*")] == []


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("name", "why"),
    [("Pino 2", "did you mean Piano 2"), ("aaa", "is unknown"), ("../..", "is unknown")],
)
def test_a_take_that_is_not_there_is_an_error(studio: Studio, name: str, why: str) -> None:
    result = studio("takes", "delete", name)
    assert (result.code, result.out) == (1, "")
    assert why in result.err


@pytest.mark.usefixtures("two")
def test_a_name_that_two_takes_have_is_an_error_with_their_ids(studio: Studio) -> None:
    save(dataclasses.replace(make_take(3), id="cccc3333", name="Piano 1"))
    assert "2 takes go by 'Piano 1'; give the id of one: " in studio("takes", "delete", "Piano 1").err
    assert studio("takes", "delete", "cccc").code == 0


def test_what_a_program_left_is_recovered_first(studio: Studio) -> None:
    died = TakeWriter(TakeFolder(takes_folder()), print, print)
    died.record(make_take(5)).put(Record(0, np.zeros(32_000, np.uint8), 0, ()))
    died.close()
    result = studio("takes", "--json")
    assert result.err == "recovered 'Piano 1', 2.0 s\n"
    assert [take["recovered"] for take in json.loads(result.out)] == [True]


def test_a_replay_says_whether_it_is_the_same_and_from_where_on_it_is_not(
    studio: Studio, tiny: ModelFile
) -> None:
    preset = Preset(id="p", name="P", category="user", model="tiny", tags={"piano": 1.0})
    kernel = ReferenceKernel(tiny)
    plan = dataclasses.replace(
        make_take(9),
        preset=preset,
        name="P 1",
        engine="reference",
        kernel_version=kernel.version,
        model="tiny",
        model_hash=tiny.header.hash,
        codes=np.zeros(400, np.uint8),
        events=(ControlEvent(100, "temperature", 0.5),),
    )
    codes = replay(plan, kernel)
    save(dataclasses.replace(plan, codes=codes))
    assert studio("takes", "replay", "P 1").out == "P 1: made again, the same 400 samples\n"
    codes[300] ^= 1
    save(dataclasses.replace(plan, codes=codes, model_hash="00"))
    result = studio("takes", "replay", "P 1")
    assert (result.code, result.out) == (1, "")
    assert "comes out otherwise from sample 300 (0.019 s) on: its model has changed since" in result.err
