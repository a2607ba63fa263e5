"""What the launcher does without an environment: it helps, or says in one line what is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.launcher.checkouts import Checkout


def test_a_python_that_cannot_make_environments_ends_with_the_one_command(fresh: Checkout) -> None:
    pretend = "import runpy, sys; sys.modules['ensurepip'] = None; sys.argv = ['studio', 'models']"
    done = subprocess.run(
        [sys.executable, "-c", f"{pretend}; runpy.run_path('studio', run_name='__main__')"],
        env=fresh.environ(),
        cwd=fresh.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    package = f"python3.{sys.version_info[1]}-venv"
    assert done.stderr.splitlines()[-1].endswith(f"run: sudo apt-get install -y {package}")


def test_without_a_display_one_line_names_render_and_nothing_is_set_up(fresh: Checkout) -> None:
    done = fresh.run("--play", "piano", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "./studio render" in done.stderr
    assert not fresh.venv.exists()


def test_help_before_any_set_up_tells_the_launchers_own_words_and_installs_nothing(fresh: Checkout) -> None:
    done = fresh.run("--help")
    assert done.returncode == 0
    assert "./studio --light" in done.stdout
    assert not fresh.venv.exists()


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_an_unsupported_python_gets_one_line(fresh: Checkout, version: tuple[int, int]) -> None:
    pretend = f"import runpy, sys; sys.version_info = {(*version, 0)}"
    command = [sys.executable, "-c", f"{pretend}; runpy.run_path('studio', run_name='__main__')"]
    done = subprocess.run(command, cwd=fresh.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    this = ".".join(map(str, version))
    expected = f"WaveNet Studio needs Python 3.11 to 3.14; this is {this}. Try: python3.14 studio\n"
    assert done.stderr == expected
    assert not fresh.venv.exists()
