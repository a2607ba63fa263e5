"""``studio render``: a preset, or a model alone, to an audio file, without the window."""

from __future__ import annotations

import argparse
import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.exporting import add_export, export_options, output_paths
from engine.cli.like import add_like, condition_of, recording_for
from engine.cli.options import add_device, add_score, add_vector, read_vector
from engine.cli.output import samples_bar, say, warn
from engine.cli.parser import MAX_SEED, add_condition, add_engine, add_frames, number, whole
from engine.cli.speaking import add_text, paragraph_by_paragraph, speech_for, write_times
from engine.errors import StudioError

if TYPE_CHECKING:
    from engine.generation.conditions import LocalCondition
    from engine.kernels.base import Kernel
    from engine.library.presets import Preset
    from engine.library.scores import PlayedScore
    from engine.library.takes import Settings
    from engine.wavenet.codes import Codes
    from engine.wavenet.model_file import ModelFile

MAX_SECONDS = 3600.0
DEFAULT_SECONDS = 10.0
TAIL_SECONDS = 1.0
"""After a score, to let it ring out."""
TAKES_A_PASS = 4
"""For each core; more in one pass are no faster (docs/performance.md)."""
EPILOG = """\
examples:
  ./studio render piano -o piano.wav --seconds 5 --seed 1
  ./studio render piano -o piano.flac --tag sad=1 --tag minor=1 --temperature 0.9 --takes 4
  ./studio render piano --score song.mid -o song.wav
  ./studio render piano -o piano.wav --rate 48000 --depth 24 --lufs -16 --fade-in 0.5 --fade-out 2
  ./studio render vocoder.safetensors --condition mel.npy -o speech.wav
  ./studio render voices.safetensors --like me.wav --speaker heart --pitch=-2st --speed 0.9 -o her.wav
  ./studio render emma --text-file book.txt --paragraphs -o book.ogg
  ./studio render voices --text "It cost $3.50." --speaker heart:70,michael:30 -o it.wav --subtitles it.srt

The same seed, preset and options give the same file again, byte for byte."""


def add(subparsers: Any) -> None:
    """Add the command to the argument parser."""
    parser = subparsers.add_parser(
        "render",
        help="play a preset into an audio file",
        description="Play a preset into an audio file; its settings are written inside.",
        epilog=EPILOG,
    )
    parser.add_argument(
        "preset",
        metavar="PRESET",
        help="name or id; ./studio presets lists them; or a model's name or .safetensors file",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=".wav, .flac or .ogg; an old one is replaced",
    )
    parser.add_argument(
        "--seconds",
        type=number(0.001, MAX_SECONDS),
        help=f"how long (default {DEFAULT_SECONDS:g}, or as long as the frames of --condition, "
        f"or {TAIL_SECONDS:g} more than the score)",
    )
    parser.add_argument(
        "--seed", type=whole(0, MAX_SEED), help="default: the preset's, else a new one, which is told"
    )
    parser.add_argument("--temperature", type=number(0.0, 4.0), help="0 to 4: how daring; 1 is as learnt")
    parser.add_argument("--top-k", type=whole(0, 256), help="draw from the k likeliest values; 0 is all")
    parser.add_argument(
        "--top-p",
        type=number(0.0, 1.0, above=True),
        help="draw from the likeliest values, this much in all",
    )
    add_condition(parser)
    add_vector(parser)
    add_frames(parser)
    add_like(parser)
    add_text(parser)
    add_score(parser)
    parser.add_argument("--prime", type=Path, metavar="AUDIO", help="go on from the end of this recording")
    parser.add_argument(
        "--takes",
        type=whole(1, 100),
        help="so many files, FILE-1 and on, of this seed and the next ones; made together, on all cores",
    )
    add_export(parser)
    add_engine(parser)
    add_device(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Generate, write, and say what was written; of a text paragraph by paragraph, if that is asked for."""
    parts = paragraph_by_paragraph(arguments) if arguments.paragraphs else [arguments]
    for part in parts:
        render(part)
    return 0


def render(arguments: argparse.Namespace) -> None:
    """Generate, write, and say what was written."""
    from engine.files.writing import check_replaceable
    from engine.generation.backends import select_kernel
    from engine.library.audio_files import check_format
    from engine.library.export import export, region
    from engine.library.frames import doubts
    from engine.library.packed_codes import pack_codes
    from engine.library.presets import new_seed
    from engine.library.takes import Settings
    from engine.wavenet.conditioning import condition_inputs
    from engine.wavenet.emphasis import samples_of
    from engine.wavenet.philox import SEED_LIMIT

    # Whatever can be wrong is found before minutes are spent on samples.
    options = export_options(arguments)
    check_format(arguments.output, options.encoding)
    check_replaceable(arguments.output)
    preset, model = find(arguments.preset)
    preset = adjusted(preset, arguments)
    speech = speech_for(arguments, preset, model)
    preset = speech.preset if speech else preset
    score = read_score(preset, arguments, model)
    condition_inputs(model.config, preset.params())
    vector = read_vector(arguments.vector, model)
    prime = read_prime(arguments.prime, model)
    recording = speech.recording if speech else recording_for(arguments, preset, model)
    local, condition = condition_of(arguments, model, preset.params().speaker, recording)
    if local is not None and len(prime):
        option = "--condition" if arguments.condition else "--like"
        raise StudioError(f"--prime does not go with {option}: the frames say nothing of what came before")
    samples = length(arguments.seconds, model, local, score)
    rate = model.config.sample_rate
    region(samples, rate, options)
    warn(doubts(model, local, samples))
    kernel = select_kernel(model, arguments.engine, say, arguments.device)
    elsewhere = arguments.device not in (None, "cpu")  # another device may round otherwise
    engine = f"{kernel.name} on {arguments.device}" if elsewhere else kernel.name
    seed = next(s for s in (arguments.seed, preset.seed, new_seed()) if s is not None)
    first = Settings(
        preset=preset.without_material(),
        seed=seed,
        engine=engine,
        kernel_version=kernel.version,
        model=model.header.name,
        model_hash=model.header.hash,
        sample_rate=rate,
        samples=samples,
        prime=pack_codes(prime),
        condition=condition,
        vector=vector,
        score=score,
        recording=recording,
        speech=speech.text if speech else None,
    )
    paths = output_paths(arguments.output, arguments.takes)
    takes = [dataclasses.replace(first, seed=(seed + index) % SEED_LIMIT) for index in range(len(paths))]
    # What is primed goes alone; and not all of a hundred takes at once, which have to fit in memory.
    together = 1 if len(prime) else (os.cpu_count() or 1) * TAKES_A_PASS
    for start in range(0, len(takes), together):
        share = takes[start : start + together]
        started = time.perf_counter()
        with samples_bar((len(prime) + samples) * len(share)) as bar:
            drawn = generate(share, kernel, bar.update, local)
        speed = (len(prime) + samples) * len(share) / rate / (time.perf_counter() - started)
        together_with = f" with {len(share) - 1} more" if len(share) > 1 else ""
        for path, take, codes in zip(paths[start:], share, drawn, strict=False):
            written = export(path, samples_of(model.config, codes, prime), rate, take, options)
            loud = "" if written.lufs is None else f", {written.lufs:.1f} LUFS"
            print(
                f"{path}: {written.seconds:.3f} s{loud}, seed {take.seed}, {engine} engine, "
                f"{speed:.2f} times real time{together_with}",
                flush=True,
            )
    if speech:
        write_times(arguments, speech.text, samples / rate)


def generate(
    takes: Sequence[Settings],
    kernel: Kernel,
    progress: Callable[[int], object],
    local: LocalCondition | None,
) -> list[Codes]:
    """Codes of ``takes``, which differ in their seeds alone; several in one pass, on all cores."""
    from engine.library.replay import replay, replay_together

    if len(takes) == 1:
        return [replay(takes[0], kernel, progress, local)]
    seeds = [take.seed for take in takes]
    return replay_together(takes[0], seeds, kernel, progress, local, threads=os.cpu_count() or 1)


def find(name: str) -> tuple[Preset, ModelFile]:
    """The preset of this name and its model; or a model's name or file, and a preset that only names it.

    Raises StudioError where there is neither, with the nearest presets.
    """
    from engine.library.models import SUFFIX, ModelLibrary
    from engine.library.paths import model_folders, preset_folders
    from engine.library.presets import Preset, PresetLibrary

    models = ModelLibrary(model_folders())
    if not name.endswith(SUFFIX):
        try:
            preset = PresetLibrary(preset_folders()).find(name)
        except StudioError:
            if name not in [entry.header.name for entry in models.headers()]:
                raise
        else:
            return preset, models.load(preset.model)
    model = models.load(name)
    own = model.header.name
    return Preset(id=own, name=own, category="user", model=own), model


def read_score(preset: Preset, arguments: argparse.Namespace, model: ModelFile) -> PlayedScore | None:
    """What --score says, else the preset's own score; None without one.

    Raises StudioError where the model or the other options do not go with it, or it cannot be read.
    """
    from engine.library.models import ModelLibrary
    from engine.library.paths import model_folders
    from engine.library.scores import check_plays, load_score, score_of

    if not arguments.score and preset.score is None:
        if arguments.after:
            raise StudioError("--after: there is no score; give one with --score")
        return None
    source = "--score" if arguments.score else f"the score of preset {preset.id!r}"
    frames = (("--condition", arguments.condition), ("--like", arguments.like))
    for option, given in (*frames, ("--prime", arguments.prime)):
        if given:
            raise StudioError(f"{option} does not go with {source}: a score is for all of a take; drop one")
    installed = [entry.header for entry in ModelLibrary(model_folders()).headers()]
    check_plays(model.header, installed)
    after = arguments.after or preset.after
    if arguments.score:
        return load_score(arguments.score, after, lambda doubt: warn([doubt]))
    return score_of(dataclasses.replace(preset, after=after), lambda doubt: warn([doubt]))


def length(
    seconds: float | None, model: ModelFile, local: LocalCondition | None, score: PlayedScore | None
) -> int:
    """Samples to make: as asked for, else what the frames or the score cover, else the default."""
    from engine.library.scores import length_of

    rate = model.config.sample_rate
    if seconds is None and score is not None:
        return round((length_of(score) + TAIL_SECONDS) * rate)
    if seconds is None and local is not None:
        if local.samples > MAX_SECONDS * rate:
            raise StudioError(
                f"--condition or --like: {local.samples / rate:.0f} s of frames; at most {MAX_SECONDS:g} s"
            )
        return local.samples
    return round((DEFAULT_SECONDS if seconds is None else seconds) * rate)


def adjusted(preset: Preset, arguments: argparse.Namespace) -> Preset:
    """The preset with what the command line says otherwise; --tag adds to its tags, or changes them."""
    from engine.wavenet.config import GenerationParams

    own = preset.params()
    params = GenerationParams(
        temperature=own.temperature if arguments.temperature is None else arguments.temperature,
        top_k=own.top_k if arguments.top_k is None else arguments.top_k,
        top_p=own.top_p if arguments.top_p is None else arguments.top_p,
        speaker=own.speaker if arguments.speaker is None else arguments.speaker,
        tags=tuple({**preset.tags, **dict(arguments.tag)}.items()),
    )
    return preset.with_params(params)


def read_prime(path: Path | None, model: ModelFile) -> Codes:
    """The end of a recording, as much as the model can hear of it: codes [n]; empty without one."""
    from engine.library.audio_files import read_audio
    from engine.wavenet.emphasis import codes_of

    if path is None:
        return codes_of(model.config, [])
    heard = model.config.receptive_field
    # One sample more than is heard: pre-emphasis takes each sample's difference from the one before.
    samples = read_audio(path, model.config.sample_rate, last=heard + 1)
    return codes_of(model.config, samples)[-heard:]
