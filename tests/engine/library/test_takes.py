"""Takes and their settings."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.errors import StudioError
from engine.library.takes import Settings
from engine.wavenet import mulaw
from tests.takes import TINY_SETTINGS, tiny_take


def test_samples_and_seconds_follow_from_the_codes() -> None:
    take = tiny_take(np.arange(160, dtype=np.uint8))
    np.testing.assert_array_equal(take.samples(), mulaw.DECODED[:160])
    assert take.samples().dtype == np.float32
    assert take.seconds == 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": -1}, "settings of a take: seed"),
        ({"seed": None}, "settings of a take: seed"),
        ({"format": 2}, "settings of a take: format"),
        ({"samples": 0}, "settings of a take: samples"),
        ({"events": [{"sample": 1}]}, r"settings of a take: events\.0\.parameter"),
        ({"preset": {"name": "x"}}, r"settings of a take: preset\.id"),
        ({"extra": 1}, "settings of a take: extra"),
    ],
)
def test_broken_settings_are_refused_with_the_field(change: dict[str, object], message: str) -> None:
    with pytest.raises(StudioError, match=message):
        Settings.from_json({**TINY_SETTINGS.to_json(), **change})


def test_settings_of_something_else_are_refused() -> None:
    with pytest.raises(StudioError, match="settings of a take: "):
        Settings.from_json({"artist": "Somebody"})


def test_settings_of_before_there_were_scores_still_load() -> None:
    old = TINY_SETTINGS.to_json()
    del old["score"]
    del old["preset"]["score"], old["preset"]["after"]
    assert Settings.from_json(old) == TINY_SETTINGS


def test_settings_keep_which_take_it_branched_off_and_old_ones_say_none() -> None:
    branch = dataclasses.replace(tiny_take(np.zeros(9, np.uint8)), parent="abc", parent_sample=5)
    fields = branch.settings()
    assert (fields["parent"], fields["parent_sample"]) == ("abc", 5)
    assert Settings.from_json(fields) == branch.as_settings()
    del fields["parent"], fields["parent_sample"]
    old = Settings.from_json(fields)
    assert (old.parent, old.parent_sample) == ("", 0)
