"""``studio train-own``: a model that we ship learns one tag or voice more from the user's own sounds."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import say
from engine.cli.training import need_torch
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.library.training_jobs import JobState, TrainingJob

NOTHING = "nothing"
EPILOG = """\
examples:
  ./studio train-own ~/harmonica --tag harmonica --time 30m
  ./studio train-own me.wav --speaker me --time 45m
  ./studio train-own ~/harmonica --look
  ./studio train-own --go-on

Runs at low priority; Ctrl+C stops it, --go-on goes on. The model, its card and a first preset come to your
own. The window's Train mode does the same, and shows what is trained here."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "train-own",
        help="teach a model a tag or voice more, from your own sounds",
        description="Teach music or speech one tag or voice more, from your own sounds, or train a model of "
        "these alone.",
        epilog=EPILOG,
    )
    parser.add_argument("sounds", nargs="*", type=Path, metavar="SOUNDS", help="audio files and folders")
    name = parser.add_mutually_exclusive_group()
    name.add_argument("--tag", metavar="NAME", help="the sounds are an instrument or a style: its tag")
    name.add_argument("--speaker", metavar="NAME", help="the sounds are somebody's voice: its name")
    parser.add_argument(
        "--from",
        dest="base",
        metavar="MODEL",
        help=f"model to start from, or {NOTHING} (default: music for a tag, speech for a speaker)",
    )
    parser.add_argument("--time", default="30m", help="how long to train: 30m, 2h (default 30m)")
    parser.add_argument("--steps", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores but one)")
    parser.add_argument("--look", action="store_true", help="only say what the sounds are like")
    parser.add_argument("--measure", action="store_true", help="only measure how fast this machine trains")
    parser.add_argument("--job", type=Path, metavar="DIR", help="work at the job in this folder")
    tell = parser.add_mutually_exclusive_group()
    tell.add_argument("--go-on", action="store_true", help="go on with the latest job, or let it go on")
    for what, about in (
        ("pause", "let the job that runs rest"),
        ("stop", "end the job that runs, and keep its model"),
        ("discard", "end the latest job, and throw it away"),
        ("status", "say how far the latest job is"),
    ):
        tell.add_argument(f"--{what}", dest="tell", action="store_const", const=what, help=about)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run, tell=None)


def run(arguments: argparse.Namespace) -> int:
    """Look, measure, tell a job something, or train."""
    if arguments.look:
        return _look(arguments.sounds, as_json=arguments.json)
    if arguments.measure:
        return _measure(arguments)
    if arguments.tell is not None:
        return _tell(arguments.tell, as_json=arguments.json)
    job = _job(arguments)
    if arguments.go_on:
        job.tell("go")
        if job.is_running():
            say("it goes on")
            return 0
    return _work(job, arguments.threads)


def _look(sounds: list[Path], *, as_json: bool) -> int:
    from engine.corpus.sounds import findings, look_at_all, seconds_of

    if not sounds:
        raise StudioError("which sounds? give audio files or folders")
    found = look_at_all(sounds)
    wrong = findings(found, 16_000)
    if as_json:
        rows = [{**asdict(sound), "path": str(sound.path)} for sound in found]
        print(json.dumps({"sounds": rows, "findings": [asdict(one) for one in wrong]}))
    else:
        print(f"{len(found)} files, {seconds_of(found) / 60.0:.1f} minutes")
        for one in wrong:
            print(one.text)
    return 1 if any(one.stops for one in wrong) else 0


def _measure(arguments: argparse.Namespace) -> int:
    need_torch("train-own")
    from engine.library.training_jobs import jobs_folder, keep_speed
    from engine.training.own.job import lower_priority
    from engine.training.own.speed import measure, spare_cores

    lower_priority()
    base = "" if arguments.base == NOTHING else arguments.base or "music"
    speed = measure(base, arguments.threads or spare_cores())
    keep_speed(jobs_folder(), base, speed)
    print(json.dumps({"samples_per_second": round(speed)}) if arguments.json else f"{speed:,.0f} samples/s")
    return 0


def _tell(what: str, *, as_json: bool) -> int:
    job = _latest()
    if what == "status":
        state = job.state()
        print(json.dumps(asdict(state)) if as_json else f"{job.request.title}: {_words(state, job)}")
    elif what == "discard" and not job.is_running():
        job.remove()
    elif not job.is_running():
        raise StudioError("no job runs; ./studio train-own --go-on goes on with the latest one")
    else:
        job.tell(what)  # type: ignore[arg-type]
    return 0


def _words(state: JobState, job: TrainingJob) -> str:
    running = "" if job.is_running() or state.phase in ("finished", "failed") else ", not running"
    left = "" if state.seconds_left is None else f", {state.seconds_left / 60.0:.0f} minutes left"
    message = f": {state.message}" if state.message else ""
    return f"{state.phase} {state.share:.0%}{left}{running}{message}"


def _job(arguments: argparse.Namespace) -> TrainingJob:
    """The job that was asked for: one that is there, or a new one."""
    from engine.library.training_jobs import OwnRequest, TrainingJob, jobs_folder
    from engine.training.budget import parse_time

    if arguments.go_on:
        return _latest()
    if arguments.job is not None:
        return TrainingJob(arguments.job)
    label = arguments.tag or arguments.speaker
    if not arguments.sounds or not label:
        raise StudioError("give sounds, and --tag or --speaker with the name that they are to have")
    base = arguments.base or ("music" if arguments.tag else "speech")
    request = OwnRequest(
        sources=tuple(str(path.absolute()) for path in arguments.sounds),
        kind="tag" if arguments.tag else "speaker",
        label=label.strip(),
        seconds=parse_time(arguments.time),
        base="" if base == NOTHING else base,
        steps=arguments.steps,
    )
    return TrainingJob.create(jobs_folder(), request)


def _latest() -> TrainingJob:
    from engine.library.training_jobs import jobs, jobs_folder

    found = jobs(jobs_folder())
    if not found:
        raise StudioError("there is no job; give sounds, and --tag or --speaker")
    return found[0]


def _work(job: TrainingJob, threads: int | None) -> int:
    need_torch("train-own")
    from engine.training.own.job import lower_priority, run_job
    from engine.training.own.speed import spare_cores, speed_for

    lower_priority()
    say(f"{job.request.title}: {job.folder}")
    state = run_job(job, speed_for(job.request.seconds), threads or spare_cores())
    if state.phase != "finished":
        print(f"{state.message}", file=sys.stderr)
        return 1
    print(f"the model is {state.model!r}; to hear it: ./studio --play {state.preset}")
    return 0
