"""A made-up tree in TIMIT's layout: every phone is a sound that is easy to tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.library.audio_files import write_audio

RATE = 16_000
SOUNDS = {"iy": 300.0, "aa": 900.0, "ux": 1800.0, "s": 4500.0}
"""Hz of each phone; h# is silence."""


def write_tree(root: Path) -> Path:
    """Eight speakers who train and validate, one of the core test set, one of the rest of it."""
    for number in range(8):
        for sentence in ("sx1", "si2"):
            write_sentence(root / "train" / "dr1" / f"fabc{number}" / sentence, f"{number}-{sentence}")
    for speaker in ("mdab0", "fxyz9"):
        for sentence in ("sa1", "sx3", "si4"):
            write_sentence(root / "test" / "dr2" / speaker / sentence, f"{speaker}-{sentence}")
    return root


def write_sentence(path: Path, seed: str) -> list[str]:
    """A second and a half of phones in any order; what was written."""
    rng = np.random.default_rng(list(seed.encode()))
    names, parts = ["h#"], [np.zeros(2400)]
    while len(names) < 7:
        name = str(rng.choice([n for n in SOUNDS if n != names[-1]]))
        length = int(rng.integers(1600, 4000))
        names.append(name)
        parts.append(0.3 * np.sin(np.arange(length) * 2.0 * np.pi * SOUNDS[name] / RATE))
    names.append("h#")
    parts.append(np.zeros(2400))
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = np.concatenate(parts) + rng.normal(0.0, 0.001, sum(map(len, parts)))
    write_audio(path.with_suffix(".wav"), sound.astype(np.float32), RATE)
    ends = np.cumsum([len(part) for part in parts])
    lines = [f"{end - len(part)} {end} {name}" for name, part, end in zip(names, parts, ends, strict=True)]
    path.with_suffix(".phn").write_text("\n".join(lines) + "\n")
    path.with_suffix(".txt").write_text(f"0 {ends[-1]} Nothing.\n")
    return names
