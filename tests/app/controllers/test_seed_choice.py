from __future__ import annotations

import dataclasses

from app.controllers.seed_choice import SeedChoice
from tests.takes import PRESET


def test_each_run_gets_another_seed_unless_it_is_kept() -> None:
    seeds = SeedChoice()
    first, second = seeds.next(), seeds.next()
    assert first != second == seeds.seed
    seeds.set(5)
    seeds.lock(True)
    assert (seeds.next(), seeds.next()) == (5, 5)


def test_a_presets_seed_is_kept_while_the_preset_is_in_use() -> None:
    seeds = SeedChoice()
    seeds.follow(dataclasses.replace(PRESET, seed=77))
    assert (seeds.seed, seeds.locked) == (77, True)
    seeds.follow(PRESET)
    assert not seeds.locked
    seeds.lock(True)
    seeds.follow(PRESET)
    assert seeds.locked  # the user's own wish stays
