"""MagnaTagATune: 25,863 music clips of 29 s with 188 tags; annotations_final.csv and the folders 0 to f.

As in van den Oord et al. 2016, section 3.3, similar tags are merged and those with too few clips removed.
The paper names neither the pairs nor the limit: ours are ``magnatagatune_tags`` and the most frequent 50.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path, PurePosixPath

from engine.corpus.readers.listing import Listing, Recording, Skipped, find_root, read_lines
from engine.corpus.readers.magnatagatune_tags import merged
from engine.errors import StudioError

ANNOTATIONS = "annotations_final.csv"
TAGS = 50
_TRAIN, _VALIDATION = "0123456789ab", "c"


def read(source: Path, *, tags: int = TAGS) -> Listing:
    """Every clip with at least one of the ``tags`` most frequent merged tags.

    Split by folder as usual: 0 to b train, c validates, d to f test. Ties between tags are broken by the
    alphabet. Clips without any of the tags are left out; the notes say how many. Raises StudioError where
    ``source``, or a folder in it, has no annotations_final.csv of the right columns.
    """
    root = find_root(source, 1, "MagnaTagATune", ANNOTATIONS, lambda f: (f / ANNOTATIONS).is_file())
    clips, skipped = _annotations(root / ANNOTATIONS)
    counts = Counter(tag for _, _, names in clips for tag in names)
    kept = {tag for tag, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:tags]}
    base = _audio_root(source, root, [path for _, path, _ in clips])
    recordings = []
    for clip, path, names in clips:
        own = tuple(sorted(names & kept))
        if own:
            split = _split(path)
            name = path.removesuffix(".mp3")
            recordings.append(Recording(name, base / path, split, tags=own, details={"clip": clip}))
    notes = [f"{len(kept)} of {len(counts)} merged tags are kept: {', '.join(sorted(kept))}"]
    if len(recordings) < len(clips):
        notes.append(f"clips that bear none of them, left out: {len(clips) - len(recordings)}")
    about = {"name": "MagnaTagATune (audio: Magnatune)", "version": "2009", "licence": "CC-BY-NC-SA"}
    return Listing("music", recordings, [about], skipped, notes)


def _annotations(path: Path) -> tuple[list[tuple[str, str, frozenset[str]]], list[Skipped]]:
    """Clip number, path and merged tags of every line; the lines that make no sense."""
    rows = list(csv.reader(read_lines(path), delimiter="\t"))
    head = rows[0] if rows else []
    if len(head) < 3 or head[0] != "clip_id" or head[-1] != "mp3_path":
        raise StudioError(
            f"{path}: its first line must name clip_id, the tags and mp3_path, with tabs between"
        )
    clips, skipped, seen = [], [], set()
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        where = f"{path.name} line {number}"
        if len(row) != len(head) or not set(row[1:-1]) <= {"0", "1"}:
            skipped.append(Skipped(where, f"not a clip, {len(head) - 2} times 0 or 1, and a path"))
        elif not _split(row[-1]) or row[-1] in seen:
            skipped.append(Skipped(where, f"{row[-1]!r} is named twice or not in a folder 0 to f"))
        else:
            seen.add(row[-1])
            names = (tag for tag, flag in zip(head[1:-1], row[1:-1], strict=True) if flag == "1")
            clips.append((row[0], row[-1], frozenset(merged(tag) for tag in names)))
    return clips, skipped


def _audio_root(source: Path, root: Path, paths: list[str]) -> Path:
    """Where the folders 0 to f lie: beside the annotations, or one level below or above."""
    folders = {PurePosixPath(path).parts[0] for path in paths}
    for base in (root, source, *sorted(child for child in root.iterdir() if child.is_dir())):
        if any((base / folder).is_dir() for folder in folders):
            return base
    raise StudioError(f"{root}: none of the audio's folders 0 to f is in it; unpack mp3.zip there")


def _split(path: str) -> str:
    """By the folder's letter; nothing where that is none of 0 to f."""
    folder, *rest = PurePosixPath(path).parts or ("",)
    if len(rest) != 1 or len(folder) != 1 or folder not in "0123456789abcdef":
        return ""
    return "train" if folder in _TRAIN else "validation" if folder in _VALIDATION else "test"
