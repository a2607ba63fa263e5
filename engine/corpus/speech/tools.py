"""The programs and voices the speech recipe needs: are they there, in which version, under which licence."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from engine.errors import StudioError

LICENCES = {
    "festival": "Edinburgh and CMU permissive licence",
    "festlex-cmu": "Edinburgh permissive licence",
    "festlex-poslex": "Edinburgh permissive licence",
    "festvox-kallpc16k": "CMU and Edinburgh permissive licence",
    "festvox-us-slt-hts": "CMU permissive licence; BSD-3-Clause parts",
    "flite1-dev": "CMU permissive licence",
    "gcc": "GPL-3.0-or-later with run-time exception (compiles the flite helper only)",
    "htsengine": "BSD-3-Clause",
    "libc6-dev": "LGPL-2.1-or-later (compiles the flite helper only)",
}
"""Debian packages of the synthesisers and voices, with the licence of each."""

HTS_VOICE = Path("/usr/share/festival/voices/us/cmu_us_slt_arctic_hts/hts/cmu_us_slt_arctic_hts.htsvoice")
_HELPER_SOURCE = Path(__file__).with_name("flite_batch.c")
_HELPER_LIBRARIES = ("flite_cmu_us_rms", "flite_cmu_us_awb", "flite_usenglish", "flite_cmulex", "flite", "m")


def installed_tools() -> list[dict[str, str]]:
    """Name, version and licence of each package the recipe uses, for a corpus's ``sources``.

    Raises StudioError, naming the one apt command, where packages are missing or this is no Debian.
    """
    if shutil.which("dpkg-query") is None:
        raise StudioError(
            "the speech corpus needs Debian's synthesisers, and dpkg-query is not here; "
            "make it on Debian 12 or a relative"
        )
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status} ${Version}\n", *LICENCES],
        capture_output=True,
        text=True,
        check=False,  # exits with 1 where a package is unknown; it is then missing from the list
    )
    versions = parse_dpkg_query(found.stdout)
    missing = [name for name in LICENCES if name not in versions]
    if missing:
        raise StudioError(
            f"the speech corpus needs {', '.join(missing)}; run: "
            f"sudo apt-get install --no-install-recommends {' '.join(missing)}"
        )
    return [
        {"name": name, "version": versions[name], "licence": licence} for name, licence in LICENCES.items()
    ]


def parse_dpkg_query(text: str) -> dict[str, str]:
    """Versions by package from lines ``package status version``; only installed ones count."""
    rows = [line.split() for line in text.splitlines()]
    return {row[0]: row[2] for row in rows if len(row) == 3 and row[1] == "installed"}


def run_tool(command: list[str], *, stdin: str = "") -> None:
    """Run a synthesiser to its end.

    Raises StudioError, with the last line it wrote, where it fails.
    """
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise StudioError(
            f"{Path(command[0]).name} failed ({done.returncode}): {said[-1] if said else 'no message'}; "
            "reinstall its package and run the recipe again"
        )


def build_flite_helper(folder: Path) -> Path:
    """Compile ``flite_batch.c`` into a folder and return the program's path.

    Raises StudioError where gcc fails.
    """
    program = folder / "flite_batch"
    libraries = [f"-l{library}" for library in _HELPER_LIBRARIES]
    run_tool(["gcc", "-O2", "-o", str(program), str(_HELPER_SOURCE), *libraries])
    return program
