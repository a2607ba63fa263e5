"""What every test gets: folders of its own, an offscreen Qt, and a check that it tidied up behind itself."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.turns import turn

# Before anything imports Qt: the platform is read when the application object is made.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before anything imports torch or numpy: test models are too small for several threads to help, and the
# cores belong to the other test processes.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

THREAD_GRACE_S = 2.0
TESTS = Path(__file__).parent
LONGEST = (
    "engine/kernels/test_vector_width.py",
    "launcher/test_set_up.py",
    "engine/kernels/test_agreement.py",
    "engine/training/test_precision.py",
    "engine/kernels/test_general.py",
    "engine/training/test_saving.py",
    "engine/kernels/test_shipped_models.py",
    "app/test_whole_window.py",
    "end_to_end/test_virtual_card.py",
    "engine/kernels/test_step.py",
    "engine/corpus/music/test_recipe.py",
    "engine/library/test_factory_renders.py",
    "app/test_layout.py",
    "engine/cli/test_judging.py",
    "engine/training/test_bare_machine.py",
    "engine/training/test_several.py",
)
"""Files that take long: none is left for the end. Every other one compiles; who wants the same code waits.

What plays in real time, alone, comes when the code that it needs is there.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="also run the tests that take minutes")


def pytest_configure(config: pytest.Config) -> None:
    # One cache folder for all tests and runs: compiled kernels are reused, the user's own stay untouched.
    os.environ["XDG_CACHE_HOME"] = str(config.cache.mkdir("user-cache"))


def pytest_report_header() -> str:
    """Says beforehand what this machine cannot test."""
    why = _no_sequencer()
    return f"MIDI ports: {f'not tested, {why}' if why else 'tested by virtual ones'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    virtual = [item for item in items if item.get_closest_marker("sequencer")]
    if virtual and _no_sequencer():
        config.hook.pytest_deselected(items=virtual)
        items[:] = [item for item in items if item not in virtual]
    soak = [item for item in items if item.get_closest_marker("soak")]
    if soak and not config.getoption("--soak"):
        config.hook.pytest_deselected(items=soak)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]
    if "PYTEST_XDIST_WORKER" in os.environ:  # which takes whole files, in this order
        first = {TESTS / name: place for place, name in enumerate(LONGEST)}
        items.sort(key=lambda item: first.get(item.path, len(LONGEST)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return (yield)
    with turn(item.config.cache.mkdir("turns"), alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails a test that leaves a non-daemon thread running or a window open."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_GRACE_S
    for thread in _new_threads(before):
        thread.join(max(0.0, deadline - time.monotonic()))
    threads = _new_threads(before)
    assert not threads, f"threads left behind: {', '.join(thread.name for thread in threads)}"
    windows = _open_windows()
    assert not windows, f"windows left behind: {', '.join(windows)}"


@pytest.fixture(autouse=True)
def own_user_folders(nothing_left_behind: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points the user's data, config and state folders into the test's own folder."""
    for kind in ("DATA", "CONFIG", "STATE"):
        folder = tmp_path / f"user-{kind.lower()}"
        folder.mkdir()
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder))


def _no_sequencer() -> str:
    """Why there are no virtual MIDI ports; empty where there are."""
    if not Path("/dev/snd/seq").exists():
        return "there is no /dev/snd/seq"
    return "" if importlib.util.find_spec("rtmidi") else "python-rtmidi is not installed"


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t not in before and t.is_alive() and not t.daemon]


def _open_windows() -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    return [
        f"{type(widget).__name__} {widget.windowTitle()!r}"
        for widget in widgets.QApplication.topLevelWidgets()
        if widget.isVisible()
    ]
