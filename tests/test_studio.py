"""The launcher, run for real in a small copy of the project whose packages are tiny wheels made here."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Prints its arguments and what is installed, then ends as it is told.
MAIN = """
import importlib.metadata, json, os, pathlib, sys
if sys.argv[1:] == ["prepare"]:
    sys.exit(pathlib.Path("prepared.txt").touch())
found = importlib.metadata.distributions()
versions = {d.name: d.version for d in found if d.name not in ("pip", "setuptools")}
print(json.dumps({"args": sys.argv[1:], "packages": versions, "folder": os.getcwd()}))
sys.exit(int(os.environ.get("MAIN_ENDS_WITH", "0")))
"""

PROJECT = """
[project]
name = "small"
dependencies = ["oscillator"]
[project.optional-dependencies]
train = ["torch", "trainer"]
dev = ["checkers"]
"""

# Stands in for engine/setup/system.py: what is missing comes from the test, what apt was asked to a file.
SYSTEM = """
import json, os
from pathlib import Path
def missing_packages(*purposes):
    table = json.loads(os.environ.get("MISSING", "{}"))
    return [] if Path("apt.txt").exists() else [p for purpose in purposes for p in table.get(purpose, [])]
def apt_command(packages):
    return "sudo apt-get install -y " + " ".join(packages)
def apt_install(packages):
    if os.environ.get("MAY_INSTALL"):
        Path("apt.txt").write_text(" ".join(packages))
    return bool(os.environ.get("MAY_INSTALL"))
"""

CHECKER = """
import os, sys
print("ran", os.path.basename(__file__), *sys.argv[1:])
sys.exit(int(os.environ.get("CHECKER_ENDS_WITH", "0")) if "ruff" in __file__ else 0)
"""
CHECKERS = {
    "ruff.py": CHECKER,
    "mypy.py": CHECKER,
    "pytest.py": CHECKER,
    "importlinter/__init__.py": "",
    "importlinter/cli.py": "def lint_imports_command():\n    print('ran lint-imports')\n",
}


def make_wheel(
    folder: Path, name: str, version: str, files: dict[str, str], requires: tuple[str, ...] = ()
) -> None:
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    contents = {
        **files,
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {r}\n" for r in requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{_digest(text)},{len(text.encode())}\n" for path, text in contents.items())
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**contents, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            wheel.writestr(path, text)


def _digest(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return f"sha256={digest.decode().rstrip('=')}"


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
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([sys._base_executable, "-m", "venv", str(folder)], check=True)
    return folder


@dataclass
class Checkout:
    """A small copy of the project in `folder`; pip finds packages in `wheels` only."""

    folder: Path
    wheels: Path

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    @property
    def site(self) -> Path:
        return next(self.venv.glob("lib/python*/site-packages"))

    def pin(self, **versions: str) -> None:
        pins = {"oscillator": "1.0", "torch": "2.13.0", "trainer": "1.0", "checkers": "1.0", **versions}
        lock = "".join(f"{name}=={version}  # 1.5 MB\n" for name, version in pins.items())
        (self.folder / "requirements.lock").write_text(lock)

    def environ(self, **extra: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return {**kept, **pip, "QT_QPA_PLATFORM": "offscreen", **extra}

    def command(self, *args: str) -> list[str]:
        return [sys._base_executable, str(self.folder / "studio"), *args]

    def run(self, *args: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*args),
            env=self.environ(**extra),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def packages(self, *args: str) -> dict[str, str]:
        done = self.run(*args)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["packages"]


@pytest.fixture
def fresh(tmp_path: Path, wheels: Path) -> Checkout:
    folder = tmp_path / "checkout with a space"
    for room in ("setup", "files"):
        (folder / "engine" / room).mkdir(parents=True)
        shutil.copy(ROOT / "engine" / room / "__init__.py", folder / "engine" / room)
    shutil.copy(ROOT / "studio", folder)
    for module in ("__init__.py", "errors.py", "files/lock.py", "setup/bytecode.py", "setup/environment.py"):
        shutil.copy(ROOT / "engine" / module, folder / "engine" / module)
    (folder / "engine" / "setup" / "system.py").write_text(SYSTEM)
    (folder / "main.py").write_text(MAIN)
    (folder / "pyproject.toml").write_text(PROJECT)
    checkout = Checkout(folder, wheels)
    checkout.pin()
    return checkout


@pytest.fixture
def checkout(fresh: Checkout, empty_environment: Path) -> Checkout:
    """A copy whose environment exists and is empty, to save the seconds that making one takes."""
    shutil.copytree(empty_environment, fresh.venv, symlinks=True, copy_function=os.link)
    return fresh


def test_a_first_run_sets_up_and_hands_over_arguments_and_exit_code(fresh: Checkout) -> None:
    done = fresh.run("render", "piano", "--tag", "a=1", MAIN_ENDS_WITH="7")
    assert done.returncode == 7, done.stderr
    said = json.loads(done.stdout)
    assert said["args"] == ["render", "piano", "--tag", "a=1"]
    assert said["packages"] == {"oscillator": "1.0", "torch": "2.13.0", "trainer": "1.0"}
    assert said["folder"] == str(fresh.folder)
    assert "3 packages to install: about 0 MB to download" in done.stderr


def test_a_later_run_needs_no_pip_and_says_nothing(checkout: Checkout) -> None:
    checkout.packages("models")
    shutil.rmtree(checkout.site / "pip")
    done = checkout.run("models")
    assert json.loads(done.stdout)["args"] == ["models"]
    assert done.stderr == ""


def test_the_engine_is_compiled_in_the_background_after_a_set_up_only(checkout: Checkout) -> None:
    prepared = checkout.folder / "prepared.txt"
    checkout.packages("models")
    deadline = time.monotonic() + 60.0
    while not prepared.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    prepared.unlink()
    checkout.packages("models")
    time.sleep(1.0)
    assert not prepared.exists()


def bytecode(checkout: Checkout) -> dict[str, int]:
    """When each module's bytecode was made, in nanoseconds."""
    return {path.name: path.stat().st_mtime_ns for path in checkout.folder.glob("engine/**/errors*.pyc")}


def test_bytecode_is_made_at_set_up_even_where_python_keeps_none_and_again_after_an_update(
    checkout: Checkout,
) -> None:
    for cache in checkout.folder.glob("engine/**/__pycache__"):
        shutil.rmtree(cache)
    checkout.run("models", PYTHONDONTWRITEBYTECODE="1")
    first = bytecode(checkout)
    assert len(first) == 1
    checkout.run("models", PYTHONDONTWRITEBYTECODE="1")
    assert bytecode(checkout) == first
    module = checkout.folder / "engine" / "errors.py"
    newer = module.with_suffix(".new")
    newer.write_text(module.read_text() + "\n# an update\n")
    newer.replace(module)
    checkout.run("models", PYTHONDONTWRITEBYTECODE="1")
    assert bytecode(checkout).keys() == first.keys()
    assert bytecode(checkout) != first


def test_torch_is_installed_before_what_depends_on_it_and_never_a_newer_one(checkout: Checkout) -> None:
    done = checkout.run("models")
    torch, trainer = (done.stderr.index(f"{name}-") for name in ("torch", "trainer"))
    assert torch < trainer
    assert json.loads(done.stdout)["packages"]["torch"] == "2.13.0"


def test_light_leaves_torch_out_and_is_remembered_until_full_is_asked_for(checkout: Checkout) -> None:
    assert checkout.packages("--light", "models") == {"oscillator": "1.0"}
    assert checkout.packages("models") == {"oscillator": "1.0"}
    assert checkout.packages("--full", "models").keys() == {"oscillator", "torch", "trainer"}
    assert checkout.packages("--light", "models").keys() == {"oscillator", "torch", "trainer"}


def test_changed_pins_are_installed_by_the_next_run(checkout: Checkout) -> None:
    checkout.packages("--light", "models")
    checkout.pin(oscillator="2.0")
    assert checkout.packages("models") == {"oscillator": "2.0"}


def test_a_set_up_that_was_killed_is_carried_on(checkout: Checkout) -> None:
    with subprocess.Popen(
        checkout.command("--light", "models"),
        env=checkout.environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as first:
        deadline = time.monotonic() + 60
        while not (checkout.site / "oscillator").exists() and time.monotonic() < deadline:
            time.sleep(0.002)
        os.killpg(first.pid, signal.SIGKILL)
    assert json.loads((checkout.venv / "studio.json").read_text())["pins"] is None
    assert checkout.packages("models") == {"oscillator": "1.0"}
    assert len(list((checkout.site / "oscillator").glob("part*.py"))) == 200


def test_a_half_installed_package_is_put_in_again(checkout: Checkout) -> None:
    checkout.packages("--light", "models")
    stamp = checkout.venv / "studio.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "pins": None}))
    cut = checkout.site / "oscillator" / "part7.py"
    whole = cut.read_text()
    cut.write_text(whole[:40])
    checkout.packages("models")
    assert cut.read_text() == whole


def test_an_environment_whose_python_is_gone_is_made_again(checkout: Checkout) -> None:
    for link in checkout.venv.glob("bin/python*"):
        link.unlink()
    assert checkout.packages("--light", "models") == {"oscillator": "1.0"}


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


def test_a_package_that_cannot_be_had_ends_with_one_line_and_the_next_run_carries_on(
    checkout: Checkout, tmp_path: Path
) -> None:
    done = checkout.run("--light", "models", PIP_FIND_LINKS=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last == "Set-up stopped: pip failed, its message is above. Run ./studio again to carry on."
    assert checkout.packages("models") == {"oscillator": "1.0"}


def test_a_second_set_up_waits_for_the_first(checkout: Checkout) -> None:
    commands = [checkout.command("--light", name) for name in ("models", "presets")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, env=checkout.environ(), **pipes) for command in commands]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("Setting up" in errors for _, errors in said) == [False, True]
    assert all(json.loads(out)["packages"] == {"oscillator": "1.0"} for out, _ in said)


def test_test_runs_every_check_and_gives_pytest_the_other_arguments(checkout: Checkout) -> None:
    done = checkout.run("test", "--soak", "-k", "ring")
    assert done.returncode == 0, done.stderr
    several = (os.cpu_count() or 1) > 1
    workers = "-n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder " if several else ""
    assert [line for line in done.stdout.splitlines() if line.startswith("ran")] == [
        "ran ruff.py check .",
        "ran ruff.py format --check .",
        "ran mypy.py",
        "ran lint-imports",
        f"ran pytest.py {workers}--soak -k ring",
    ]
    assert done.stderr.count("passed  ") == 5


def test_test_goes_on_after_a_failed_check_and_fails_in_the_end(checkout: Checkout) -> None:
    done = checkout.run("test", CHECKER_ENDS_WITH="3")
    assert done.returncode == 1
    assert "ran pytest.py" in done.stdout
    assert "failed  ruff check" in done.stderr


def test_without_a_display_one_line_names_render_and_nothing_is_set_up(fresh: Checkout) -> None:
    done = fresh.run("--play", "piano", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "./studio render" in done.stderr
    assert not fresh.venv.exists()


def test_commands_need_neither_a_display_nor_the_libraries_of_the_window(checkout: Checkout) -> None:
    missing = json.dumps({"window": ["libegl1"]})
    done = checkout.run("--light", "render", "piano", QT_QPA_PLATFORM="", DISPLAY="", MISSING=missing)
    assert done.returncode == 0, done.stderr
    assert "libegl1" not in done.stderr


def test_the_window_without_its_libraries_ends_with_the_one_command(checkout: Checkout) -> None:
    missing = json.dumps({"window": ["libegl1", "libgl1"], "sound": ["libportaudio2"]})
    done = checkout.run("--light", MISSING=missing)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].endswith("sudo apt-get install -y libegl1 libgl1 libportaudio2")


def test_the_window_opens_without_portaudio_and_says_how_to_get_it(checkout: Checkout) -> None:
    done = checkout.run("--light", "--play", "piano", MISSING=json.dumps({"sound": ["libportaudio2"]}))
    assert json.loads(done.stdout)["args"] == ["--play", "piano"]
    assert done.stderr.splitlines()[-1].endswith("sudo apt-get install -y libportaudio2")


def test_missing_libraries_are_installed_where_that_is_allowed(checkout: Checkout) -> None:
    missing = json.dumps({"window": ["libegl1"]})
    done = checkout.run("--light", MISSING=missing, MAY_INSTALL="1")
    assert done.returncode == 0, done.stderr
    assert (checkout.folder / "apt.txt").read_text() == "libegl1"


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
