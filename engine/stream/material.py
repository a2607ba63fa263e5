"""What a stream is made from besides its parameters: all given at the start, or a text that is still read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.errors import StudioError
from engine.generation.conditions import StreamConditions
from engine.library.recordings import SpokenRecording
from engine.library.spoken_texts import Saying
from engine.library.takes import Take
from engine.stream.beginning import conditions_for
from engine.stream.messages import Request
from engine.stream.narration.track import SpeechTrack
from engine.wavenet.model_file import ModelFile


class Material:
    """For the thread of one stream."""

    def __init__(self, request: Request, model: ModelFile, say: Callable[[Saying], object]) -> None:
        """``say`` is given what the stream of a text is going to say, as it changes.

        Waits for the first phrase of a text. Raises StudioError where it does not go with the model.
        """
        self._recording = request.recording
        self._text, self._track = None, None
        narration = request.narration
        if narration is None:
            self.conditions = conditions_for(request, model)
            return
        if request.prime or request.origin or request.score or request.recording:
            raise StudioError("a text goes with no score, no recording, and continues nothing")
        self._text, self._track = narration.text, SpeechTrack(model, narration, say)
        self.conditions = StreamConditions(self._track.local)

    @property
    def ends_at(self) -> int | None:
        """The sample before which the stream ends; None where that is not known, or it does not."""
        return self.conditions.ends_at if self._track is None else self._track.ends_at

    @property
    def recording(self) -> SpokenRecording | None:
        """What is said, as far as that is known."""
        if self._track is None or self._text is None:
            return self._recording
        return self._track.recording(self._text)[0]

    def go_on(self, position: int, n: int) -> int:
        """How many of the ``n`` samples from ``position`` on can be made: see ``SpeechTrack.go_on``."""
        return n if self._track is None else self._track.go_on(position, n)

    def of(self, take: Take) -> Take:
        """``take`` with what was said by now."""
        if self._track is None or self._text is None:
            return take
        recording, speech = self._track.recording(self._text)
        return replace(take, recording=recording, speech=speech)
