"""``studio audition``: the clips that let presets be heard before they are chosen, made by the app itself."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.output import say, warn
from engine.cli.parser import add_engine, number
from engine.cli.speaking import installed_nets, said
from engine.errors import StudioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.library.models import ModelLibrary
    from engine.library.presets import Preset
    from engine.library.previews import ClipCheck
    from engine.library.takes import Settings
    from engine.wavenet.model_file import ModelFile

LOUDNESS = -20.0
"""LUFS of every clip (ITU-R BS.1770)."""
PEAK = 0.98
"""No sample of the file passes this amplitude: Vorbis overshoots what it was given."""
ROOM = 0.97
"""A clip that did is turned down to this part of it."""
PASSES = 8
"""Limiting peaks makes a clip quieter: how often its gain is tried."""
FADE_IN_S, FADE_OUT_S = 0.01, 0.15
SHORTEST_S = 0.5
"""Loudness is measured over blocks of 0.4 s."""
LONGEST_S = 60.0
EPILOG = """\
examples:
  ./studio audition
  ./studio audition piano slt
  ./studio audition --check
  ./studio audition piano --output clips --seconds 10

The same presets, models and engine give the same files again, byte for byte."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "audition",
        help="make the short clips that the app plays of its presets",
        description="Make a short clip of each factory preset, as it sounds with its own settings and a "
        "fixed seed, or say which clips are missing or out of date.",
        epilog=EPILOG,
    )
    parser.add_argument(
        "presets", nargs="*", metavar="PRESET", help="name or id (default: every factory preset)"
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="folder of the clips (default: assets/auditions)"
    )
    parser.add_argument(
        "--seconds", type=number(SHORTEST_S, LONGEST_S), default=None, help="how long (default 5)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="make nothing; exit with 1 where a clip is missing or was made by another model or with "
        "other settings than today's",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_engine(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the clips and say what was written, or check them."""
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.library.previews import SECONDS, audition_folder

    models = ModelLibrary(model_folders())
    presets = wanted(arguments.presets)
    folder: Path = arguments.output or audition_folder()
    seconds: float = SECONDS if arguments.seconds is None else arguments.seconds
    if arguments.check:
        options = f" --output {arguments.output}" if arguments.output else ""
        options += f" --seconds {seconds:g}" if arguments.seconds else ""
        return report(check(presets, models, folder, seconds), options, as_json=arguments.json)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StudioError(f"{folder}: cannot make the folder for the clips: {error.strerror}") from None
    written = make(presets, models, folder, seconds, arguments.engine, quiet=arguments.json)
    if arguments.json:
        print(json.dumps(written))
    return 0


def wanted(names: Sequence[str]) -> list[Preset]:
    """The presets of these names, or all factory presets. Raises StudioError on an unknown name."""
    from engine.library.paths import preset_folders
    from engine.library.presets import PresetLibrary

    library = PresetLibrary(preset_folders())
    if names:
        found = [library.find(name) for name in names]
        return list({preset.id: preset for preset in found}.values())
    warn(library.problems)
    return [preset for preset in library.presets() if preset.factory]


def check(presets: Sequence[Preset], models: ModelLibrary, folder: Path, seconds: float) -> list[ClipCheck]:
    """What became of each preset's clip. Raises StudioError where a preset's model is not installed."""
    from engine.library.previews import check_clip

    return [check_clip(preset, models.find(preset.model).header, folder, seconds) for preset in presets]


def report(checks: Sequence[ClipCheck], options: str, *, as_json: bool) -> int:
    """Print the clips that have to be made anew, or all as JSON; the exit code.

    ``options`` are those that the command which makes them has to be given.
    """
    if as_json:
        rows = [{"id": c.preset, "file": str(c.path), "state": c.state, "reason": c.reason} for c in checks]
        print(json.dumps(rows))
    bad = [clip for clip in checks if clip.state != "current"]
    if not as_json:
        for clip in bad:
            print(f"{clip.path}: {clip.state}: {clip.reason}")
        names = " ".join(clip.preset for clip in bad)
        print(f"{len(checks) - len(bad)} of {len(checks)} clips are current")
        if bad:
            say(f"to make the others: ./studio audition {names}{options}")
    return 1 if bad else 0


def make(
    presets: Sequence[Preset],
    models: ModelLibrary,
    folder: Path,
    seconds: float,
    engine: str,
    *,
    quiet: bool,
) -> list[dict[str, Any]]:
    """Write the clips, one preset after another; returns what ``--json`` says of them.

    Raises StudioError where a preset cannot be played or is silent, or a file cannot be written.
    """
    from engine.cli.output import samples_bar
    from engine.generation.backends import select_kernel
    from engine.library.previews import clip_path
    from engine.library.replay import replay
    from engine.wavenet.emphasis import samples_of

    loaded = {name: models.load(name) for name in dict.fromkeys(preset.model for preset in presets)}
    planned = [settings_of(preset, loaded[preset.model], models, seconds) for preset in presets]
    kernels = {name: select_kernel(model, engine, say) for name, model in loaded.items()}
    written = []
    with samples_bar(sum(take.samples for take in planned)) as bar:
        for preset, plan in zip(presets, planned, strict=True):
            kernel, path = kernels[preset.model], clip_path(preset, folder)
            take = dataclasses.replace(plan, engine=kernel.name, kernel_version=kernel.version)
            codes = replay(take, kernel, bar.update, take.said(loaded[preset.model]))
            loudness = write(path, samples_of(kernel.config, codes), take)
            size = path.stat().st_size
            written.append(
                {"id": preset.id, "file": str(path), "seed": take.seed, "bytes": size, "loudness": loudness}
            )
            if not quiet:
                bar.write(f"{path}: seed {take.seed}, {size / 1000:.0f} kB, {loudness:.1f} LUFS")
    return written


def settings_of(preset: Preset, model: ModelFile, models: ModelLibrary, seconds: float) -> Settings:
    """What a preset's clip is made from: one with a text says the beginning of that.

    Raises StudioError where the model cannot play the preset, and where the speech nets are missing.
    """
    from engine.library.likeness import check_says
    from engine.library.previews import clip_samples, clip_seed, says_text
    from engine.library.recording_files import recording_of
    from engine.library.scores import check_plays, score_of
    from engine.library.takes import Settings
    from engine.library.text_recordings import beginning
    from engine.wavenet.conditioning import condition_inputs

    score = score_of(preset)
    if score is not None:
        check_plays(model.header, [entry.header for entry in models.headers()])
    condition_inputs(model.config, preset.params())
    rate = model.config.sample_rate
    recording, speech = recording_of(preset, rate), None
    if preset.text is not None and says_text(preset):
        check_says(model.header)
        whole = said(preset.text, preset.manner(), installed_nets(f"preset {preset.id!r}"), rate)
        recording, speech = beginning(*whole, seconds)
    samples = clip_samples(seconds, rate, recording)
    if samples < SHORTEST_S * rate:
        raise StudioError(f"preset {preset.id!r} says less than {SHORTEST_S:g} s; give it more to say")
    return Settings(
        preset=preset.without_material(),
        seed=clip_seed(preset),
        engine="",
        kernel_version="",
        model=model.header.name,
        model_hash=model.header.hash,
        sample_rate=rate,
        samples=samples,
        score=score,
        recording=recording,
        speech=speech,
    )


def write(path: Path, samples: NDArray[np.float32], take: Settings) -> float:
    """Write one clip of raw samples [n_samples] in ±1; returns its loudness in LUFS, as it is heard.

    Raises StudioError where the preset is silent, and where the file cannot be written.
    """
    import numpy as np

    from engine.files.loudness import integrated_loudness
    from engine.library.audio_files import read_audio, write_audio

    rate = take.sample_rate
    finished = finish(samples, rate)
    if finished is None:
        raise StudioError(
            f"preset {take.preset.id!r}: silent with seed {take.seed}; give the preset another seed"
        )
    write_audio(path, finished, rate, settings=take.to_json())
    heard = read_audio(path, rate)
    peak = float(np.abs(heard).max())
    if peak > PEAK:
        quieter = (finished * (ROOM * PEAK / peak)).astype(np.float32)
        write_audio(path, quieter, rate, settings=take.to_json())
        heard = read_audio(path, rate)
    return integrated_loudness(heard.astype(np.float64), rate)


def finish(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32] | None:
    """[n_samples] at the common loudness, peaks limited, with a short fade at both ends; None if silent."""
    import numpy as np

    from engine.corpus.readers.level import QUIETEST
    from engine.files.loudness import integrated_loudness
    from engine.stream.dsp.limiter import Limiter

    wide = samples.astype(np.float64)
    wide -= wide.mean()
    for length, end in ((FADE_IN_S, 1), (FADE_OUT_S, -1)):
        n = round(length * sample_rate)
        wide[::end][:n] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n)
    loudness = integrated_loudness(wide, sample_rate)
    if loudness < QUIETEST:
        return None
    gain = LOUDNESS - loudness
    for _ in range(PASSES):
        louder = (wide * 10.0 ** (gain / 20.0)).astype(np.float32)
        limiter = Limiter(sample_rate)
        late = limiter.process(np.concatenate([louder, np.zeros(limiter.delay, np.float32)]))
        finished = late[limiter.delay :]
        gain += LOUDNESS - integrated_loudness(finished.astype(np.float64), sample_rate)
    return finished
