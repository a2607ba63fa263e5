"""TIMIT: 630 speakers of eight dialects, ten sentences each, phones with exact times.

train/dr1/fcjf0/sa1.wav with .phn (start end phone) and .txt beside it, test/ likewise; the names in
capitals or not, the audio NIST SPHERE or RIFF.
"""

from __future__ import annotations

import re
from pathlib import Path

from engine.corpus.readers.listing import (
    Listing,
    Mark,
    Recording,
    Skipped,
    files_below,
    find_root,
    printable,
    read_lines,
)
from engine.corpus.readers.splits import Shares, by_name
from engine.errors import StudioError

_SENTENCE = re.compile(r"((s[aix])\d+)\.wav(?:\.wav)?")  # one release holds SA1.WAV and SA1.WAV.wav
_DIALECT = re.compile(r"dr[1-8]")


def read(source: Path, *, seed: int, validation: float = 0.05, with_sa: bool = True) -> Listing:
    """Every sentence, its speaker (``fcjf0``), and in the details sentence, dialect, sex and text.

    Phones bear TIMIT's own 61 names. TIMIT's TEST is the test split; of the TRAIN speakers the share
    ``validation`` validates, whole speakers, so that none is in two splits. ``with_sa=False`` leaves out
    the two sentences that everybody says (details: ``everybody``). A sentence without readable phones is
    skipped. Raises StudioError where ``source``, or a folder at most two levels in it, has no train/ and
    test/.
    """
    root = find_root(
        source, 2, "TIMIT", "train/ and test/", lambda f: {"train", "test"} <= _children(f).keys()
    )
    recordings: dict[str, Recording] = {}
    skipped = []
    speakers: dict[str, str] = {}
    for part in ("train", "test"):
        for path in files_below(_children(root)[part]):
            match = _SENTENCE.fullmatch(path.name.lower())
            dialect, speaker = (name.lower() for name in path.parts[-3:-1])
            if match is None or not _DIALECT.fullmatch(dialect) or (match[2] == "sa" and not with_sa):
                continue
            name = f"{speaker}-{match[1]}"
            if name in recordings:
                continue
            try:
                phones = _phones(_beside(path, "phn"))
                text = " ".join(line for line in read_lines(_beside(path, "txt")) if line).split(maxsplit=2)
            except StudioError as error:
                skipped.append(Skipped(printable(path), str(error).removeprefix(f"{path.parent}/")))
                continue
            details = {
                "sentence": match[1],
                "everybody": match[2] == "sa",
                "dialect": dialect,
                "sex": speaker[0],
                "text": text[-1] if text else "",
            }
            speakers[speaker] = part
            recordings[name] = Recording(name, path, part, speaker, details=details, phones=phones)
    if not recordings:
        reason = f"{skipped[0].file}: {skipped[0].reason}" if skipped else "no dr1/fcjf0/sx37.wav or the like"
        raise StudioError(f"{root}: no sentence of TIMIT is in it: {reason}")
    train = (speaker for speaker, part in speakers.items() if part == "train")
    chosen = by_name(train, seed, Shares(validation, 0.0))
    for name, recording in recordings.items():
        split = chosen.get(str(recording.speaker), "test")
        recordings[name] = Recording(
            name, recording.path, split, recording.speaker, details=recording.details, phones=recording.phones
        )
    about = {"name": "TIMIT (LDC93S1)", "version": "1993", "licence": "LDC User Agreement"}
    return Listing("speech", list(recordings.values()), [about], skipped)


def _children(folder: Path) -> dict[str, Path]:
    """Folders in a folder by their names in lower case."""
    return {child.name.lower(): child for child in sorted(folder.iterdir()) if child.is_dir()}


def _beside(path: Path, suffix: str) -> Path:
    """SA1.PHN beside SA1.WAV, sa1.phn beside sa1.wav, either beside SA1.WAV.wav."""
    stem = path.name.split(".")[0]
    capital = path.with_name(f"{stem}.{suffix.upper()}")
    return capital if capital.exists() else path.with_name(f"{stem}.{suffix}")


def _phones(path: Path) -> tuple[Mark, ...]:
    marks = []
    for line in filter(str.strip, read_lines(path)):
        try:
            start, end, name = line.split()
            marks.append(Mark(name, int(start), int(end)))
        except ValueError:
            raise StudioError(f"{path.name}: {line!r} is not: start end phone") from None
        if marks[-1].end < marks[-1].start:
            raise StudioError(f"{path.name}: {line!r} ends before it starts")
    if not marks:
        raise StudioError(f"{path.name} holds no phones")
    return tuple(marks)
