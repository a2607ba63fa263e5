"""What a job leaves to the user: the model among their models, its card beside it, and a first preset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import StudioError
from engine.files.writing import make_folder, write_atomically
from engine.library.models import SUFFIX, ModelLibrary
from engine.library.preset_fields import slug
from engine.library.presets import Preset, PresetLibrary
from engine.library.training_jobs import OwnRequest
from engine.training.card import minutes_by_device
from engine.training.own.callbacks import params_of
from engine.wavenet.model_file import Header, ModelFile, save_model


def free_name(wanted: str, taken: set[str]) -> str:
    """``wanted``, or with a number behind it where that is taken."""
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def put_model(
    model: ModelFile,
    request: OwnRequest,
    folders: tuple[Path, Path],
    base: ModelFile | None,
    about: dict[str, Any],
) -> tuple[str, Path]:
    """Write a model, under a name of its own, into the user's folder; returns its name and file.

    ``about``: what its card says besides, of the own sounds. Raises StudioError where it cannot be written.
    """
    known = {entry.header.name for entry in ModelLibrary(folders).headers()}
    name = free_name(request.title, known)
    card = {**model.header.card, "own": about}
    if base is not None:
        card["base"] = {"name": base.header.name, "hash": base.header.hash, "licence": base.header.licence}
        card["base"]["corpus"] = base.header.card.get("corpus", {})
    path = folders[1] / f"{slug(name)}{SUFFIX}"
    while path.exists():
        path = path.with_stem(f"{path.stem}-2")
    make_folder(path.parent)
    header = save_model(
        path, name=name, config=model.config, weights=model.weights, licence=model.header.licence, card=card
    )
    write_atomically(path.with_suffix(".md"), render_card(header, request, about).encode())
    return name, path


def put_preset(request: OwnRequest, model: str, folders: tuple[Path, Path]) -> Preset:
    """A first preset, in the user's folder; replaces none. Raises StudioError where it cannot be written."""
    library = PresetLibrary(folders)
    params = params_of(request)
    preset = Preset(
        id=slug(request.label),
        name=request.label,
        category="user",
        model=model,
        description="Trained on your own sounds.",
        speaker=params.speaker,
        temperature=params.temperature,
        tags=dict(params.tags),
    )
    taken = {one.name.casefold() for one in library.presets()} | {one.id for one in library.presets()}
    number, name = 1, preset.name
    while name.casefold() in taken or slug(name) in taken:
        number += 1
        name = f"{request.label} {number}"
    return library.save(replace(preset, name=name))


def render_card(header: Header, request: OwnRequest, about: dict[str, Any]) -> str:
    """The page beside the model file."""
    training = header.card.get("training", {})
    spent = ", ".join(f"{minutes:.0f} on {device}" for device, minutes in minutes_by_device(training).items())
    what = "voice" if request.kind == "speaker" else "tag"
    begun = f"*{request.base}*, which learnt the {what} *{request.label}*" if request.base else "nothing"
    files = f"{about['files']} file{'' if about['files'] == 1 else 's'}"
    rows = [
        f"| began as | {begun} |",
        f"| sounds | {about['seconds'] / 60.0:.1f} minutes, {files} |",
        f"| trained on | {about['samples'] / 1e6:.1f} million samples; in minutes: {spent or 'not known'} |",
        f"| bits per sample of sounds kept back | {about['bits']:.3f} |",
    ]
    if about.get("lost_bits") is not None:
        rows.append(f"| bits per sample that the older {what}s lost, on what the older model plays | "
                    f"{about['lost_bits']:.3f} |")  # fmt: skip
    return "\n".join(
        [
            f"# {header.name}",
            "",
            "Trained in WaveNet Studio on the user's own sounds. Whose they are decides what may be done "
            "with the model.",
            "",
            "| | |",
            "|---|---|",
            *rows,
            f"| licence | {header.licence} |",
            f"| content hash | `{header.hash}` |",
            "",
        ]
    )


def base_model(name: str, folders: tuple[Path, Path]) -> Path:
    """The file of the model to start from. Raises StudioError where there is none of this name."""
    try:
        return ModelLibrary(folders).find(name).path
    except StudioError as error:
        raise StudioError(f"cannot start from {name}: {error}") from None
