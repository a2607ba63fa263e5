"""Going back in takes: on from a place another way, back while it plays, and the very same once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.controllers.branch_requests import branch, why_not_on
from app.controllers.reporter import Reporter
from app.look.time_text import format_time
from engine.library.making_again import make_again

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.take_selection import TakeSelection
    from engine.library.takes import Take
    from engine.stream.messages import Request
    from engine.stream.session import Session

REWIND_S = 3.0
AHEAD_S = 1.0
"""Seconds before a take that is heard that what it needs to go on is made …"""
EVERY_S = 0.5
"""… once so much more of it was heard."""
NO_TAKE = "Select a take first"
NOTHING_PLAYS = "Nothing is being made just now"


class BranchController(Reporter):
    """Between the selected take, the playhead and the player."""

    def __init__(
        self,
        actions: Actions,
        player: Player,
        selection: TakeSelection,
        session: Session,
        catalogue: Catalogue,
        background: Background,
    ) -> None:
        super().__init__()
        self._actions, self._player, self._selection = actions, player, selection
        self._session, self._catalogue, self._background = session, catalogue, background
        self._ready: tuple[str, int, int] = "", 0, 0
        """(id of a take, the samples between which it is ready to be gone on with)."""
        self.place: Callable[[Take], int | None] = lambda take: None
        """The sample of a take at which the playhead stands; None where it stands nowhere in it."""
        actions["go_on"].triggered.connect(self._go_on)
        actions["rewind"].triggered.connect(self._rewind)
        actions["make_again"].triggered.connect(self._make_again)
        self.show()

    @Slot()
    def show(self) -> None:
        """Bring the actions up to date."""
        why_not = "" if self._selection.selected else NO_TAKE
        self._actions.allow("go_on", why_not)
        self._actions.allow("make_again", why_not)
        self._actions.allow("rewind", "" if self._player.generating else NOTHING_PLAYS)

    def prepare(self, take: Take, sample: int) -> None:
        """The playhead was put there: have everything ready to go on."""
        self._ready = take.id, sample, sample
        if not why_not_on(take, self._player.preset, self._catalogue):
            self._background.run(
                lambda: self._branch(take, sample, seed=0), self._session.prepare, lambda why: None
            )

    def follow(self, take: Take, sample: int) -> None:
        """A take sounds there: have it ready to go on from the places that come, too."""
        ready_id, first, last = self._ready
        ahead, every = round(AHEAD_S * take.sample_rate), round(EVERY_S * take.sample_rate)
        if ready_id != take.id or not first <= sample <= last + ahead:
            self.prepare(take, sample)
        elif sample + ahead >= last + every and last < take.length:
            self.prepare(take, min(sample + ahead, take.length))
            self._ready = take.id, first, min(sample + ahead, take.length)

    @Slot()
    def _go_on(self) -> None:
        take = self._selection.selected
        if take is None:
            return
        if why_not := why_not_on(take, self._player.preset, self._catalogue):
            self.reported.emit(why_not, "warning")
            return
        place = self.place(take)
        sample = take.length if place is None else place
        player, seed = self._player, self._player.seeds.other()
        # The take's samples may lie on the disk.
        player.files.run(
            lambda: self._branch(take, sample, seed),
            player.begin,
            lambda why: self.reported.emit(f"“{take.name}” cannot be gone on with: {why}", "error"),
        )

    def _branch(self, take: Take, sample: int, seed: int) -> Request:
        player = self._player
        return branch(take, sample, player.params, seed, self._catalogue, player.engine)

    @Slot()
    def _rewind(self) -> None:
        if self._player.generating:
            self._session.rewind(REWIND_S, self._player.seeds.other())

    @Slot()
    def _make_again(self) -> None:
        take = self._selection.selected
        if take is None:
            return
        loader = self._catalogue.loader(take.preset)
        self.reported.emit(f"Making “{take.name}” again …", "info")
        self._background.run(
            lambda: make_again(take, loader()),
            lambda sample: self._made(take, sample),
            lambda why: self.reported.emit(f"“{take.name}” was not made again: {why}", "error"),
        )

    def _made(self, take: Take, sample: int | None) -> None:
        if sample is None:
            self.reported.emit(f"“{take.name}” made again: the same samples", "info")
        else:
            at = format_time(sample / take.sample_rate)
            self.reported.emit(
                f"“{take.name}” made again: other samples from {at} on (sample {sample})", "warning"
            )
