"""The stage at work: which take it shows, what is drawn of it as it comes, and where the playhead stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from app.controllers.change_words import Marks, marks
from app.controllers.live_layers import LiveLayers
from app.controllers.live_odds import LiveOdds
from app.controllers.live_sound import LiveSound
from app.controllers.playhead import Playhead
from app.controllers.prime_pictures import PrimePictures
from app.controllers.reporter import Reporter
from app.controllers.stage_words import describe
from app.controllers.take_pictures import Pictures, TakePictures
from app.plots.spectrogram import Spectrogram
from engine.library.control_events import changes
from engine.library.take_files import StoredTake
from engine.stream.states import State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.controllers.take_selection import TakeSelection
    from app.panels.takes import TakePanel
    from app.stage import Stage
    from engine.library.takes import Take
    from engine.stream.dsp.envelope import EnvelopeSnapshot
    from engine.stream.messages import Request, Status
    from engine.stream.session import Session
    from engine.wavenet.config import GenerationParams

STREAMING = (State.BUFFERING, State.PLAYING, State.PAUSED)


class StageController(Reporter):
    """Told of every look at the session by ``frame``; of takes by ``finished`` and ``show_take``."""

    placed = Signal(object, int)
    """The user put the playhead at a sample of a take."""
    played = Signal(object, int)
    """A finished take sounds: the sample that it is at."""
    shown = Signal(object)
    """The finished take that is drawn now; None for what is being made."""

    def __init__(
        self,
        stage: Stage,
        takes: TakePanel,
        actions: Actions,
        player: Player,
        selection: TakeSelection,
        session: Session,
        catalogue: Catalogue,
        background: Background,
    ) -> None:
        super().__init__()
        self._stage, self._actions, self._player = stage, actions, player
        self._selection, self._session = selection, session
        self.playhead = Playhead()
        self._pictures = TakePictures(background)
        self._primes = PrimePictures(stage, catalogue, background)
        self._shown = Pictures()
        self._ended: Pictures | None = None
        self.take: Take | None = None
        self._request = 0
        self._rate = 16_000
        self._asked: Request | None = None
        """What the player had asked for when what is being made began."""
        self._params: GenerationParams = player.params
        self._moves = Marks(self._rate)
        self._play_when_finished: float | None = None
        self._sound, self._odds = LiveSound(stage, session), LiveOdds(stage)
        self._layers = LiveLayers(stage, player, session, background)
        stage.clicked.connect(self.go_to)
        stage.looped.connect(self._choose_loop)
        takes.selected.connect(self._selected)
        player.params_changed.connect(self._moved)
        player.playback_changed.connect(self._playback_changed)
        self.playhead.moved.connect(self._show_playhead)
        self.playhead.loop_changed.connect(self._show_loop)
        actions["loop"].triggered.connect(self._toggle_loop)
        actions["to_start"].triggered.connect(self._to_start)
        actions["follow"].setChecked(True)

    @property
    def running(self) -> bool:
        """Whether a take that is being made is shown."""
        return self._request != 0

    def entropy(self) -> tuple[float, float] | None:
        """Bits of the next sample before and after shaping; None where nothing is drawn."""
        return self._odds.bits

    def frame(self, status: Status) -> None:
        """One look at the session, 30 times a second."""
        if not status.sample_rate:
            return
        audible_s = status.played / status.sample_rate
        if status.state in STREAMING or (status.state is State.PLAYBACK and self._player.take is None):
            snapshot = self._session.envelope()
            if status.request_id != self._request and snapshot.origin(status.request_id) is not None:
                self._begin(status, snapshot)
            if status.request_id == self._request:
                self._pull_sound(status, audible_s)
                if status.state is not State.PLAYBACK:
                    self._odds.pull(self._session.distribution(), status, self._shown.odds)
                    self._layers.pull(status, self._shown)
                self._follow("", audible_s)
        elif status.state is State.PLAYBACK and self._player.take is not None:
            self._odds.clear()
            self._follow(self._player.take.id, audible_s)
            self.played.emit(self._player.take, status.played)
        elif status.state is State.IDLE:
            self._odds.clear()

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
                self.play_from(take, at)
            else:
                self.playhead.place(take.id, min(self.playhead.seconds, take.seconds))

    def show_take(self, take: Take) -> None:
        """Show a finished take."""
        self._request = 0
        self.take, self._rate = take, take.sample_rate
        self._shown = self._pictures.of(take, self._redraw, self._not_drawn)
        self._stage.axis.duration_s = take.seconds
        self._primes.show(take.prime, take.preset, take.preset.params())
        self._redraw()
        self._stage.axis.show(self._stage.axis.view)
        self.shown.emit(take)

    def describe(self) -> None:
        """Tell a screen reader what is shown; now and then is enough."""
        describe(self._stage, self._odds.bits)

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._pictures.stop()
        self._primes.stop()

    @Slot(float)
    def go_to(self, seconds: float) -> None:
        """Put the playhead at a place, and let it be heard from there."""
        if self._player.clip or self._player.sound:
            return
        if self.running and self._player.generating:
            self._play_when_finished = seconds
            self._player.stop()
        elif self.take is not None:
            self.play_from(self.take, seconds)

    def play_from(self, take: Take, seconds: float) -> None:
        """Play a finished take from a place on, and put the playhead there."""
        sample = min(round(seconds * take.sample_rate), max(0, take.length - 1))
        self.playhead.place(take.id, sample / take.sample_rate)
        self.placed.emit(take, sample)
        playing = self._player.take is not None and self._player.take.id == take.id
        if playing and self._session.status().state is State.PLAYBACK:
            self._session.seek(sample)
            return
        player, loop = self._player, self.playhead.loop(take.sample_rate)
        if not isinstance(take, StoredTake):
            player.play_take(take, sample, loop)
            return

        def play(sound: NDArray[np.float32]) -> None:
            player.play_take(take, sample, loop, sound)

        player.files.run(take.samples, play, lambda why: self.reported.emit(why, "error"))

    def _begin(self, status: Status, snapshot: EnvelopeSnapshot) -> None:
        """Another sound has begun: of the last one only what it branches off is drawn in it."""
        if self.running:
            self._ended = self._shown
        first = self._sound.begin(snapshot, status.request_id)
        self._shown = self._past().until(first, status.sample_rate)
        self._shown.spectrogram = self._shown.spectrogram or Spectrogram(status.sample_rate)
        self.take = None
        self._request, self._rate = status.request_id, status.sample_rate
        self._asked = request = self._player.request
        self._moves, self._params = Marks(status.sample_rate), self._player.params
        self.shown.emit(None)
        self._stage.axis.duration_s = 0.0
        self._stage.axis.show(type(self._stage.axis.view)(0.0, self._stage.axis.view.span_s))
        self.playhead.choose(None, looping=False)
        if request is None or self._player.sound or self._player.clip:
            self._primes.hide()
        else:
            self._primes.show((request.origin or request).prime, request.preset, request.params)
        self._redraw()

    def _past(self) -> Pictures:
        """What there is of the sound that the one that begins branches off, if it does."""
        request = self._player.request
        if request is None or self._player.sound or self._player.clip:
            return Pictures()
        if request is self._asked:  # it went back while it played, and may have ended as a take by now
            return self._shown
        return self._pictures.known(request.origin.take_id) if request.origin else Pictures()

    def _pull_sound(self, status: Status, audible_s: float) -> None:
        axis = self._stage.axis
        axis.duration_s = max(axis.duration_s, status.generated / status.sample_rate)
        self._sound.pull(status, audible_s, self._shown)

    def _follow(self, take_id: str, seconds: float) -> None:
        self.playhead.place(take_id, seconds)
        if self._actions["follow"].isChecked():
            self._stage.axis.follow(seconds)

    @Slot()
    def _redraw(self) -> None:
        stage, shown = self._stage, self._shown
        if self.take is not None:
            stage.subject.setText(self.take.name)
        elif self._player.sound:
            stage.subject.setText(self._player.sound)
        elif self._player.preset is not None and not self._player.clip:
            stage.subject.setText(f"{self._player.preset.name}, being made")
        stage.wave.show_wave(shown.pyramid, self._rate)
        stage.overview.show_wave(shown.pyramid, self._rate)
        stage.spectrum.show_spectrum(shown.spectrogram)
        stage.spectrum.set_hint("" if shown.spectrogram else "The spectrum is being made")
        self._odds.show(shown.odds)
        self._layers.show(shown)
        moves = self._moves.all() if self.take is None else marks(self.take.events, self._rate)
        stage.changes.show_marks(moves)

    def _not_drawn(self, why: str) -> None:
        self.reported.emit(f"The take cannot be drawn: {why}", "error")

    @Slot(str)
    def _selected(self, take_id: str) -> None:
        take = self._selection.store.find(take_id)
        if take is not None and not self._player.generating:
            self.show_take(take)
            if self.playhead.take_id != take.id:
                self.playhead.place(take.id, 0.0)

    @Slot()
    def _playback_changed(self) -> None:
        take = self._player.take
        if take is not None and (self.take is None or self.take.id != take.id):
            self.show_take(take)

    @Slot()
    def _moved(self) -> None:
        """A control moved: it is marked where the take is just now, until the take itself says it exactly."""
        before, self._params = self._params, self._player.params
        if self.running and self._player.generating:
            self._moves.add(changes(self._session.status().generated, before, self._params))
            self._stage.changes.show_marks(self._moves.all())

    @Slot()
    def _show_playhead(self) -> None:
        self._stage.set_playhead(self.playhead.seconds)

    @Slot(float, float)
    def _choose_loop(self, first: float, last: float) -> None:
        self.playhead.choose((first, last), looping=True)
        if self.take is not None:
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
        if self.take is not None and self._session.status().state is State.PLAYBACK:
            self.play_from(self.take, 0.0)
        elif self.take is not None:
            self.playhead.place(self.take.id, 0.0)
            self._stage.axis.follow(0.0)
