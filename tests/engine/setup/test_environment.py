"""What the launcher says about a download; setting up itself is tested through the launcher."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from engine.setup.environment import Stamp, describe_download

ROOT = Path(__file__).parents[3]
PINS = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def pinned() -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", PINS, re.MULTILINE))


def test_the_download_is_the_sum_of_the_sizes_noted_beside_the_pins() -> None:
    pins = "# a==1  # 99 MB\na==1  # 10.4 MB\nb-c==2  # 2.0 MB\nd==3  # 500.0 MB\n"
    packages = [("a", "1", "https://x/a.whl"), ("b_c", "2", "https://x/b.whl")]
    assert describe_download(packages, pins) == "2 packages to install: about 12 MB to download."


def test_what_comes_from_this_disk_is_measured_and_not_counted_as_download(tmp_path: Path) -> None:
    wheel = tmp_path / "a wheel.whl"
    wheel.write_bytes(bytes(3_000_000))
    said = describe_download([("a", "1", wheel.as_uri())], "a==1  # 10.0 MB\n")
    assert said == "1 package to install: about 0 MB to download, 3 MB from this disk."


def test_a_download_of_gigabytes_names_the_way_around_it() -> None:
    said = describe_download([("torch", "2.13.0", "https://x/torch.whl")], "torch==2.13.0  # 2500.0 MB\n")
    assert "./studio --light" in said


def test_a_stamp_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "studio.json"
    nothing = {"pins": None, "python": None, "parts": [], "system": [], "code": 0}
    for broken in ("", "[1]", '{"pins": "x"}', "\x00"):
        file.write_text(broken)
        assert vars(Stamp.read(file)) == nothing


def test_a_stamp_of_a_version_that_made_no_bytecode_is_read(tmp_path: Path) -> None:
    file = tmp_path / "studio.json"
    older = {"pins": "x", "python": "/usr/bin/python3", "parts": ["base"], "system": ["window"]}
    file.write_text(json.dumps(older))
    assert vars(Stamp.read(file)) == {**older, "code": 0}


def test_every_requirement_is_pinned_with_its_size() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.split("[=<>;]", requirement)[0].lower() for group in groups for requirement in group}
    assert names <= pinned().keys()
    lines = [line for line in PINS.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+  # \d+\.\d MB", line)] == []


def test_torch_is_pinned_to_the_one_version_the_project_is_made_for() -> None:
    assert pinned()["torch"] == "2.13.0"
