"""The project's own Python environment, .venv: what it holds, and how it comes to hold the pinned packages.

Standard library only, and little of it at import: the launcher reads this at every start.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from engine.errors import StudioError
from engine.files.lock import one_at_a_time

TYPE_CHECKING = False  # importing typing for it would cost time at every start
if TYPE_CHECKING:
    from collections.abc import Sequence

Package = tuple[str, str, str]
"""Name in lower case, version, URL."""

CARRY_ON = "Run ./studio again to carry on."


class Stamp:
    """What .venv holds, or is being made to hold: `pins` is None until a set-up has finished.

    `parts` are among base, train and dev; `system` names the purposes whose libraries were in place; `code`
    is the newest change of the program whose bytecode was made, see `bytecode.newest_change`.
    """

    def __init__(self) -> None:
        self.pins: str | None = None
        self.python: str | None = None
        self.parts: list[str] = []
        self.system: list[str] = []
        self.code = 0

    @classmethod
    def read(cls, file: Path) -> Stamp:
        """The stamp in `file`; an empty one, as before any set-up, where none can be read."""
        stamp = cls()
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return stamp
        if isinstance(stored, dict) and vars(stamp).keys() - {"code"} <= stored.keys() <= vars(stamp).keys():
            vars(stamp).update(stored)
        return stamp

    def write(self, file: Path) -> None:
        """Replaces `file` in one step: it is never half written."""
        new = file.with_suffix(f".{os.getpid()}.new")  # another set-up may write it at this moment
        new.write_text(json.dumps(vars(self)), encoding="utf-8")
        new.replace(file)


class Environment:
    """The environment in `root`/.venv, made from `root`'s pyproject.toml and requirements.lock."""

    def __init__(self, root: Path) -> None:
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.stamp_file = self.folder / "studio.json"
        self.lock_file = self.folder / "studio.lock"
        self.pins = root / "requirements.lock"
        self.project = root / "pyproject.toml"

    def holds(self, stamp: Stamp, parts: Sequence[str]) -> bool:
        """Whether a finished set-up of these very pins, with this interpreter, has all the parts."""
        return (
            set(parts) <= set(stamp.parts)
            and stamp.python == self._real_python()
            and stamp.pins == self._pins_hash()
        )

    def set_up(self, parts: Sequence[str]) -> Stamp:
        """Brings .venv to the pinned packages of `parts`, from whatever state it is in.

        The stamp loses its hash first and gets it back last, so that a set-up which was cut short is
        carried on by the next run.

        Raises:
            StudioError: something outside is in the way: no network, a full disk, no venv module.
        """
        self.folder.mkdir(exist_ok=True)
        waiting = "Another set-up is running; waiting for it."
        with one_at_a_time(self.lock_file, lambda: say(waiting)):
            stamp = Stamp.read(self.stamp_file)
            if self.holds(stamp, parts):  # another run did it while this one waited
                return stamp
            say(f"Setting up WaveNet Studio in {self.folder}; later starts skip this.")
            finished = stamp.pins is not None
            stamp.parts = sorted({*parts, *stamp.parts}) if finished else list(parts)
            stamp.pins = None
            stamp.write(self.stamp_file)
            if not (finished or self._sweep()) or not self._works():
                self._make()
            self._install(stamp.parts)
            stamp.pins, stamp.python = self._pins_hash(), self._real_python()
            stamp.write(self.stamp_file)
            say("Set-up finished.")
        return stamp

    def _make(self) -> None:
        """Makes a fresh environment, keeping only the launcher's own files of an old one."""
        import importlib.util
        import shutil
        import subprocess

        from engine.setup.system import apt_command, apt_install

        package = f"python3.{sys.version_info[1]}-venv"  # Debian keeps ensurepip in a package of its own
        if not importlib.util.find_spec("ensurepip") and not apt_install([package]):
            raise StudioError(f"This Python cannot make environments; run: {apt_command([package])}")
        say("Making the Python environment …")
        for old in self.folder.iterdir():
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            elif old not in (self.stamp_file, self.lock_file):
                old.unlink()
        command = [getattr(sys, "_base_executable", sys.executable), "-m", "venv", str(self.folder)]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
            raise StudioError(f"Set-up stopped: {' '.join(command)} failed, its message is above. {CARRY_ON}")

    def _sweep(self) -> bool:
        """Forgets packages whose installation was cut short, so that pip puts them in again.

        A whole package has the installer's mark, and every file of its record at the recorded size.
        Returns False where pip itself is not whole.
        """
        import csv
        import shutil

        whole_pip = False
        for site in (*self.folder.glob("lib/python*/site-packages"), self.folder / "Lib" / "site-packages"):
            for leftover in site.glob("~*"):
                shutil.rmtree(leftover)
            for info in site.glob("*.dist-info"):
                try:
                    rows = list(csv.reader((info / "RECORD").read_text(encoding="utf-8").splitlines()))
                    whole = (info / "INSTALLER").exists() and all(
                        (site / file).stat().st_size == int(size) for file, _, size in rows if size
                    )
                except (OSError, ValueError):
                    whole = False
                if not whole:
                    shutil.rmtree(info)
                whole_pip |= whole and info.name.startswith("pip-")
        return whole_pip

    def _install(self, parts: Sequence[str]) -> None:
        """Installs what `parts` lack, at the pinned versions: torch and its CUDA first, then the rest."""
        import tomllib

        project = tomllib.loads(self.project.read_text(encoding="utf-8"))["project"]
        groups = {"base": project["dependencies"], **project["optional-dependencies"]}
        requirements = [requirement for part in parts for requirement in groups[part]]
        pins = self.pins.read_text(encoding="utf-8")
        pip = [line.split()[0] for line in pins.splitlines() if line.startswith("pip==")]
        if pip:  # an old pip would download whole packages only to look at their requirements
            self._pip("install", "-qq", *pip)
        say("Looking up what is missing …")
        plan = ("install", "-qq", "--dry-run", "--report", "-", "-c", str(self.pins))
        packages: list[Package] = [
            (entry["metadata"]["name"].lower(), entry["metadata"]["version"], entry["download_info"]["url"])
            for entry in json.loads(self._pip(*plan, *requirements))["install"]
        ]
        say(describe_download(packages, pins))
        torch = [p for p in packages if p[0] == "torch" or p[0].startswith(("triton", "nvidia-", "cuda-"))]
        for stage in (torch, [p for p in packages if p not in torch]):
            if stage:
                exact = [f"{name}=={version}" for name, version, _ in stage]
                self._pip("install", "--no-deps", *exact, show=True)

    def _pip(self, *args: str, show: bool = False) -> str:
        """Runs the environment's pip. Returns what it wrote; with `show` that goes to stderr instead."""
        import subprocess

        command = [str(self.python), "-m", "pip", *args, "--disable-pip-version-check"]
        out = sys.stderr if show else subprocess.PIPE
        done = subprocess.run(command, stdout=out, text=True, check=False)
        if done.returncode:
            raise StudioError(f"Set-up stopped: pip failed, its message is above. {CARRY_ON}")
        return done.stdout or ""

    def _works(self) -> bool:
        """Whether the interpreter starts and finds its pip."""
        import subprocess

        command = [str(self.python), "-m", "pip", "--version"]
        try:
            return not subprocess.run(command, capture_output=True, check=False).returncode
        except OSError:
            return False

    def _real_python(self) -> str:
        """What the interpreter is in the end: another file once the system's Python changes."""
        return os.path.realpath(self.python) if self.python.exists() else "none"

    def _pins_hash(self) -> str:
        from hashlib import sha256

        return sha256(self.pins.read_bytes()).hexdigest()


def say(line: str) -> None:
    """Tells the user something about the set-up; on stderr, because stdout belongs to the command."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def describe_download(packages: Sequence[Package], pins: str) -> str:
    """Says how much is going to be downloaded.

    Args:
        packages: what pip is going to install.
        pins: the text of the lock file, with sizes noted as `name==version  # 1.2 MB`; what comes from
            this disk is measured instead.
    """
    import re
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    noted = re.findall(r"^([\w.-]+)==\S+ +# ([\d.]+) MB", pins, re.MULTILINE)
    sizes = {name: float(size) for name, size in noted}
    local = {name: url for name, _, url in packages if url.startswith("file:")}
    on_disk = sum(os.path.getsize(url2pathname(urlsplit(url).path)) for url in local.values()) / 1e6
    download = sum(sizes.get(name.replace("_", "-"), 0.0) for name, _, _ in packages if name not in local)
    plural = "s" if len(packages) != 1 else ""
    text = f"{len(packages)} package{plural} to install: about {download:.0f} MB to download"
    if local:
        text += f", {on_disk:.0f} MB from this disk"
    if download > 1000:
        text += ".\nMost of that is torch with CUDA: Ctrl+C and then ./studio --light leaves it out"
    return text + "."
