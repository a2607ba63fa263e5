"""The program that trains, seen from the window: begun, told what to do, and watched by its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot

from app.controllers.latest_work import LatestWork
from app.controllers.reporter import Reporter
from app.controllers.train_words import JobView, Look, job_text, look
from engine.library.training_jobs import Command, JobState, OwnRequest, TrainingJob, jobs_folder
from engine.library.training_process import start_job, start_measuring, why_no_training

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from app.controllers.event_bridge import Background

POLL_MS = 500


class TrainWatch(Reporter):
    """``changed`` after each look; ``finished`` when the job that was watched has left a model."""

    changed = Signal()
    finished = Signal()

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._looker = LatestWork(background)
        self.job: JobView | None = None
        """The latest job, as it was last seen."""
        self.speed: float | None = None
        """Samples a second of teaching ``base`` on this computer; None where it is not known."""
        self.base = ""
        """The model whose speed is of interest."""
        self.wanted = False
        """Whether the user looks on: also when nothing runs."""
        self._measured: set[str] = set()
        self._programs: list[subprocess.Popen[bytes]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.look)

    @property
    def alive(self) -> bool:
        """Whether there is a job that something may yet come of."""
        return self.job is not None and not self.job.ended

    def watch(self, wanted: bool) -> None:
        """Whether the user looks on from now on."""
        self.wanted = wanted
        if wanted:
            self._timer.start()
            self.look()

    def stop(self) -> None:
        """Watch no more; what trains goes on. Can be called twice."""
        self._timer.stop()
        self._looker.drop()

    def start(self, request: OwnRequest) -> None:
        """Begin a job in a program of its own."""
        self._run(lambda: start_job(TrainingJob.create(jobs_folder(), request)))

    def measure(self) -> None:
        """Have it measured once how fast this computer teaches ``base``, unless that is known."""
        if self.speed is None and self.base not in self._measured and not why_no_training():
            self._measured.add(self.base)
            base = self.base
            self._run(lambda: start_measuring(jobs_folder(), base))

    @Slot()
    def pause_or_go_on(self) -> None:
        """Let the job rest, or go on, if need be in a new program."""
        job = self.job
        if job is None:
            return
        if not job.can_go_on:
            self.tell("pause")
            return
        running, ended = job.running, job.ended

        def work() -> Any:
            again = TrainingJob(job.folder)
            again.tell("go")
            if ended:
                again.report(JobState())
            return None if running else start_job(again)

        self._run(work)

    def tell(self, command: Command) -> None:
        """Tell the program something."""
        job = self.job
        if job is not None:
            self._run(lambda: TrainingJob(job.folder).tell(command))

    @Slot()
    def discard(self) -> None:
        """Throw the job away: its program does, where it runs."""
        job = self.job
        if job is None:
            return

        def work() -> None:
            again = TrainingJob(job.folder)
            if again.is_running():
                again.tell("discard")
            else:
                again.remove()

        self._run(work)

    @Slot()
    def look(self) -> None:
        """Look at the disk aside, unless a look is on its way."""
        self._programs = [program for program in self._programs if program.poll() is None]
        if not self._looker.waiting:
            base, root = self.base, jobs_folder()
            self._looker.run(lambda: look(root, base), self._looked, self._failed)

    def _run(self, work: Callable[[], Any]) -> None:
        self._background.run(work, self._ran, self._failed)

    def _ran(self, program: Any) -> None:
        if program is not None:
            self._programs.append(program)
        self._timer.start()
        self.look()

    def _failed(self, why: str) -> None:
        self.reported.emit(why, "error")
        self.changed.emit()

    def _looked(self, found: Look) -> None:
        before, job = self.job, found.job
        self.job, self.speed = job, found.speed
        if before is not None and job is not None and before.folder == job.folder and not before.ended:
            if job.state.phase == "finished":
                self.finished.emit()
            if job.ended:
                self.reported.emit(job_text(job), "info" if job.state.phase == "finished" else "error")
        if not self.wanted and not self.alive:
            self._timer.stop()
        self.changed.emit()
