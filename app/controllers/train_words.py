"""What is said of sounds, of a training and of its time: pure functions, in a musician's words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.look.time_text import format_time
from engine.library.training_jobs import (
    CurvePoint,
    JobState,
    OwnRequest,
    jobs,
    known_speed,
)

if TYPE_CHECKING:
    from engine.corpus.sounds import Sound

TOO_LOUD, TOO_QUIET = 0.98, 0.02
"""Peaks, of full scale."""
OWN_SHARE = 0.5
"""Of what is heard in training that is the user's sounds; see ``engine.training.own.recipe``."""


@dataclass(frozen=True)
class JobView:
    """A job as it stands on the disk, read in one go."""

    folder: Path
    request: OwnRequest
    state: JobState
    running: bool
    curve: tuple[CurvePoint, ...]
    clips: tuple[Path, ...]

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state.phase in ("finished", "failed")

    @property
    def resting(self) -> bool:
        """Whether it waits to be told to go on: paused, or its program is gone."""
        return not self.ended and (self.state.phase == "paused" or not self.running)

    @property
    def can_go_on(self) -> bool:
        """Whether it may be told to go on: it rests, or it failed and what failed may be mended by now."""
        return self.resting or (self.state.phase == "failed" and not self.running)

    @property
    def offered(self) -> tuple[str, ...]:
        """The actions on it that make sense now."""
        if self.state.phase == "finished":
            return "train_play", "train_discard"
        if self.ended:
            return "train_pause", "train_discard"
        return "train_pause", "train_stop", "train_discard"


@dataclass(frozen=True)
class Look:
    """What is on the disk just now."""

    job: JobView | None
    speed: float | None
    """Samples a second, of teaching the model that was asked about."""


def look(root: Path, base: str) -> Look:
    """The latest job below ``root``, and how fast a model is taught. Reads files."""
    found = jobs(root)
    view = None
    if found:
        job = found[0]
        view = JobView(
            job.folder, job.request, job.state(), job.is_running(), tuple(job.curve()), tuple(job.clips())
        )
    return Look(view, known_speed(root, base))


def sounds_text(sounds: Sequence[Sound]) -> str:
    """How much there is."""
    readable = [sound for sound in sounds if not sound.broken]
    if not sounds:
        return ""
    files = "1 file" if len(readable) == 1 else f"{len(readable)} files"
    return f"{files}, {length_text(sum(sound.seconds for sound in readable))}"


def recording_text(seconds: float, peak: float) -> str:
    """How a recording goes; ``peak`` 0…1, of the last moments."""
    decibels = 20.0 * math.log10(max(peak, 1e-3))
    advice = " Too loud: turn it down!" if peak >= TOO_LOUD else " Very quiet." if peak < TOO_QUIET else ""
    return f"Recording {format_time(seconds)}, peak {decibels:.0f} dB.{advice}"


def length_text(seconds: float) -> str:
    """34 minutes; 50 seconds; 2 h 5 min."""
    minutes = round(seconds / 60.0)
    if seconds < 90.0:
        return f"{round(seconds)} seconds"
    return f"{minutes} minutes" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def estimate_text(
    sound_seconds: float, train_seconds: float, speed: float | None, base: str, rate: int
) -> str:
    """What the time is worth on this machine; ``speed`` in samples a second, None where it is not known."""
    warning = "" if base else " From nothing takes a day or more on most computers, and hours of sound."
    if speed is None:
        return f"How fast this computer learns is being measured …{warning}"
    heard = speed * train_seconds * (OWN_SHARE if base else 1.0) / rate
    times = f", {heard / sound_seconds:.1f} times all of them" if sound_seconds else ""
    return (
        f"Measured here: {speed:,.0f} samples a second. In {length_text(train_seconds)} it hears "
        f"{length_text(heard)} of your sounds{times}.{warning}"
    )


def job_text(view: JobView) -> str:
    """How far a job is, in a sentence or two."""
    state, title = view.state, f"“{view.request.title}”"
    if state.phase == "finished":
        return f"{title} is finished: it is among your sounds."
    if state.phase == "failed":
        return f"{title} ended: {state.message or 'it failed'}."
    if not view.running:
        begun = state.phase != "waiting"
        return f"{title} was interrupted at {state.share:.0%}." if begun else f"{title} is about to begin …"
    if state.phase == "paused":
        return f"{title} rests at {state.share:.0%}."
    if state.phase == "reading":
        return f"{title}: your sounds are read, {state.share:.0%}."
    if state.phase == "rehearsing":
        return f"{title}: the model plays what it knows, so as not to forget it, {state.share:.0%}."
    if state.phase == "finishing":
        return f"{title}: the model is kept …"
    left = "" if state.seconds_left is None else f", {format_time(state.seconds_left)} left"
    return f"{title} learns: {state.share:.0%}{left}."


def share_of(view: JobView) -> float | None:
    """How much of the phase is done; None where nobody knows."""
    known = view.state.phase in ("reading", "rehearsing", "training", "paused", "stopped", "finished")
    return view.state.share if known else None


def clip_name(path: Path) -> str:
    """When a clip was made: ``after 5 min``."""
    minutes, _, seconds = path.stem.partition("m")
    whole = int(minutes) if minutes.isdecimal() else 0
    return f"after {whole} min" if whole else f"after {seconds.rstrip('s')} s"
