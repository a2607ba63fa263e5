"""One word, one meaning: names in the code keep to the field's terms, and retired words stay out of them.

The glossary is in docs/architecture.md. A test's own name is a sentence: it may use any word.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

RETIRED = {
    "astray": "drifted",
    "choices": "global_features",
    "chatter": "alsa_log",
    "clock": "position, or the timer it is",
    "coded": "encoded",
    "collection": "catalogue",
    "conventional": "baseline",
    "crew": "thread_team",
    "deck": "chain",
    "desk": "a controller",
    "ensemble": "batch",
    "expect": "supersede",
    "feeding": "augment",
    "fidelity": "replay_check",
    "hear": "mix_feedback, or what it does",
    "heard": "the thing itself: audible, inputs, played",
    "hears": "feedback_flag",
    "kept": "gain, or what was kept",
    "logbook": "tensorboard_log",
    "obey": "execute",
    "outlet": "selector",
    "playout": "controller",
    "reserve": "prebuffer",
    "shelf": "take_store",
    "struck": "onset_mask",
    "telling": "console",
    "ticket": "request_id",
    "told": "feedback_flag, or reported",
    "warmup": "preload",
}
"""Words that had several meanings, or one of our own, and what is said instead."""

MEANT = {
    ("astray", "engine/training"): "a key of recipes, which users have written",
    ("choices", "app"): "what can be chosen in a list",
    ("struck", "engine/music"): "a key of a piano that is struck",
    ("warmup", "engine/training"): "a key of recipes, and the field's own term for a learning rate's rise",
}
"""Where a retired word is the right one, and why."""

NOT_YET: dict[str, str] = {}
"""Packages whose names still have to follow; a word goes from here with its last name."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of(name: str) -> set[str]:
    """The words that a snake_case or CamelCase name is made of."""
    return {word.lower() for word in WORD.findall(name)}


def names_in(tree: ast.Module) -> Iterator[str]:
    """Functions, classes, arguments, constants of the module and fields of its classes."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if not node.name.startswith(("test_", "pytest_")):
                yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        if isinstance(node, (ast.Module, ast.ClassDef)):
            for statement in node.body:
                targets = statement.targets if isinstance(statement, ast.Assign) else []
                if isinstance(statement, ast.AnnAssign):
                    targets = [statement.target]
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def package_of(file: Path) -> str:
    """``engine/network`` and the like; ``app`` is one; a test's is what it tests."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "tests" else parts
    return parts[0] if parts[0] != "engine" else "/".join(parts[:2])


def retired_names(files: list[Path]) -> list[str]:
    """``file: name (say …)`` for each name of a module, or in it, that has a retired word."""
    found = set()
    for file in files:
        package = package_of(file)
        module = "" if file.stem.startswith("test_") else file.stem
        for name in (module, *names_in(ast.parse(file.read_text("utf-8")))):
            for word in words_of(name) & RETIRED.keys():
                if (word, package) not in MEANT and word not in NOT_YET.get(package, "").split():
                    found.add(f"{file.relative_to(ROOT)}: {name} (say {RETIRED[word]})")
    return sorted(found)


@pytest.mark.parametrize("folder", ["engine", "app", "tests"])
def test_no_name_has_a_retired_word(folder: str) -> None:
    assert retired_names([*(ROOT / folder).rglob("*.py"), ROOT / "main.py"]) == []


def test_a_retired_word_is_found_in_names_of_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "DESK = 1\nclass PlayoutDeck:\n    shelf: int\ndef f(*, told): ...\nasync def obey_it(): ...\n"
    found = set().union(*map(words_of, names_in(ast.parse(source))))
    assert {"desk", "playout", "deck", "shelf", "told", "obey"} <= found


def test_a_word_within_another_and_a_tests_sentence_are_left_alone() -> None:
    assert words_of("bookshelf_decked") == {"bookshelf", "decked"}
    assert list(names_in(ast.parse("def test_what_is_heard(): ..."))) == []


def test_every_exception_is_of_a_retired_word_and_of_a_package_that_there_is() -> None:
    packages = {*(package for _, package in MEANT), *NOT_YET}
    assert {*(word for word, _ in MEANT), *" ".join(NOT_YET.values()).split()} <= RETIRED.keys()
    assert all((ROOT / package).is_dir() for package in packages)
