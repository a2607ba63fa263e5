"""The stage at work: which take it shows, what is drawn of it as it comes, and where the playhead stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.controllers.change_words import marks
from app.controllers.playhead import Playhead
from app.controllers.stage_words import describe
from app.controllers.take_pictures import Pictures, TakePictures
from app.plots.pyramid import BUCKET
from app.stage import NO_ODDS
from engine.library.control_events import changes
from engine.library.take_files import StoredTake
from engine.stream.states import State
from engine.wavenet import mulaw
from engine.wavenet.distributions import entropy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.take_selection import TakeSelection
    from app.window import MainWindow
    from engine.library.control_events import ControlEvent
    from engine.library.takes import Take
    from engine.stream.messages import Distribution, Status
    from engine.stream.session import Session
    from engine.wavenet.config import GenerationParams

BACK_BUCKETS = 80
"""Buckets that may come anew when a control moves: 0.3 s of them."""
STREAMING = (State.BUFFERING, State.PLAYING, State.PAUSED)


class StageController(QObject):
    """Told of every look at the session by ``frame``; of takes by ``finished`` and ``show_take``."""

    placed = Signal(object, int)
    """The user put the playhead at a sample of a take."""
    reported = Signal(str, str)
    """(text, kind) for the message bar."""

    def __init__(
        self,
        window: MainWindow,
        actions: Actions,
        player: Player,
        selection: TakeSelection,
        session: Session,
        background: Background,
    ) -> None:
        super().__init__()
        self._stage, self._actions, self._player = window.stage, actions, player
        self._selection, self._session = selection, session
        self.playhead = Playhead()
        self._background = background
        self._pictures = TakePictures(background)
        self._shown = Pictures()
        self._ended: Pictures | None = None
        self._take: Take | None = None
        self._request = 0
        self._rate = 16_000
        self._next_bucket = 0
        self._odds: Distribution | None = None
        self._params: GenerationParams = player.params
        self._moves: list[ControlEvent] = []
        self._play_when_finished: float | None = None
        self.bits: tuple[float, float] | None = None
        window.stage.clicked.connect(self.go_to)
        window.stage.ruler.looped.connect(self._choose_loop)
        window.takes.selected.connect(self._selected)
        player.params_changed.connect(self._moved)
        player.playback_changed.connect(self._playback_changed)
        self.playhead.moved.connect(self._show_playhead)
        self.playhead.loop_changed.connect(self._show_loop)
        actions["loop"].triggered.connect(self._toggle_loop)
        actions["to_start"].triggered.connect(self._to_start)
        actions["follow"].setChecked(True)
        window.stage.heatmap.set_hint(NO_ODDS)

    @property
    def running(self) -> bool:
        """Whether a take that is being made is shown."""
        return self._request != 0

    def entropy(self) -> tuple[float, float] | None:
        """Bits of the next sample before and after shaping; None where nothing is drawn."""
        return self.bits

    def frame(self, status: Status) -> None:
        """One look at the session, 30 times a second."""
        if not status.sample_rate:
            return
        audible_s = status.played / status.sample_rate
        if status.state in STREAMING or (status.state is State.PLAYBACK and self._player.take is None):
            snapshot = self._session.envelope()
            if status.request_id != self._request and snapshot.origin(status.request_id) is not None:
                self._begin(status)
            if status.request_id == self._request:
                self._pull_wave(status, audible_s)
                if status.state is not State.PLAYBACK:
                    self._pull_odds(status)
                self._follow("", audible_s)
        elif status.state is State.PLAYBACK and self._player.take is not None:
            self._stage.distribution.clear()
            self.bits = None
            self._follow(self._player.take.id, audible_s)
        elif self.bits is not None and status.state is State.IDLE:
            self._stage.distribution.clear()
            self.bits = None

    def finished(self, take: Take) -> None:
        """A stream has ended, and is a take now."""
        seen, self._ended = self._ended or self._shown, None
        if seen is self._shown and not self.running:
            seen = Pictures()
        self._pictures.keep(take.id, seen)
        if seen is self._shown:
            self._request = 0
            self.show_take(take)
            if self._play_when_finished is not None:
                at, self._play_when_finished = self._play_when_finished, None
                self._play_from(take, at)
            else:
                self.playhead.place(take.id, min(self.playhead.seconds, take.seconds))

    def show_take(self, take: Take) -> None:
        """Show a finished take."""
        self._request = 0
        self._take, self._rate = take, take.sample_rate
        self._shown = self._pictures.of(take, self._redraw, self._not_drawn)
        self._stage.axis.duration_s = take.seconds
        self._moves = list(take.events)
        self._redraw()
        self._stage.axis.show(self._stage.axis.view)

    def describe(self) -> None:
        """Tell a screen reader what is shown; now and then is enough."""
        describe(self._stage, self.bits)

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._pictures.stop()

    @Slot(float)
    def go_to(self, seconds: float) -> None:
        """Put the playhead at a place, and let it be heard from there."""
        if self._player.clip:
            return
        if self.running and self._player.generating:
            self._play_when_finished = seconds
            self._player.stop()
        elif self._take is not None:
            self._play_from(self._take, seconds)

    def _play_from(self, take: Take, seconds: float) -> None:
        sample = min(round(seconds * take.sample_rate), max(0, take.length - 1))
        self.playhead.place(take.id, sample / take.sample_rate)
        self.placed.emit(take, sample)
        playing = self._player.take is not None and self._player.take.id == take.id
        if playing and self._session.status().state is State.PLAYBACK:
            self._session.seek(sample)
            return
        player, asked, loop = self._player, self._player.asked, self.playhead.loop(take.sample_rate)
        if not isinstance(take, StoredTake):
            player.play_take(take, sample, loop)
            return

        def play(sound: NDArray[np.float32]) -> None:
            if player.asked == asked:
                player.play_take(take, sample, loop, sound)

        self._background.run(take.samples, play, lambda why: self.reported.emit(why, "error"))

    def _begin(self, status: Status) -> None:
        """Another sound has begun: nothing of the last one is drawn in it."""
        if self.running:
            self._ended = self._shown
        self._shown = Pictures()
        self._take = None
        self._request, self._rate = status.request_id, status.sample_rate
        self._next_bucket = 0
        self._moves, self._params = [], self._player.params
        self._stage.axis.duration_s = 0.0
        self._stage.axis.show(type(self._stage.axis.view)(0.0, self._stage.axis.view.span_s))
        self.playhead.choose(None, looping=False)
        self._redraw()

    def _pull_wave(self, status: Status, audible_s: float) -> None:
        snapshot = self._session.envelope()
        first = max(self._next_bucket - BACK_BUCKETS, snapshot.first) - snapshot.first
        self._next_bucket = snapshot.first + len(snapshot.low)
        own = (snapshot.request[first:] == self._request) & (snapshot.sample[first:] >= 0)
        numbers = (snapshot.sample[first:][own] + BUCKET // 2) // BUCKET
        self._stage.axis.duration_s = max(self._stage.axis.duration_s, status.generated / status.sample_rate)
        if not len(numbers):
            return
        volume = max(self._session.volume, 0.01)  # the take is drawn, not how loud it is listened to
        low, high = snapshot.low[first:][own] / volume, snapshot.high[first:][own] / volume
        for part in np.split(np.arange(len(numbers)), np.flatnonzero(np.diff(numbers) != 1) + 1):
            self._shown.pyramid.write(int(numbers[part[0]]), low[part], high[part])
        bucket_s = BUCKET / status.sample_rate
        self._stage.wave.extend(int(numbers.min()) * bucket_s, (int(numbers.max()) + 1) * bucket_s, audible_s)

    def _pull_odds(self, status: Status) -> None:
        distribution = self._session.distribution()
        if distribution is None or distribution is self._odds or status.state is not State.PLAYING:
            return
        self._odds = distribution
        before, after = distribution.predicted(), distribution.shaped()
        self.bits = entropy(before), entropy(after)
        drawn = int(mulaw.encode(distribution.amplitude))
        audible = distribution.audible(after)
        self._stage.distribution.show_distribution(distribution.audible(before), audible, drawn)
        now_s = status.generated / status.sample_rate
        self._shown.odds.put(now_s, audible, self.bits[1])
        self._stage.heatmap.set_hint("")
        for plot in (self._stage.heatmap, self._stage.bits):
            plot.draw_between(now_s - 0.3, now_s + self._shown.odds.step_s)

    def _follow(self, take_id: str, seconds: float) -> None:
        self.playhead.place(take_id, seconds)
        if self._actions["follow"].isChecked():
            self._stage.axis.follow(seconds)

    @Slot()
    def _redraw(self) -> None:
        stage, shown = self._stage, self._shown
        if self._take is not None:
            stage.subject.setText(self._take.name)
        elif self._player.preset is not None and not self._player.clip:
            stage.subject.setText(f"{self._player.preset.name}, being made")
        stage.wave.show_wave(shown.pyramid, self._rate)
        stage.overview.show_wave(shown.pyramid, self._rate)
        stage.spectrum.show_spectrum(shown.spectrogram)
        stage.spectrum.set_hint("" if shown.spectrogram else "The spectrum shows once the take has ended")
        stage.heatmap.show_odds(shown.odds)
        stage.bits.show_odds(shown.odds)
        stage.heatmap.set_hint("" if shown.odds.count else NO_ODDS)
        stage.changes.show_marks(marks(self._moves, self._rate))

    def _not_drawn(self, why: str) -> None:
        self.reported.emit(f"The take cannot be drawn: {why}", "error")

    @Slot(str)
    def _selected(self, take_id: str) -> None:
        take = self._selection.store.find(take_id)
        if take is not None and not self._player.generating:
            self.show_take(take)
            self.playhead.place(take.id, 0.0)

    @Slot()
    def _playback_changed(self) -> None:
        take = self._player.take
        if take is not None and (self._take is None or self._take.id != take.id):
            self.show_take(take)

    @Slot()
    def _moved(self) -> None:
        """A control moved: it is marked where the take is just now, until the take itself says it exactly."""
        before, self._params = self._params, self._player.params
        if self.running and self._player.generating:
            self._moves.extend(changes(self._session.status().generated, before, self._params))
            self._stage.changes.show_marks(marks(self._moves, self._rate))

    @Slot()
    def _show_playhead(self) -> None:
        self._stage.set_playhead(self.playhead.seconds)

    @Slot(float, float)
    def _choose_loop(self, first: float, last: float) -> None:
        self.playhead.choose((first, last), looping=True)
        if self._take is not None:
            self.go_to(first)

    @Slot(bool)
    def _toggle_loop(self, on: bool) -> None:
        if on and self.playhead.region is None:
            self.reported.emit("Drag along the ruler to choose what is repeated", "info")
        self.playhead.choose(self.playhead.region, looping=on)

    @Slot()
    def _show_loop(self) -> None:
        self._actions["loop"].setChecked(self.playhead.looping)
        self._stage.set_loop(self.playhead.region if self.playhead.looping else None)
        self._session.loop(self.playhead.loop(self._rate))

    @Slot()
    def _to_start(self) -> None:
        if self._take is not None and self._session.status().state is State.PLAYBACK:
            self._play_from(self._take, 0.0)
        elif self._take is not None:
            self.playhead.place(self._take.id, 0.0)
            self._stage.axis.follow(0.0)
