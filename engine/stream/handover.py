"""How one source ends and another takes its place, without a click."""

from __future__ import annotations

from typing import NamedTuple

from engine.stream.dsp.fades import CROSSFADE_S, FADE_S, fade_out
from engine.stream.live.player import Player
from engine.stream.output.controller import OutputController
from engine.stream.output.prebuffer import Prebuffer
from engine.stream.run import Run
from engine.stream.sources import Source


class Sounding(NamedTuple):
    """What is heard just now."""

    source: Source
    prebuffer: Prebuffer | None

    def lasts(self, seconds: float) -> bool:
        """Whether it can go on for so long without a wait."""
        source = self.source
        samples = source.ready if isinstance(source, Run) and self.prebuffer else source.left
        return samples >= seconds * source.sample_rate


class Handover:
    """Fades what sounds, or crosses it with what comes. The worker's thread only."""

    def __init__(self, controller: OutputController, player: Player) -> None:
        self._controller = controller
        self._player = player

    def fade_out(self, old: Sounding | None) -> None:
        """Bring to its end whatever is heard."""
        chain = self._controller.chain
        if old is None or not chain.sounding or not old.lasts(FADE_S):
            chain.break_off()
            return
        self._take_back(old, FADE_S)
        samples = old.source.read(max(1, round(FADE_S * chain.sample_rate)))
        chain.write(fade_out(samples))
        chain.end()

    def cross(self, old: Sounding | None, new: Source, request_id: int) -> bool:
        """Let ``new``, the sound of a request, rise while ``old`` falls; returns whether it could."""
        chain = self._controller.chain
        if old is None or not chain.sounding or not old.lasts(CROSSFADE_S):
            return False
        if new.sample_rate != chain.sample_rate or new.left < CROSSFADE_S * new.sample_rate:
            return False
        self._take_back(old, CROSSFADE_S)
        chain.mark(request_id, new.next)
        chain.cross(old.source, new)
        chain.commit()
        return True

    def _take_back(self, old: Sounding, seconds: float) -> None:
        """Let what was not taken yet give way to the end of the source, which is so long."""
        if isinstance(run := old.source, Run) and old.prebuffer is None and run.real_time_factor:
            spare_s = seconds / run.real_time_factor + FADE_S
            self._player.take_back(run, self._controller.chain, spare_s)
