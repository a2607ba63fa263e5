"""Checkouts before, after and in the middle of a set-up; the first is made once and copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.launcher.checkouts import CHECKERS, Checkout, SetUp, check_out, make_wheel


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    oscillator = {f"oscillator/part{i}.py": "sound = True\n" * 100 for i in range(200)}
    make_wheel(folder, "oscillator", "1.0", oscillator)
    make_wheel(folder, "oscillator", "2.0", oscillator)
    make_wheel(folder, "torch", "2.13.0", {"torch.py": ""})
    make_wheel(folder, "torch", "9.0", {"torch.py": ""})
    make_wheel(folder, "trainer", "1.0", {"trainer.py": ""}, requires=("torch>=2",))
    make_wheel(folder, "checkers", "1.0", CHECKERS)
    return folder


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> SetUp:
    checkout = check_out(tmp_path_factory.mktemp("first") / "checkout with a space", wheels)
    return SetUp(checkout, checkout.run("render", "piano", "--tag", "a=1", MAIN_ENDS_WITH="7"))


@pytest.fixture(scope="session")
def first_test(tmp_path_factory: pytest.TempPathFactory, first_run: SetUp) -> SetUp:
    """The run that adds what tests need."""
    folder = tmp_path_factory.mktemp("tested") / "checkout with a space"
    checkout = first_run.copy_into(check_out(folder, first_run.checkout.wheels))
    return SetUp(checkout, checkout.run("test", "--soak", "-k", "ring"))


@pytest.fixture
def fresh(tmp_path: Path, wheels: Path) -> Checkout:
    return check_out(tmp_path / "checkout with a space", wheels)


@pytest.fixture
def complete(fresh: Checkout, first_run: SetUp) -> Checkout:
    """A copy that is set up."""
    return first_run.copy_into(fresh)


@pytest.fixture
def checkout(complete: Checkout) -> Checkout:
    """A copy whose environment exists and is empty."""
    (complete.venv / "studio.json").unlink()
    for package in ("oscillator", "torch", "trainer"):
        for installed in complete.site.glob(f"{package}*"):
            shutil.rmtree(installed) if installed.is_dir() else installed.unlink()
    return complete
