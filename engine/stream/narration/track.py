"""What a stream is told of a text that it says: frames that grow, and change where it has not looked yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.library.frames import frame_condition
from engine.library.recordings import BETWEEN, STEP, SpokenRecording, in_steps, pack_long, pack_steps
from engine.library.spoken_texts import SaidWord, Saying, SpokenText, recording_of_text
from engine.speech.features import CHANNELS, FRAME_RATE, PAUSE, Floats, sharpening
from engine.stream.narration.narration import Made, Narration
from engine.stream.narration.splice import blended, counterpart
from engine.stream.narration.timeline import Place, Segment, Timeline, words_of
from engine.wavenet.model_file import ModelFile

LATE_S = 0.03
"""Where less than this is left of what can be said, a pause is said until there is more."""
WAITED_S = 0.1
"""Seconds of such a pause that are added at a time."""
BEGUN_S = 0.25
"""So many seconds of the stream are made before more of the text is: then it sounds."""
PACKED = 400
"""Frames that are packed at a time, for takes."""
LOUD = -1.7792
"""Feature 0 of no sound at all: (log 1e-7 + 9) / 4."""


class SpeechTrack:
    """For the thread of one stream."""

    def __init__(self, model: ModelFile, narration: Narration, say: Callable[[Saying], object]) -> None:
        """Wait for the first phrase. ``say`` is given what the stream is going to say, as it changes.

        Raises StudioError where there is nothing to say, or the model cannot say it.
        """
        self._narration, self._say = narration, say
        self._rate = model.config.sample_rate
        self._parts = dict(narration.first())
        self._segments: list[Segment] = []
        self._words: list[tuple[Place, SaidWord]] = []
        self._next = self._mark = self._now = 0
        self._silence = _silence()
        self._packed: list[str] = []
        self._packed_frames = 0
        frames, segments = self._tail(0, 0)
        self.local = frame_condition(model, frames)
        self._announce(0, segments, frames)

    @property
    def ends_at(self) -> int | None:
        """The sample before which the stream ends, once the last phrase is there."""
        return self.local.samples if self._next == self._narration.in_all else None

    def go_on(self, position: int, n: int) -> int:
        """Take up what was made; returns how many of the ``n`` samples from ``position`` on are settled.

        What was looked at stays. Where nothing follows in time, a pause does.
        """
        self._mark = max(self._mark, self.local.first_free(position))
        made = self._narration.collect()
        if made:
            self._take_up(made)
        if self.ends_at is not None:
            settled = self.local.samples - position
        else:
            settled = self.local.settled - position
            if settled < LATE_S * self._rate:
                self._wait()
                settled = self.local.settled - position
        if position >= BEGUN_S * self._rate:
            self._tell_progress()
        self._pack()
        return max(0, min(n, settled))

    def recording(self, text: SpokenText) -> tuple[SpokenRecording, SpokenText]:
        """All that the stream was going to say by now, as a take keeps it."""
        rest = in_steps(self.local.frames[self._packed_frames :])
        frames = BETWEEN.join([*self._packed, *([pack_long(rest)] if len(rest) else [])])
        words = tuple(word for _, word in self._words)
        return recording_of_text(text, frames, self._rate), replace(text, words=words)

    def _take_up(self, made: list[Made]) -> None:
        self._parts.update(made)
        end = len(self.local.frames)
        changed = any(number < self._next for number, _ in made)
        first = min(self._mark, end) if changed else end
        number, place = self._next, 0
        at = self._segment_at(first)
        if at is not None:
            number = at.number
            if at.spoken is not None:
                spoken = self._parts.get(number, at.spoken)
                place = counterpart(at.spoken, spoken, at.first + first - at.start)
        frames, segments = self._tail(number, first, place)
        if not len(frames):
            return
        if first < end:
            frames = in_steps(blended(self.local.frames[first:end], frames)) * np.float32(STEP)
        self.local.replace(first, frames, sharpening(frames))
        self._announce(first, segments, frames)

    def _tail(self, number: int, start: int, first: int = 0) -> tuple[Floats, list[Segment]]:
        """All parts that there are, from frame ``first`` of part ``number`` on, as from frame ``start``."""
        found: list[Floats] = []
        segments = []
        while (spoken := self._parts.get(number)) is not None:
            frames = in_steps(spoken.frames[first:]) * np.float32(STEP)
            segments.append(Segment(number, spoken, start, first, len(spoken.frames)))
            start += len(frames)
            found.append(frames)
            pauses = frames[frames[:, PAUSE] > 0.5]
            self._silence = pauses[-1:] if len(pauses) else self._silence
            number, first = number + 1, 0
        self._next = number
        return np.concatenate(found) if found else np.empty((0, CHANNELS), np.float32), segments

    def _wait(self) -> None:
        """Let a pause come, for what is late."""
        first = len(self.local.frames)
        frames = np.repeat(self._silence, round(WAITED_S * FRAME_RATE), axis=0)
        self.local.append(frames, sharpening(frames))
        self._announce(first, [Segment(self._next, None, first, 0, len(frames))], frames)

    def _segment_at(self, frame: int) -> Segment | None:
        return next(
            (segment for segment in reversed(self._segments) if segment.start <= frame < segment.end), None
        )

    def _announce(self, first: int, segments: list[Segment], frames: Floats) -> None:
        """Let what is said from frame ``first`` on be this, for whoever watches and for the take."""
        kept = [
            segment if segment.end <= first else segment.until(first)
            for segment in self._segments
            if segment.start < first
        ]
        self._segments = [*kept, *segments]
        touched = min((segment.number for segment in segments), default=self._next)
        self._words = [word for word in self._words if word[0].phrase < touched]
        self._words += words_of([segment for segment in self._segments if segment.number >= touched])
        self._segments = [segment for segment in self._segments if segment.number >= self._now - 1]
        new = tuple(word for _, word in self._words if word.after > first)
        self._say(Saying(first, in_steps(frames), new))
        self._narration.timeline = Timeline(
            tuple(word for _, word in self._words),
            tuple(place for place, _ in self._words),
            self.local.frames,
            self._narration.text.text,
        )

    def _tell_progress(self) -> None:
        at = self._segment_at(self._mark)
        self._now = at.number if at is not None else self._next
        for number in [number for number in self._parts if number < self._now]:
            del self._parts[number]
        self._narration.free_from = self._mark
        self._narration.progress(self._now, (len(self.local.frames) - self._mark) / FRAME_RATE)

    def _pack(self) -> None:
        """Pack what can no longer change, a little at a time: a take may be wanted at any moment."""
        if self._mark - self._packed_frames >= PACKED and len(self.local.frames) >= self._mark:
            frames = self.local.frames[self._packed_frames : self._packed_frames + PACKED]
            self._packed.append(pack_steps(in_steps(frames)))
            self._packed_frames += PACKED


def _silence() -> Floats:
    frame = np.zeros((1, CHANNELS), np.float32)
    frame[0, 0], frame[0, PAUSE] = LOUD, 1.0
    frames: Floats = in_steps(frame) * np.float32(STEP)
    return frames
