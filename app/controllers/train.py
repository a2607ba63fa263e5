"""The Train mode: three cards, what may be pressed on them, and from a finished training to playing."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Slot

from app.controllers.reporter import Reporter
from app.controllers.train_sounds import RATE, TrainSounds
from app.controllers.train_watch import TrainWatch
from app.controllers.train_words import clip_name, estimate_text, job_text, share_of
from engine.errors import StudioError
from engine.library.audio_files import read_audio
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import PresetLibrary
from engine.library.training_jobs import OwnRequest
from engine.library.training_process import why_no_training

if TYPE_CHECKING:
    from app.actions import Actions
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.controllers.player import Player
    from app.panels.browser import PresetBrowser
    from app.panels.top import TopBar
    from app.settings import AppSettings
    from app.train_column import TrainColumn

NO_NAME = "Give it a name first"
NO_JOB = "Nothing is being trained"
NOT_RUNNING = "Go on first: its program does not run"
RUNS = "Something is being trained already: one at a time"
NOT_FINISHED = "Nothing is finished yet"
BASE_WORDS = {"music": "music: a tag more", "speech": "speech: a voice more"}
FROM_NOTHING = ("", "nothing: these sounds only")


class TrainPanels(Protocol):
    """What it knows of the window."""

    train: TrainColumn
    top: TopBar
    browser: PresetBrowser

    def show_training(self, on: bool) -> None:
        """Whether the right column shows what trains."""
        ...


class TrainController(Reporter):
    """Between the cards, the sounds, and the program that trains."""

    def __init__(
        self,
        panels: TrainPanels,
        actions: Actions,
        player: Player,
        catalogue: Catalogue,
        settings: AppSettings,
        background: Background,
    ) -> None:
        super().__init__()
        self._panels, self._actions, self._player = panels, actions, player
        self._catalogue, self._background = catalogue, background
        self._column = panels.train
        self.sounds = TrainSounds(self._column.sounds, actions, settings, background)
        self.watch = TrainWatch(background)
        self.on = False
        for part in (self.sounds, self.watch):
            part.reported.connect(self.reported)
        self.sounds.changed.connect(self._sounds_changed)
        self.watch.changed.connect(self.show)
        self.watch.finished.connect(self._take_over)
        self._column.teaching.changed.connect(self._chosen)
        self._column.training.listened.connect(self._listen)
        panels.top.train_chosen.connect(self.turn)
        actions.bind(
            train_mode=self.turn,
            train_start=self._start,
            train_pause=self.watch.pause_or_go_on,
            train_stop=self._stop_and_keep,
            train_discard=self.watch.discard,
            train_play=self._play,
        )
        self._chosen()

    @Slot(bool)
    def turn(self, on: bool) -> None:
        """Show what trains, or what steers."""
        self.on = on
        self._panels.show_training(on)
        self._panels.top.show_training(on)
        self._actions["train_mode"].setChecked(on)
        self.watch.watch(on)
        self._chosen()

    def stop(self) -> None:
        """Watch nothing any more; what trains goes on. Can be called twice."""
        self.sounds.stop()
        self.watch.stop()

    @Slot()
    def show(self) -> None:
        """Bring cards and actions up to date."""
        column, job, teaching = self._column, self.watch.job, self._column.teaching
        seconds, speed = self.sounds.seconds, self.watch.speed
        words = estimate_text(seconds, teaching.seconds, speed, teaching.model, RATE)
        teaching.estimate.setText(words if seconds else "")
        if job is None:
            column.training.show_job(None, None)
        else:
            column.training.show_job(job_text(job), share_of(job), job.offered)
            learnt = [(float(point.samples), point.bits) for point in job.curve if not point.held_out]
            kept_back = [(float(point.samples), point.bits) for point in job.curve if point.held_out]
            column.training.show_curve(learnt, kept_back)
        column.training.show_clips([(path, clip_name(path)) for path in job.clips] if job else [])
        self._allow()

    def _allow(self) -> None:
        job, actions, alive = self.watch.job, self._actions, self.watch.alive
        why_not = why_no_training() or (RUNS if alive else "") or self.sounds.why_not
        actions.allow("train_start", why_not or ("" if self._name else NO_NAME))
        can_go_on = job is not None and job.can_go_on
        actions.allow("train_pause", "" if alive or can_go_on else NO_JOB)
        running = job is not None and job.running
        actions.allow("train_stop", NO_JOB if not alive else "" if running else NOT_RUNNING)
        actions.allow("train_discard", "" if job is not None else NO_JOB)
        finished = job is not None and job.state.phase == "finished"
        actions.allow("train_play", "" if finished else NOT_FINISHED)
        if can_go_on:
            actions.describe("train_pause", "Go on training", "Go on from where it stands", "play")
        else:
            actions.restore("train_pause")

    @property
    def _name(self) -> str:
        return self._column.teaching.name.text().strip()

    def _bases(self) -> list[tuple[str, str]]:
        """The models to start from: for a tag those with tags first, for a voice those with speakers."""
        voice = self._column.teaching.kind.value == "speaker"
        entries = sorted(
            self._catalogue.bases(),
            key=lambda entry: bool(entry.header.config.tags if voice else entry.header.config.speakers),
        )
        names = [entry.header.name for entry in entries]
        return [*((name, BASE_WORDS.get(name, name)) for name in names), FROM_NOTHING]

    @Slot()
    def _chosen(self) -> None:
        teaching = self._column.teaching
        teaching.set_bases(self._bases())
        if self.watch.base != teaching.model:
            self.watch.base, self.watch.speed = teaching.model, None
            if self.on:
                self.watch.look()
        self.show()

    @Slot()
    def _sounds_changed(self) -> None:
        if not self._name and self.sounds.places:
            self._column.teaching.name.setText(self.sounds.places[0].stem[:40])
        if self.sounds.seconds and self.on:
            self.watch.measure()
        self.show()

    @Slot()
    def _start(self) -> None:
        teaching = self._column.teaching
        try:
            request = OwnRequest(
                sources=tuple(str(path.absolute()) for path in self.sounds.places),
                kind=teaching.kind.value,
                label=self._name,
                seconds=teaching.seconds,
                base=teaching.model,
            )
        except ValueError:
            self.reported.emit("The name or the time cannot be used: choose another", "error")
            return
        self._actions.allow("train_start", RUNS)
        self.watch.start(request)

    @Slot()
    def _stop_and_keep(self) -> None:
        self.watch.tell("stop")

    @Slot()
    def _take_over(self) -> None:
        """Show the model and the preset that have come to the user's."""
        self._background.run(
            lambda: (ModelLibrary(model_folders()), PresetLibrary(preset_folders())),
            self._taken_over,
            self.not_opened,
        )

    def _taken_over(self, libraries: tuple[ModelLibrary, PresetLibrary]) -> None:
        self._catalogue.take_over(*libraries)
        self._panels.browser.set_items(self._catalogue.items())
        self._chosen()

    @Slot()
    def _play(self) -> None:
        job = self.watch.job
        if job is not None:
            with contextlib.suppress(StudioError):
                self._player.choose(self._catalogue.find(job.state.preset))
                self._player.start()

    @Slot(object)
    def _listen(self, path: Path) -> None:
        job, player = self.watch.job, self._player
        name = f"“{job.request.title}” {clip_name(path)}" if job else clip_name(path)
        player.files.run(
            lambda: read_audio(path, RATE),
            lambda sound: player.play_sound(name, sound, RATE),
            self.not_opened,
        )
