"""Training on one's own sounds as a job: a folder that says what is asked for, and how far it is.

The process that trains writes it, the window and the command line read it; neither needs the other to run.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from engine.errors import StudioError, reason
from engine.files.documents import parse_json
from engine.files.lock import try_lock
from engine.files.reading import read_whole
from engine.files.writing import make_folder, write_atomically
from engine.library.paths import user_folder
from engine.library.preset_fields import slug
from engine.wavenet.config import ModelConfig, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
MOST_BYTES = 1 << 24
LONGEST_S = 7 * 24 * 3600.0
LABEL_LENGTH = 40

Phase = Literal[
    "waiting", "reading", "rehearsing", "training", "paused", "finishing", "finished", "stopped", "failed"
]
ENDED: tuple[Phase, ...] = ("finished", "failed")
Command = Literal["go", "pause", "stop", "discard"]
"""``stop``: end now and keep the model; ``discard``: end now and throw all of it away."""
LabelKind = Literal["tag", "speaker"]


@dataclass(frozen=True, config=STRICT)
class OwnRequest:
    """What is to be trained, on what, from where, for how long."""

    sources: Annotated[tuple[str, ...], MinLen(1)]
    """Absolute paths of audio files and folders."""
    kind: LabelKind
    """Whether the sounds get a tag or are a voice of their own."""
    label: Annotated[str, MinLen(1), MaxLen(LABEL_LENGTH)]
    """The new tag's or voice's name."""
    seconds: Annotated[float, Gt(0.0), Le(LONGEST_S)]
    """How long to train, pauses left out."""
    base: Annotated[str, MaxLen(255)] = "music"
    """The name of the model to start from; empty to start from nothing."""
    steps: Annotated[int, Ge(1)] | None = None
    """In place of a time: that many steps, for a run that can be repeated."""
    seed: Annotated[int, Ge(0)] = 1

    @property
    def title(self) -> str:
        """What its model is called."""
        return f"{self.base} with {self.label}" if self.base else self.label


@dataclass(frozen=True, config=STRICT)
class JobState:
    """How far a job is."""

    phase: Phase = "waiting"
    share: float = 0.0
    """Of the phase, 0…1; of all training while it trains."""
    seconds_left: float | None = None
    """Of training, measured; None before it was."""
    samples_per_second: float = 0.0
    samples: int = 0
    """Trained on so far."""
    message: str = ""
    """Why it failed, or what else is to be told."""
    model: str = ""
    """The finished model's name."""
    preset: str = ""
    """The id of its first preset."""


@dataclass(frozen=True, config=STRICT)
class CurvePoint:
    """A point of the loss curve."""

    samples: int
    bits: float
    """Bits per sample, a mean over some steps; lower is better."""
    held_out: bool = False
    """Whether of sounds that are kept back, in place of those that are learnt."""


class TrainingJob:
    """A job's folder: ``request.json``, ``state.json``, ``curve.jsonl``, ``command``, ``clips``, its work."""

    def __init__(self, folder: Path) -> None:
        """Raises StudioError where the folder holds no job."""
        self.folder = folder
        self.request: OwnRequest = _read(OwnRequest, folder / "request.json")

    @classmethod
    def create(cls, root: Path, request: OwnRequest) -> Self:
        """A new job below ``root``. Raises StudioError where it cannot be written."""
        make_folder(root)
        name = slug(request.label)
        number = 1
        while (folder := root / f"{name}{f'-{number}' if number > 1 else ''}").exists():
            number += 1
        make_folder(folder)
        write_atomically(folder / "request.json", json.dumps(asdict(request), indent=2).encode())
        return cls(folder)

    @property
    def corpus(self) -> Path:
        """Where its corpus lies."""
        return self.folder / "corpus"

    @property
    def run(self) -> Path:
        """Where checkpoint and model lie while it trains."""
        return self.folder / "run"

    def state(self) -> JobState:
        """How far it is; waiting where nothing was told yet, or what was told is no state."""
        with contextlib.suppress(StudioError):
            state: JobState = _read(JobState, self.folder / "state.json")
            return state
        return JobState()

    def report(self, state: JobState) -> None:
        """Tell how far it is."""
        write_atomically(self.folder / "state.json", json.dumps(asdict(state)).encode())

    def curve(self) -> list[CurvePoint]:
        """The loss so far; a line that is damaged, as the last one may be, is left out."""
        try:
            lines = (
                read_whole(self.folder / "curve.jsonl", MOST_BYTES).decode("utf-8", "replace").splitlines()
            )
        except (OSError, ValueError):
            return []
        points = []
        for line in lines:
            with contextlib.suppress(ValueError, ValidationError):
                points.append(TypeAdapter(CurvePoint).validate_python(parse_json(line)))
        return points

    def add_point(self, point: CurvePoint) -> None:
        """Append to the curve."""
        with (self.folder / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(point)) + "\n")

    def forget_after(self, samples: int) -> None:
        """Drop what the curve says of more samples than this: a run goes on from an earlier checkpoint."""
        kept = [json.dumps(asdict(point)) + "\n" for point in self.curve() if point.samples <= samples]
        write_atomically(self.folder / "curve.jsonl", "".join(kept).encode())

    def clips(self) -> list[Path]:
        """What the model sounded like, oldest first."""
        return sorted((self.folder / "clips").glob("*.wav"))

    def command(self) -> Command:
        """What it was last told to do; ``go`` where nothing."""
        with contextlib.suppress(OSError, ValueError):
            text = read_whole(self.folder / "command", 64).decode("ascii").strip()
            for known in get_args(Command):
                if text == known:
                    return known  # type: ignore[no-any-return]
        return "go"

    def tell(self, command: Command) -> None:
        """Tell the process that runs it, now or when one does, what to do."""
        write_atomically(self.folder / "command", command.encode())

    def is_running(self) -> bool:
        """Whether a process works at it."""
        return bool(running_job(self.folder.parent) == self.folder.name)

    def remove(self) -> None:
        """Delete the folder with all that is in it. Raises StudioError where that cannot be."""
        try:
            shutil.rmtree(self.folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StudioError(f"{self.folder}: cannot be deleted: {reason(error)}") from None


def why_not(config: ModelConfig) -> str:
    """Why a model cannot learn a sound more; empty where it can."""
    if config.local is not None:
        return "it says what it is told, and nothing tells what your sounds say"
    if config.output != "softmax" or config.contexts or not config.conditioned:
        return "it has another kind of output, context stacks, or neither tags nor speakers"
    return ""


def jobs_folder() -> Path:
    """Where the user's jobs lie."""
    return user_folder() / "training"


def recording_path() -> Path:
    """A new file for sounds that are recorded to be learnt."""
    return jobs_folder() / "recorded" / f"recorded {time.strftime('%Y-%m-%d %H.%M.%S')}.flac"


def jobs(root: Path) -> list[TrainingJob]:
    """The jobs below ``root``, the newest first; what is none is passed over."""
    found = []
    for path in root.glob("*/request.json"):
        with contextlib.suppress(StudioError, OSError):
            found.append((path.stat().st_mtime, path.parent.name, TrainingJob(path.parent)))
    return [job for _, _, job in sorted(found, key=lambda entry: entry[:2], reverse=True)]


@contextlib.contextmanager
def alone(job: TrainingJob) -> Iterator[None]:
    """Holds the place of the one job that may run below a root; raises StudioError where another has it."""
    root = job.folder.parent
    handle = None
    for _ in range(8):  # somebody may only be looking whether it is held
        handle = try_lock(root / "lock")
        if handle is not None:
            break
        time.sleep(0.1)
    if handle is None:
        other = running_job(root) or "another"
        raise StudioError(f"{other} is being trained already: one at a time; pause or stop it first")
    try:
        write_atomically(root / "running", job.folder.name.encode())
        yield
    finally:
        (root / "running").unlink(missing_ok=True)
        handle.close()


def running_job(root: Path) -> str | None:
    """The folder's name of the job below ``root`` that a process works at; None where none does."""
    try:
        name = read_whole(root / "running", 1024).decode("utf-8")
        handle = try_lock(root / "lock")
    except (OSError, ValueError):
        return None
    if handle is None:
        return name
    handle.close()
    return None


def known_speed(root: Path, base: str) -> float | None:
    """Samples a second at which this machine taught a model of this name last; None where it never did."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        speed = parse_json(read_whole(root / "speed.json", MOST_BYTES)).get(base or "nothing")
        return float(speed) if isinstance(speed, int | float) and speed > 0 else None
    return None


def keep_speed(root: Path, base: str, samples_per_second: float) -> None:
    """Remember how fast this machine teaches a model. Raises StudioError where that cannot be written."""
    known: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError, TypeError):
        known = dict(parse_json(read_whole(root / "speed.json", MOST_BYTES)))
    make_folder(root)
    write_atomically(
        root / "speed.json", json.dumps({**known, base or "nothing": samples_per_second}).encode()
    )


def _read(kind: Any, path: Path) -> Any:
    try:
        return TypeAdapter(kind).validate_python(parse_json(read_whole(path, MOST_BYTES)))
    except ValidationError as error:
        raise StudioError(f"{path}: {explain(error)}") from None
    except (OSError, ValueError) as error:
        raise StudioError(f"{path}: cannot be read: {reason(error)}") from None
