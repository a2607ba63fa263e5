"""LJSpeech: one woman reads books; metadata.csv (id|text|text with numbers as words) and wavs/ID.wav."""

from __future__ import annotations

from pathlib import Path

from engine.corpus.readers.listing import Listing, Recording, Skipped, find_root, read_lines
from engine.errors import StudioError

SPEAKER = "lj"


def read(source: Path) -> Listing:
    """Every sentence of metadata.csv, spoken by ``lj``, with ``text`` and ``spoken`` in the details.

    ``spoken`` has numbers and abbreviations written out. A malformed line is skipped. Raises StudioError
    where ``source``, or a folder in it, has no metadata.csv with wavs/ beside it, or it is empty.
    """
    root = find_root(
        source,
        1,
        "LJSpeech",
        "metadata.csv and wavs/",
        lambda f: (f / "metadata.csv").is_file() and (f / "wavs").is_dir(),
    )
    recordings: dict[str, Recording] = {}
    skipped = []
    for number, line in enumerate(read_lines(root / "metadata.csv"), start=1):
        if not line.strip():
            continue
        name, *texts = line.split("|")
        if not texts or not name or name in recordings:
            reason = "named twice" if name in recordings else "not ID|text|spoken text"
            skipped.append(Skipped(f"metadata.csv line {number}", reason))
            continue
        details = {"text": texts[0], "spoken": texts[-1]}
        path = root / "wavs" / f"{name}.wav"
        recordings[name] = Recording(name, path, speaker=SPEAKER, details=details)
    if not recordings:
        raise StudioError(f"{root / 'metadata.csv'}: no line of it is ID|text|spoken text; unpack it again")
    about = {"name": "The LJ Speech Dataset", "version": "1.1", "licence": "public domain"}
    return Listing("speech", list(recordings.values()), [about], skipped)
