"""What a user bends by hand in a phrase: the melody at each phone, and how long each lasts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.speech.features import LOG_F0, Floats
from engine.speech.script import Phrase
from engine.speech.spoken import Manner, Spoken

LONGER = (0.25, 4.0)
"""How many times as long as it would a phone can be made."""
HIGHER = 24.0
"""Semitones by which the melody can be moved at a phone."""


class SpeechModel(Protocol):
    """The nets that say a phrase: ``engine.speech.nets.SpeechNets``."""

    def say(self, phrase: Phrase, manner: Manner, before: Phrase | None, after: Phrase | None) -> Spoken:
        """The phrase as it is said between two others."""
        ...

    def melody_edited(
        self, spoken: Spoken, log_f0: Floats, manner: Manner, before: Phrase | None, after: Phrase | None
    ) -> Spoken:
        """The same with another melody: feature LOG_F0 of each frame."""
        ...

    def durations_edited(
        self,
        spoken: Spoken,
        ends: NDArray[np.int64],
        manner: Manner,
        before: Phrase | None,
        after: Phrase | None,
    ) -> Spoken:
        """The same with phones that end after other frames."""
        ...


class Setting(NamedTuple):
    """What a phrase is said with."""

    manner: Manner
    before: Phrase | None
    """Of its sentence."""
    after: Phrase | None


@dataclass(frozen=True)
class Edit:
    """Of one phrase. A phone that is not named stays as it is said."""

    semitones: tuple[tuple[int, float], ...] = ()
    """(phone, semitones higher) in the order of the phones; in between the melody is moved in proportion."""
    lengths: tuple[tuple[int, float], ...] = ()
    """(phone, how many times as long)."""

    def higher(self, phone: int, semitones: float) -> Edit:
        """With the melody moved at a phone, no further than HIGHER, in place of what it was."""
        moved = {**dict(self.semitones), phone: float(np.clip(semitones, -HIGHER, HIGHER))}
        return replace(self, semitones=tuple(sorted(moved.items())))

    def longer(self, phone: int, factor: float) -> Edit:
        """With a phone so many times as long, within LONGER, in place of what it was."""
        moved = {**dict(self.lengths), phone: float(np.clip(factor, *LONGER))}
        return replace(self, lengths=tuple(sorted(moved.items())))

    def applied(self, spoken: Spoken, nets: SpeechModel, setting: Setting) -> Spoken:
        """``spoken``, which was said in this ``setting``, as it is edited."""
        if self.lengths:
            spoken = nets.durations_edited(spoken, self._ends(spoken), *setting)
        if self.semitones:
            spoken = nets.melody_edited(spoken, self._melody(spoken), *setting)
        return spoken

    def _ends(self, spoken: Spoken) -> NDArray[np.int64]:
        durations = np.diff(spoken.ends, prepend=0)
        factors = dict(self.lengths)
        longer = [max(1, round(int(n) * factors.get(phone, 1.0))) for phone, n in enumerate(durations)]
        ends: NDArray[np.int64] = np.cumsum(longer).astype(np.int64)
        return ends

    def _melody(self, spoken: Spoken) -> Floats:
        """Moved at the middle of each named phone, not at all where the phones beside those begin and end."""
        firsts = np.concatenate([[0], spoken.ends[:-1]])
        middles = (firsts + spoken.ends) / 2.0
        offsets = dict(self.semitones)
        points = {middles[phone]: offset for phone, offset in offsets.items() if phone < len(middles)}
        for phone in offsets:
            for beside in (phone - 1, phone + 1):
                if 0 <= beside < len(middles) and beside not in offsets:
                    points[middles[beside]] = 0.0
        at = sorted(points)
        frames = np.arange(len(spoken.frames)) + 0.5
        moved = np.interp(frames, at, [points[place] for place in at], left=None, right=None)
        log_f0: Floats = (spoken.frames[:, LOG_F0] + moved / 6.0).astype(np.float32)
        return log_f0
