"""What is to be played and how: preset, controls, seed; and the session that plays it. No widgets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.controllers.catalogue import Collection
from engine.errors import StudioError
from engine.library.presets import Preset, new_seed
from engine.library.scores import PlayedScore
from engine.library.takes import Take
from engine.stream.messages import Request
from engine.wavenet.config import GenerationParams

if TYPE_CHECKING:
    from engine.library.previews import Clip
    from engine.music.condition import After
    from engine.stream.session import Session


class Player(QObject):
    """Signals say what changed here; whoever shows it reads the attributes."""

    preset_changed = Signal()
    params_changed = Signal()
    seed_changed = Signal()
    score_changed = Signal()
    playback_changed = Signal()
    """Another take or clip is asked for than before, or none."""
    refused = Signal(str)
    """Why something cannot be played."""

    def __init__(self, session: Session, collection: Collection, engine: str = "auto") -> None:
        super().__init__()
        self._session = session
        self._collection = collection
        self._engine = engine
        self.preset: Preset | None = None
        self.params = GenerationParams()
        self.seed = new_seed()
        self.locked = False
        self._locked_by_preset = False
        self.score: PlayedScore | None = None
        """What streams of models that can play it are given."""
        self.heard_score: PlayedScore | None = None
        """What the stream or take that was asked for last plays."""
        self._score_by_preset = False
        self._sources: dict[str, str] = {}
        self.take: Take | None = None
        """The take that was last asked to be played back; None for a clip."""
        self._clip = ""

    @property
    def state(self) -> str:
        """``idle``, ``preparing``, ``playing``, ``paused`` or ``playback``."""
        return self._session.status().state

    @property
    def generating(self) -> bool:
        """Whether a stream runs, or is about to."""
        return self.state in ("preparing", "playing", "paused")

    @property
    def clip(self) -> str:
        """The preset whose clip sounds; empty where none does."""
        return self._clip if self.state == "playback" else ""

    @property
    def modified(self) -> bool:
        """Whether the controls differ from the preset."""
        return self.preset is not None and _plain(self.params) != _plain(self.preset.params())

    def choose(self, preset: Preset) -> None:
        """Take up a preset. A stream of the same model goes on and changes; of another, a new one starts."""
        old, self.preset = self.preset, preset
        score = self.score
        self.params = preset.params()
        self._take_seed_of(preset)
        self._take_score_of(preset)
        self.preset_changed.emit()
        if self.generating and old is not None:
            if old.model == preset.model and self.score == score:
                self._session.set_params(self.params)
            else:
                self.start()

    def start(self) -> None:
        """Begin a new take with the settings of now; one that plays ends in a short crossfade."""
        if self.preset is None:
            self.refused.emit("There is no preset to play.")
            return
        why_not = self._collection.why_not(self.preset)
        if why_not:
            self.refused.emit(why_not)
            return
        if not self.locked:
            self.set_seed(new_seed())
        self._play_back(None)
        self.heard_score = None if self.why_no_score() else self.score
        loader = self._collection.loader(self.preset)
        self._session.play(
            Request(loader, self.preset, self.params, self.seed, self._engine, self.heard_score)
        )

    def prepare(self) -> None:
        """Have the preset's model ready for ``start``; what is wrong with it is said there."""
        if self.preset is not None and not self._collection.why_not(self.preset):
            loader = self._collection.loader(self.preset)
            self._session.prepare(Request(loader, self.preset, self.params, self.seed, self._engine))

    def toggle(self) -> None:
        """Play, go on after a pause, or stop."""
        state = self.state
        if state == "idle":
            self.start()
        elif state == "paused":
            self._session.resume()
        else:
            self._session.stop()

    def stop(self) -> None:
        """Stop whatever sounds."""
        self._session.stop()

    def pause(self, on: bool) -> None:
        """Hold, or go on."""
        if on:
            self._session.pause()
        else:
            self._session.resume()

    def play_take(self, take: Take) -> None:
        """Play a finished take; one that plays already stops."""
        if self.take is not None and self.take.id == take.id and self.state == "playback":
            self._session.stop()
            return
        self._play_back(take)
        self.heard_score = take.score
        self._session.play_audio(take.samples(), take.sample_rate)

    def play_clip(self, preset: str, clip: Clip) -> None:
        """Play the clip of the preset with this id, whatever preset is in use; no take is made of it."""
        self._play_back(None, preset)
        self.heard_score = None
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
        return self._collection.why_no_score(self.preset) if self.preset else "There is no preset"

    @property
    def score_source(self) -> str | None:
        """Where the score came from, as a preset names it; None for none."""
        return self._sources.get(self.score.notes) if self.score else None

    def set_score(self, score: PlayedScore | None, source: str = "") -> None:
        """Play these notes, or none; a stream that plays starts anew with them.

        ``source`` is what a preset would call it: a name or a path.
        """
        if score == self.score:
            return
        self._adopt(score, source)
        if self.generating and not self.why_no_score():
            self.start()

    def set_after(self, after: After) -> bool:
        """What comes once the score has ended, from the next start on; returns whether that is new."""
        if self.score is None or self.score.after == after:
            return False
        self.score = dataclasses.replace(self.score, after=after)
        self.score_changed.emit()
        return True

    def reset(self) -> None:
        """Controls as the preset has them."""
        if self.preset is not None:
            self._steer(self.preset.params())

    def apply(self, take: Take) -> None:
        """Controls, preset and seed as a take started with; the seed is then kept."""
        same_model = self.preset is not None and self.preset.model == take.preset.model
        if not same_model or self.preset is None or self.preset.id != take.preset.id:
            stored = {item.id for item in self._collection.items()}
            if take.preset.id in stored:
                self.choose(self._collection.find(take.preset.id))
        self._steer(take.preset.params())
        self._adopt(take.score)
        self.set_seed(take.seed)
        self.set_locked(True)

    def roll(self) -> None:
        """A new seed; a stream that plays starts anew with it."""
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
        self.take, self._clip = take, clip
        self.playback_changed.emit()

    def _steer(self, params: GenerationParams) -> None:
        if params == self.params:
            return
        self.params = params
        if self.generating:
            self._session.set_params(params)
        self.params_changed.emit()

    def _adopt(self, score: PlayedScore | None, source: str = "") -> None:
        self.score, self._score_by_preset = score, False
        if score is not None and source:
            self._sources[score.notes] = source
        self.score_changed.emit()

    def _take_score_of(self, preset: Preset) -> None:
        """The preset's own score; one that the user opened stays where the preset has none."""
        score = None
        try:
            score = self._collection.score(preset)
        except StudioError as error:
            self.refused.emit(str(error))
        why_not = self.why_no_score()
        if score is not None and why_not:
            self.refused.emit(f"The score of “{preset.name}” is not played: {why_not}")
        if score is not None or self._score_by_preset:
            self._adopt(score, preset.score or "")
            self._score_by_preset = score is not None

    def _take_seed_of(self, preset: Preset) -> None:
        if preset.seed is not None:
            self.seed, self.locked, self._locked_by_preset = preset.seed, True, True
        elif self._locked_by_preset:
            self.locked = self._locked_by_preset = False
        self.seed_changed.emit()


def _plain(params: GenerationParams) -> GenerationParams:
    """The same parameters, with tags that weigh nothing left out and the others in a fixed order."""
    tags = tuple(sorted((tag, round(weight, 4)) for tag, weight in params.tags if weight > 0.0))
    return dataclasses.replace(params, tags=tags)
