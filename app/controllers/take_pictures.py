"""What the stage draws of each take: wave and spectrum, made aside; the odds, seen while it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.controllers.latest_work import LatestWork
from app.plots.odds_history import OddsHistory
from app.plots.pyramid import Pyramid
from app.plots.spectrogram import Spectrogram

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.controllers.event_bridge import Background
    from engine.library.takes import Take

MOST_TAKES = 4
"""Takes whose pictures are kept, at 6 MB each at most."""


@dataclass
class Pictures:
    """Of one take, or of what is being made."""

    pyramid: Pyramid = field(default_factory=Pyramid)
    spectrogram: Spectrogram | None = None
    odds: OddsHistory = field(default_factory=OddsHistory)
    layers: OddsHistory | None = None
    """Parts that the layers contributed, where they were looked at while it was made."""
    dilations: tuple[int, ...] = ()
    """Of those layers."""
    whole: bool = False
    """Whether wave and spectrum are those of the finished take."""

    def until(self, sample: int, sample_rate: int) -> Pictures:
        """Those of what branches off there."""
        spectrogram = self.spectrogram.until(sample) if self.spectrogram else None
        return Pictures(self.pyramid.until(sample), spectrogram, self.odds.until(sample / sample_rate))


class TakePictures:
    """The last few, by the take's id."""

    def __init__(self, background: Background) -> None:
        self._kept: dict[str, Pictures] = {}
        self._work = LatestWork(background)
        self._stopped = False

    def keep(self, take_id: str, pictures: Pictures) -> None:
        """What was seen while a take was made belongs to it."""
        self._kept[take_id] = pictures

    def known(self, take_id: str) -> Pictures:
        """What there is of a take by now."""
        return self._kept.get(take_id) or Pictures()

    def of(self, take: Take, done: Callable[[], None], failed: Callable[[str], None]) -> Pictures:
        """What there is of a take; ``done`` once the rest was made aside."""
        pictures = self._kept.pop(take.id, None) or Pictures()
        self._kept[take.id] = pictures  # the latest last
        while len(self._kept) > MOST_TAKES:
            self._kept.pop(next(iter(self._kept)))
        if not pictures.whole and not self._stopped:

            def work() -> tuple[Pyramid, Spectrogram]:
                samples = take.samples()
                return Pyramid.of(samples), Spectrogram.of(samples, take.sample_rate)

            def made(result: tuple[Pyramid, Spectrogram]) -> None:
                pictures.pyramid, pictures.spectrogram = result
                pictures.whole = True
                done()

            self._work.run(work, made, failed)
        return pictures

    def stop(self) -> None:
        """Make no more, even where the last take ends only once all is closed. Can be called twice."""
        self._stopped = True
        self._work.drop()
