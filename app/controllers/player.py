"""What is to be played and how: preset, controls, seed; and the session that plays it. No widgets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.controllers.score_choice import ScoreChoice
from engine.library.presets import Preset, new_seed
from engine.library.scores import PlayedScore
from engine.library.takes import Take
from engine.stream.messages import Request
from engine.stream.states import State
from engine.wavenet.config import GenerationParams

if TYPE_CHECKING:
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from engine.library.previews import Clip
    from engine.music.condition import After
    from engine.stream.session import Session


class Player(QObject):
    """Signals say what changed here; whoever shows it reads the attributes. It reads no file itself."""

    preset_changed = Signal()
    params_changed = Signal()
    seed_changed = Signal()
    score_changed = Signal()
    playback_changed = Signal()
    """Another take or clip is asked for than before, or none."""
    refused = Signal(str)
    """Why something cannot be played."""
    doubted = Signal(str)
    """What of a score could not be read."""

    def __init__(
        self, session: Session, catalogue: Catalogue, background: Background, engine: str = "auto"
    ) -> None:
        super().__init__()
        self._session = session
        self._catalogue = catalogue
        self._background = background
        self._engine = engine
        self.preset: Preset | None = None
        self.params = GenerationParams()
        self.seed = new_seed()
        self.locked = False
        self._locked_by_preset = False
        self._scores = ScoreChoice(catalogue, background)
        self._scores.changed.connect(self.score_changed)
        self._scores.refused.connect(self.refused)
        self._scores.doubted.connect(self.doubted)
        self.played_score: PlayedScore | None = None
        """What the stream or take that was asked for last plays."""
        self._start_wanted = False
        self._stream_model = ""
        self.take: Take | None = None
        """The take that was last asked to be played back; None for a clip."""
        self._clip = ""
        self.asked = 0
        """Counts what was asked to play or to stop: whoever reads a file first sees here that it is stale."""

    @property
    def state(self) -> State:
        """What the session does; preparing, too, where a start waits for the score."""
        state = self._session.status().state
        return State.PREPARING if self._start_wanted and state is State.IDLE else state

    @property
    def generating(self) -> bool:
        """Whether a stream runs, or is about to."""
        return self.state not in (State.IDLE, State.PLAYBACK)

    @property
    def clip(self) -> str:
        """The preset whose clip sounds; empty where none does."""
        return self._clip if self.state is State.PLAYBACK else ""

    @property
    def score(self) -> PlayedScore | None:
        """What streams of models that can play it are given."""
        return self._scores.score

    @property
    def modified(self) -> bool:
        """Whether the controls differ from the preset."""
        return self.preset is not None and _plain(self.params) != _plain(self.preset.params())

    def choose(self, preset: Preset) -> None:
        """Take up a preset. A stream of the same model goes on and changes; of another, a new one starts.

        Both wait for the preset's score, if it brings one.
        """
        before = self.score
        self._adopt_preset(preset)
        asked = self.asked

        def follow() -> None:
            if self._start_wanted:
                self.start()
            elif asked == self.asked:
                self._continue(before)

        self.preset_changed.emit()
        self._scores.follow(preset, follow)

    def start(self) -> None:
        """Begin a new take with the settings of now; one that plays ends in a short crossfade.

        Where the score is still being read, it begins with it.
        """
        if self.preset is None:
            self.refused.emit("There is no preset to play.")
            return
        why_not = self._catalogue.why_not(self.preset)
        if why_not:
            self.refused.emit(why_not)
            return
        self._play_back(None)
        if self._scores.reading:
            self._start_wanted = True
            return
        if not self.locked:
            self.set_seed(new_seed())
        self.played_score = None if self.why_no_score() else self.score
        self._stream_model = self.preset.model
        loader = self._catalogue.loader(self.preset)
        self._session.play(
            Request(loader, self.preset, self.params, self.seed, self._engine, self.played_score)
        )

    def prepare(self) -> None:
        """Have the preset's model ready for ``start``; what is wrong with it is said there."""
        if self.preset is not None and not self._catalogue.why_not(self.preset):
            loader = self._catalogue.loader(self.preset)
            self._session.prepare(Request(loader, self.preset, self.params, self.seed, self._engine))

    def toggle(self) -> None:
        """Play, go on after a pause, or stop."""
        state = self.state
        if state is State.IDLE:
            self.start()
        elif state is State.PAUSED:
            self._session.resume()
        else:
            self.stop()

    def stop(self) -> None:
        """Stop whatever sounds, or is about to."""
        self._ask()
        self._session.stop()

    def pause(self, on: bool) -> None:
        """Hold, or go on."""
        if on:
            self._session.pause()
        else:
            self._session.resume()

    def play_take(self, take: Take) -> None:
        """Play a finished take; one that plays already stops."""
        if self.take is not None and self.take.id == take.id and self.state is State.PLAYBACK:
            self.stop()
            return
        self._play_back(take)
        self.played_score = take.score
        self._session.play_audio(take.samples(), take.sample_rate)

    def play_clip(self, preset: str, clip: Clip) -> None:
        """Play the clip of the preset with this id, whatever preset is in use; no take is made of it."""
        self._play_back(None, preset)
        self.played_score = None
        self._session.play_audio(clip.samples, clip.sample_rate)

    def set_sampling(self, temperature: float, top_p: float, top_k: int) -> None:
        """Steer how samples are drawn."""
        self._steer(dataclasses.replace(self.params, temperature=temperature, top_p=top_p, top_k=top_k))

    def set_tags(self, tags: tuple[tuple[str, float], ...]) -> None:
        """Steer by tags."""
        self._steer(dataclasses.replace(self.params, tags=tags))

    def set_speaker(self, speaker: str | None) -> None:
        """Steer by speaker."""
        self._steer(dataclasses.replace(self.params, speaker=speaker))

    def why_no_score(self) -> str:
        """Why no score can be played; empty where one can."""
        return self._catalogue.why_no_score(self.preset) if self.preset else "There is no preset"

    @property
    def score_source(self) -> str | None:
        """Where the score came from, as a preset names it; None for none."""
        return self._scores.source

    def set_score(self, score: PlayedScore | None, source: str = "") -> None:
        """Play these notes, or none; a stream that plays starts anew with them.

        ``source`` is what a preset would call it: a name or a path.
        """
        if score == self.score and not self._scores.reading:
            return
        self._scores.adopt(score, source)
        if self._start_wanted or (self.generating and not self.why_no_score()):
            self.start()

    def set_after(self, after: After) -> bool:
        """What comes once the score has ended, from the next start on; returns whether that is new."""
        return self._scores.set_after(after)

    def reset(self) -> None:
        """Controls as the preset has them."""
        if self.preset is not None:
            self._steer(self.preset.params())

    def apply(self, take: Take) -> None:
        """Controls, preset and seed as a take started with; the seed is then kept.

        A stream of another model, or with another score, starts anew where the preset changes.
        """
        before = self.score
        stored = {item.id for item in self._catalogue.items()}
        other = self.preset is None or self.preset.id != take.preset.id
        changes = other and take.preset.id in stored
        if changes:
            self._adopt_preset(self._catalogue.find(take.preset.id))
        self._scores.adopt(take.score)
        if changes:
            self.preset_changed.emit()
        self._steer(take.preset.params())
        self.set_seed(take.seed)
        self.set_locked(True)
        if changes:
            self._continue(before)

    def renew_seed(self) -> None:
        """Another seed that nobody chose; a stream that plays starts anew with it."""
        self.set_seed(new_seed())
        if self.generating:
            locked, self.locked = self.locked, True
            self.start()
            self.locked = locked

    def set_seed(self, seed: int) -> None:
        """Use this seed next."""
        self.seed = seed
        self.seed_changed.emit()

    def set_locked(self, on: bool) -> None:
        """Whether runs keep the seed."""
        self.locked, self._locked_by_preset = on, False
        self.seed_changed.emit()

    def _play_back(self, take: Take | None, clip: str = "") -> None:
        self._ask()
        self.take, self._clip = take, clip
        self.playback_changed.emit()

    def _ask(self) -> None:
        """Something else is asked for than what waits for a file."""
        self.asked += 1
        self._start_wanted = False

    def _continue(self, score_before: PlayedScore | None) -> None:
        """Let what plays follow the preset that was chosen."""
        preset = self.preset
        if preset is None or not self.generating:
            return
        if self._stream_model == preset.model and self.score == score_before:
            self._session.set_params(self.params)
        else:
            self.start()

    def _steer(self, params: GenerationParams) -> None:
        if params == self.params:
            return
        self.params = params
        if self.generating:
            self._session.set_params(params)
        self.params_changed.emit()

    def _adopt_preset(self, preset: Preset) -> None:
        self.preset = preset
        self.params = preset.params()
        if preset.seed is not None:
            self.seed, self.locked, self._locked_by_preset = preset.seed, True, True
        elif self._locked_by_preset:
            self.locked = self._locked_by_preset = False
        self.seed_changed.emit()


def _plain(params: GenerationParams) -> GenerationParams:
    """The same parameters, with tags that weigh nothing left out and the others in a fixed order."""
    tags = tuple(sorted((tag, round(weight, 4)) for tag, weight in params.tags if weight > 0.0))
    return dataclasses.replace(params, tags=tags)
