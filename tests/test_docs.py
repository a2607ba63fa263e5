"""The pages for people: what they link to is there, and the files that they name are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "assets").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:app|assets|docs|engine|examples|presets|tests)/[\w./-]+)`")
ADDRESS = re.compile(r"https?:|mailto:")


def prose(page: str) -> str:
    """A page without its indented and fenced code."""
    return re.sub(r"^    .*$", "", re.sub(r"```.*?```", "", page, flags=re.DOTALL), flags=re.MULTILINE)


def anchors(page: str) -> set[str]:
    """What GitHub makes of a page's headings: lower case, hyphens for spaces, no punctuation."""
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken(page: Path) -> Iterator[str]:
    """Links of a page that lead nowhere."""
    for target in LINK.findall(prose(page.read_text("utf-8"))):
        if ADDRESS.match(target):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        if not found.exists() or (anchor and anchor not in anchors(found.read_text("utf-8"))):
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name != "CHANGELOG.md"],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_file_that_is_named_with_its_folder_is_there(page: Path) -> None:
    named = PATH.findall(page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_broken_link_a_lost_heading_and_a_lost_file_are_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One head, two\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#one-head-two) [c](gone.md) [d](there.md#three) [e](https://x.y)\n"
    )
    assert list(broken(page)) == ["gone.md", "there.md#three"]
    assert PATH.findall("`engine/gone/model.py`, `./studio`, `audio.npy`") == ["engine/gone/model.py"]


def test_the_changelog_and_the_project_tell_one_version() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert version is not None
    assert newest is not None
    assert version[1] == newest[1]
