"""VCTK: 110 English speakers, a sentence a file; the layouts of releases 0.80 and 0.92.

0.80   wav48/p225/p225_001.wav                        txt/p225/p225_001.txt
0.92   wav48_silence_trimmed/p225/p225_001_mic1.flac  txt/p225/p225_001.txt
"""

from __future__ import annotations

import re
from pathlib import Path

from engine.corpus.readers.listing import Listing, Recording, files_below, find_root, read_lines
from engine.errors import StudioError

_OLD, _NEW = "wav48", "wav48_silence_trimmed"
_FILE = re.compile(r"((?:p|s)\d+)_(\d+)(?:_mic([12]))?\.(?:wav|flac)")


def read(source: Path, *, microphone: int = 1) -> Listing:
    """Every sentence, its speaker (``p225``), its text in the details where there is one.

    ``microphone`` 1 or 2 chooses between the two recordings of each sentence in 0.92. Raises StudioError
    where ``source``, or a folder in it, has neither layout, or no sentence of that microphone.
    """
    root = find_root(
        source, 1, "VCTK", f"{_NEW}/ or {_OLD}/", lambda f: (f / _NEW).is_dir() or (f / _OLD).is_dir()
    )
    new = (root / _NEW).is_dir()
    recordings = []
    for path in files_below(root / (_NEW if new else _OLD)):
        match = _FILE.fullmatch(path.name)
        if match is None or (new and match[3] != str(microphone)):
            continue
        speaker, sentence = match[1], match[2]
        text = root / "txt" / speaker / f"{speaker}_{sentence}.txt"  # 0.92 has none for p315
        details = {"text": " ".join(" ".join(read_lines(text)).split())} if text.is_file() else {}
        recordings.append(Recording(f"{speaker}_{sentence}", path, speaker=speaker, details=details))
    if not recordings:
        raise StudioError(f"{root}: no sentence of VCTK, such as p225/p225_001, is in it; unpack it again")
    version, licence = ("0.92", "CC-BY-4.0") if new else ("0.80", "ODC-By-1.0")
    return Listing(
        "speech", recordings, [{"name": "CSTR VCTK Corpus", "version": version, "licence": licence}]
    )
