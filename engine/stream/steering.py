"""What is wanted of one stream: taken up between its blocks, and written down from where it holds."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import StudioError
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.library.control_events import ControlEvent
from engine.stream.control_log import ControlLog
from engine.stream.controls import Controls
from engine.stream.live_keys import LiveKeys
from engine.wavenet.config import GenerationParams


class Steering:
    """For the thread of one stream."""

    def __init__(
        self,
        controls: Controls,
        generator: Generator,
        conditions: StreamConditions,
        events: Iterable[ControlEvent],
    ) -> None:
        """``conditions``: what the generator was made with; ``events``: what changed until now."""
        self.controls, self._generator = controls, generator
        self.keys = LiveKeys(controls, conditions)
        self.refused = ""
        """Why the latest parameters are not in force, if they are not."""
        self.log = ControlLog(generator.params, events)
        self._seen: GenerationParams | None = generator.params
        self._moved_at: float | None = None

    @property
    def moved(self) -> bool:
        """Whether other parameters are wanted than those that were looked at last."""
        return self.controls.params is not self._seen

    def take_up(self, sample: int, *, sounding: bool) -> None:
        """Let what is wanted hold from the next sample on, which is the take's ``sample``, if it can.

        ``sounding``: whether anything was heard: who moves something before that waits for the stream.
        """
        wanted = self.controls.params
        if wanted is not self._seen:
            self._moved_at, self._seen = self.controls.moved_at if sounding else None, wanted
            try:
                self._generator.set(wanted)
                self.refused = ""
            except StudioError as error:
                self.refused = str(error)
        self.keys.put(sample)

    def hold(self, sample: int, *, late: bool = False) -> None:
        """What was taken up holds from the take's ``sample`` on; ``late``: but for the keys, which wait."""
        self.log.note(sample, self._generator.params, self._moved_at)
        if late:
            self.keys.undo()
        else:
            self.keys.keep(self.log)

    def take_back(self, sample: int) -> None:
        """The next sample is the take's ``sample`` once more: parameters are taken up anew from there on."""
        self.log.forget(sample)
        self._seen = None
