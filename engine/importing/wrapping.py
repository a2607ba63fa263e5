"""The weights in a foreign checkpoint, out of what their program's training wrapped them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import StudioError
from engine.importing.torchfile import shown

OWN_PLACE = "state_dict"
"""Where the program itself puts the weights."""
DEPTH = 4
"""Dictionaries within each other that are searched."""
AVERAGED = re.compile(r"(^|[_.])(ema|swa|averaged?|avg|shadow)($|[_.])", re.IGNORECASE)
"""Names of weights averaged over the steps of training, which play better than the last ones."""
COUNTERS = ("n_averaged",)
"""Beside averaged weights; torch's own averaging counts there."""


@dataclass(frozen=True)
class _Found:
    """A whole model's weights somewhere in a checkpoint."""

    keys: tuple[str, ...]
    """To the dictionary that holds them."""
    prefix: str
    """Before each of their names; ends in a dot where it is not empty."""
    stored: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Where they lie, for people."""
        place = ".".join((*self.keys, *([self.prefix + "*"] if self.prefix else [])))
        return shown(place) if place else "the file's top level"

    @property
    def averaged(self) -> bool:
        """Whether they are averages over steps of training."""
        counted = any(self.prefix and name in self.stored for name in COUNTERS)
        return counted or bool(AVERAGED.search(".".join((*self.keys, self.prefix))))


@dataclass(frozen=True)
class Unwrapped:
    """What a checkpoint comes down to."""

    weights: dict[str, Any]
    """By the program's own names; not yet checked to be tensors."""
    taken: str
    """Which ones these are, in one line; empty where a checkpoint is as the program writes it."""


def unwrap(where: str, page: Mapping[Any, Any], anchor: str) -> Unwrapped:
    """The weights among which is a module named ``anchor``, under the names that the program gives them.

    They may lie in any dictionary of the checkpoint, or be the checkpoint, and their names may begin with
    something common, such as ``module.`` or ``model.``. Averaged weights are preferred to others beside
    them. ``where`` begins every error. Raises StudioError where there are several models to choose from.
    """
    everything = list(_models((), page, anchor, set()))
    averaged = [found for found in everything if found.averaged]
    choices = averaged or everything
    if len(choices) > 1:
        choices = [found for found in choices if (found.keys, found.prefix) == ((OWN_PLACE,), "")] or choices
    if not choices:
        _strict(where, page.get(OWN_PLACE, page))
        raise StudioError(f"{where}: no weight in it is named {anchor}: is it a checkpoint of that program?")
    if len(choices) > 1:
        labels = " and ".join(found.label for found in choices[:2])
        raise StudioError(
            f"{where}: holds {len(choices)} models, {labels}; save a checkpoint with the one that you want"
        )
    (chosen,) = choices
    names = _strict(where, chosen.stored)
    weights = {name.removeprefix(chosen.prefix): value for name, value in names.items() if _in(chosen, name)}
    others = [found for found in everything if found is not chosen]
    here = [chosen, *(found for found in others if found.stored is chosen.stored)]
    apart = [name for name in names if not any(_in(found, name) for found in here) and name not in COUNTERS]
    left = [found.label for found in others] + [shown(name) for name in apart]
    if not averaged:
        left += [f"{shown(name)} (averages without names)" for name in _nameless(page)]
    return Unwrapped(weights, _report(chosen, left))


def _models(keys: tuple[str, ...], page: Mapping[Any, Any], anchor: str, seen: set[int]) -> Iterator[_Found]:
    """All models in a dictionary and in those within it."""
    if id(page) in seen:  # a file can hold a dictionary that holds itself
        return
    seen.add(id(page))
    prefixes: dict[str, None] = {}
    for name in page:
        parts = name.split(".") if isinstance(name, str) else []
        if anchor in parts[:-1]:
            prefixes["".join(f"{part}." for part in parts[: parts.index(anchor)])] = None
    for prefix in prefixes:
        yield _Found(keys, prefix, page)
    if len(keys) < DEPTH:
        for name, value in page.items():
            if isinstance(value, dict) and isinstance(name, str):
                yield from _models((*keys, name), value, anchor, seen)


def _in(found: _Found, name: str) -> bool:
    return name.startswith(found.prefix)


def _strict(where: str, stored: Any) -> dict[str, Any]:
    """What is stored, as names and weights."""
    if not isinstance(stored, dict):
        raise StudioError(f"{where}: state_dict is a {type(stored).__name__}, not a dictionary of weights")
    for name in stored:
        if not isinstance(name, str):
            raise StudioError(f"{where}: a weight's name is a {type(name).__name__}, not a text")
    return dict(stored)


def _nameless(page: Mapping[Any, Any]) -> list[str]:
    """Averaged weights at the top of a checkpoint that nothing can be told of: lists, say."""
    return [
        name
        for name, value in page.items()
        if isinstance(name, str)
        and AVERAGED.search(name)
        and isinstance(value, (dict, list, tuple))
        and value
    ]


def _report(chosen: _Found, left: list[str]) -> str:
    if (chosen.keys, chosen.prefix) == ((OWN_PLACE,), "") and not left:
        return ""
    kind = "averaged weights" if chosen.averaged else "weights"
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""
    rest = f"; left out: {', '.join(left[:3])}{more}" if left else ""
    return f"taken: the {kind} at {chosen.label}{rest}"
