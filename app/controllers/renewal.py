"""Another piece of the same kind: the dice."""

from __future__ import annotations

from app.controllers.player import Player
from engine.library.presets import new_seed


def renew_seed(player: Player) -> None:
    """Another seed that nobody chose; a stream that plays starts anew with it."""
    seeds = player.seeds
    seeds.set(new_seed())
    if player.generating:
        locked, seeds.locked = seeds.locked, True
        player.start()
        seeds.locked = locked
