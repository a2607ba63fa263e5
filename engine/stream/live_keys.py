"""Keys on their way from the hand into one stream: onto its guide track, and into its take."""

from __future__ import annotations

from engine.generation.conditions import StreamConditions
from engine.library.played_keys import event_of
from engine.music.keyboard import PlayedNote
from engine.music.live_guide import LiveGuide
from engine.stream.control_log import ControlLog
from engine.stream.controls import Controls


class LiveKeys:
    """For the thread of one stream; ``notes`` for any. Where the model takes no keys nothing happens."""

    def __init__(self, controls: Controls, conditions: StreamConditions) -> None:
        """Only what is played from now on counts."""
        feedback = conditions.feedback
        self._guide = feedback if isinstance(feedback, LiveGuide) else None
        self._controls, self._taken = controls, len(controls.keys)
        self._put: tuple[int, int, object] | None = None
        """The sample at which keys were put, how many had been taken before them, and how the guide was."""

    @property
    def waiting(self) -> bool:
        """Whether something was played that is not on the guide track yet."""
        return self._guide is not None and len(self._controls.keys) > self._taken

    @property
    def earliest(self) -> int:
        """The take's sample before which no key can go down or up any more."""
        return self._guide.latest if self._guide else 0

    @property
    def notes(self) -> tuple[PlayedNote, ...]:
        """What was played into the take by now."""
        return self._guide.keyboard.notes if self._guide else ()

    def put(self, sample: int) -> None:
        """Let what was played begin at the take's ``sample``, or at ``earliest`` if that is later.

        ``keep`` has it hold, ``undo`` wait again.
        """
        keys, sample = self._controls.keys, max(sample, self.earliest)
        if self._guide is not None and (new := keys[self._taken :]):
            self._put = sample, self._taken, self._guide.snapshot()
            for _, change in new:
                self._guide.play(sample, change)
            self._taken += len(new)

    def keep(self, log: ControlLog) -> None:
        """What was put holds, and is written down."""
        put, self._put = self._put, None
        if put is not None:
            sample, before, _ = put
            new = self._controls.keys[before : self._taken]
            log.note_keys([event_of(sample, change) for _, change in new], new[0][0])

    def undo(self) -> None:
        """Let it wait again."""
        put, self._put = self._put, None
        if put is not None and self._guide is not None:
            _, self._taken, before = put
            self._guide.restore(before)
