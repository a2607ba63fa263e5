"""Work done aside of which only what was asked for last counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.controllers.event_bridge import Background


class LatestWork:
    """What comes of anything but the last is dropped."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self.number = 0
        """Another one after whatever was asked for or dropped."""
        self.waiting = False
        """Whether what was asked for last is on its way."""

    def drop(self) -> None:
        """What is on its way no longer counts."""
        self.number += 1
        self.waiting = False

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[str], object]
    ) -> None:
        """As ``Background.run``, in place of what was asked for before."""
        self.drop()
        self.waiting = True
        number = self.number

        def counted(receiver: Callable[[Any], object]) -> Callable[[Any], None]:
            def receive(result: Any) -> None:
                if number == self.number:
                    self.waiting = False
                    receiver(result)

            return receive

        self._background.run(work, counted(done), counted(failed))
