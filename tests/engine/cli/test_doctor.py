from __future__ import annotations

import json

import pytest

import engine.setup.doctor
from engine.setup.doctor import Check
from tests.engine.cli.conftest import Studio

CHECKS = [Check("Python", True, "3.11"), Check("Sound", False, "no output device", "connect one")]


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.setup.doctor, "diagnose", lambda *folders, start_torch: CHECKS)


def test_every_finding_is_printed_with_its_remedy(studio: Studio) -> None:
    result = studio("doctor")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "ok       Python: 3.11",
        "MISSING  Sound: no output device",
        "         connect one",
    ]


def test_json_gives_every_finding_with_its_fields(studio: Studio) -> None:
    assert json.loads(studio("doctor", "--json").out) == [
        {"name": "Python", "ok": True, "detail": "3.11", "remedy": ""},
        {"name": "Sound", "ok": False, "detail": "no output device", "remedy": "connect one"},
    ]
