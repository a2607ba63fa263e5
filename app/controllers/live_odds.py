"""The odds of the next sample, drawn as they come while a take is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.stage import NO_ODDS
from engine.stream.states import State
from engine.wavenet import mulaw
from engine.wavenet.distributions import entropy

if TYPE_CHECKING:
    from app.plots.odds_history import OddsHistory
    from app.stage import Stage
    from engine.stream.messages import Distribution, Status


class LiveOdds:
    """Draws what the session says of its latest sample; ``bits`` is the entropy of it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._latest: Distribution | None = None
        self.bits: tuple[float, float] | None = None
        """Of the next sample before and after shaping; None where nothing is drawn."""

    def pull(self, distribution: Distribution | None, status: Status, odds: OddsHistory) -> None:
        """Draw a distribution that is new, and put it into the take's ``odds``."""
        if distribution is None or distribution is self._latest or status.state is not State.PLAYING:
            return
        self._latest = distribution
        before, after = distribution.predicted(), distribution.shaped()
        self.bits = entropy(before), entropy(after)
        drawn = int(mulaw.encode(distribution.amplitude))
        audible = distribution.audible(after)
        self._stage.distribution.show_distribution(distribution.audible(before), audible, drawn)
        now_s = status.generated / status.sample_rate
        odds.put(now_s, audible, self.bits[1])
        self._stage.heatmap.set_hint("")
        for plot in (self._stage.heatmap, self._stage.bits):
            plot.draw_between(now_s - 0.3, now_s + odds.step_s)

    def show(self, odds: OddsHistory) -> None:
        """Draw another take's."""
        self._stage.heatmap.show_odds(odds)
        self._stage.bits.show_odds(odds)
        self._stage.heatmap.set_hint("" if odds.count else NO_ODDS)

    def clear(self) -> None:
        """Nothing is drawn any more."""
        if self.bits is not None:
            self._stage.distribution.clear()
            self.bits = None
