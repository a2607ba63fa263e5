"""Small copies of the project for the launcher to set up, whose packages are tiny wheels made here."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

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


def check_out(folder: Path, wheels: Path) -> Checkout:
    """A copy that has no environment."""
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


@dataclass
class SetUp:
    """A checkout that a run has set up, and what that run said. Tests take copies of its environment."""

    checkout: Checkout
    done: subprocess.CompletedProcess[str]

    def copy_into(self, other: Checkout) -> Checkout:
        """Give ``other`` the environment, by links, to save the seconds that making one takes."""
        shutil.copytree(self.checkout.venv, other.venv, symlinks=True, copy_function=os.link)
        stamp = other.venv / "studio.json"
        stamp.unlink()
        shutil.copy(self.checkout.venv / stamp.name, stamp)
        return other
