"""What a take continues, as the stage draws it: made aside, first its wave and then what the model thinks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.controllers.latest_work import LatestWork
from app.plots.pyramid import Pyramid
from app.plots.wave import PrimePicture
from engine.generation.backends import select_kernel
from engine.library.packed_codes import unpack_codes
from engine.stream.priming import bits_over_time, primed_sound
from engine.stream.priority import give_way
from engine.wavenet.codes import code_type

if TYPE_CHECKING:
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.stage import Stage
    from engine.library.presets import Preset
    from engine.wavenet.config import GenerationParams

MOST = 8
"""Pictures that are kept."""
PARTS_A_SECOND = 25


class PrimePictures:
    """Shows one at a time."""

    def __init__(self, stage: Stage, catalogue: Catalogue, background: Background) -> None:
        self._stage, self._catalogue = stage, catalogue
        self._kept: dict[tuple[str, str], PrimePicture] = {}
        """By what is continued, packed, and the model."""
        self._work = LatestWork(background)

    def show(self, prime: str, preset: Preset, params: GenerationParams) -> None:
        """Draw what a take of ``preset`` that begins with ``params`` continues: packed codes, or nothing."""
        config = self._catalogue.config(preset)
        if not prime or config is None:
            self.hide()
            return
        self._work.drop()
        key = (prime, preset.model)
        known = self._kept.get(key)
        self._show(known)
        if known is not None and len(known.bits):
            return
        load = self._catalogue.loader(preset)

        def draw() -> PrimePicture:
            sound = primed_sound(config, unpack_codes(prime, code_type(config)))
            most_bits = 8.0 if config.output == "softmax" else 16.0
            seconds = len(sound) / config.sample_rate
            return PrimePicture(Pyramid.of(sound), seconds, np.zeros(0, np.float32), most_bits, sound)

        def measure() -> PrimePicture:
            give_way()
            picture = known or draw()
            codes = unpack_codes(prime, code_type(config))
            parts = max(1, round(PARTS_A_SECOND * picture.seconds))
            bits = bits_over_time(select_kernel(load(), "auto"), params, codes, parts)
            return replace(picture, bits=bits)

        def measured(picture: PrimePicture) -> None:
            self._keep(key, picture)

        def drawn(picture: PrimePicture) -> None:
            self._keep(key, picture)
            self._work.run(measure, measured, lambda why: None)  # without its bits it is drawn all the same

        self._work.run(draw, drawn, lambda why: None)

    def hide(self) -> None:
        """Draw nothing: what is shown continues nothing."""
        self._work.drop()
        self._show(None)

    def stop(self) -> None:
        """Make no more. Can be called twice."""
        self._work.drop()

    def _keep(self, key: tuple[str, str], picture: PrimePicture) -> None:
        self._kept[key] = picture
        while len(self._kept) > MOST:
            self._kept.pop(next(iter(self._kept)))
        self._show(picture)

    def _show(self, picture: PrimePicture | None) -> None:
        stage = self._stage
        before_s = picture.seconds if picture else 0.0
        stage.wave.show_prime(picture)
        if stage.axis.before_s != before_s:
            at_start = stage.axis.view.start_s <= 0.0
            stage.axis.before_s = before_s
            view = stage.axis.view
            stage.axis.show(type(view)(-before_s if at_start else view.start_s, view.span_s))
