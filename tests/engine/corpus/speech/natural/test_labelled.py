"""Voices in tar files with their lines become a corpus."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.corpus.speech.natural.labelled import collect
from engine.errors import StudioError

LINE = {
    "text": "Hi.",
    "symbols": "hˈI.",
    "frames": [5, 1, 1, 4, 6, 3],
    "f0": [0.0] * 40,
    "speed": 0.9,
}


def voice(folder: Path, name: str, sentences: int, rate: int = 16_000, **changed: object) -> None:
    folder.mkdir(exist_ok=True)
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        for index in range(sentences):
            lines.write(json.dumps({"id": f"{name}-{index:05d}", **LINE, **changed}) + "\n")
    with tarfile.open(folder / f"{name}.tar", "w") as archive:
        for index in range(sentences):
            raw = io.BytesIO()
            samples = 0.5 * np.sin(np.arange(8000) * (0.1 + 0.01 * index))
            soundfile.write(raw, samples, rate, format="FLAC")
            member = tarfile.TarInfo(f"{name}-{index:05d}.flac")
            member.size = len(raw.getvalue())
            raw.seek(0)
            archive.addfile(member, raw)


def test_each_sentence_is_a_piece_with_phones_symbols_and_speed(tmp_path: Path) -> None:
    voice(tmp_path / "in", "af_anna", 20)
    voice(tmp_path / "in", "bm_bert", 2)
    shares: list[float] = []
    corpus = collect(tmp_path / "in", tmp_path / "out", progress=shares.append)
    assert corpus.speakers == ("anna", "bert")
    assert [len(corpus.split(s)) for s in ("train", "validation", "test")] == [19, 1, 2]
    piece = corpus.pieces[3]
    assert (piece.id, piece.length, piece.details["text"]) == ("af_anna-00003", 8000, "Hi.")
    assert (piece.details["symbols"], piece.details["speed"]) == ("hˈI.", 0.9)
    # 5 frames of 25 ms, 3 of them early; then h (1), the stress mark and I (1 + 4), the stop and the pad
    assert piece.details["phones"] == [
        ["pau", 0.0, 0.05, 0],
        ["h", 0.05, 0.075, 0],
        ["I", 0.075, 0.2, 1],
        ["pau", 0.2, 0.5, 0],
    ]
    wave = 0.5 * np.sin(np.arange(8000) * 0.13)
    np.testing.assert_allclose(corpus.samples(piece), wave, atol=1e-4)
    assert shares[-1] == 1.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"frames": [5, 1, 1, 4, 6, 4]}, "21? *frames beside"),
        ({"frames": [20]}, "symbols"),
        ({"f0": "x"}, ""),
    ],
)
def test_lines_that_do_not_fit_the_audio_are_refused(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    voice(tmp_path / "in", "af_anna", 1, **changed)
    with pytest.raises(StudioError, match=f"af_anna-00000: .*{said}"):
        collect(tmp_path / "in", tmp_path / "out", progress=lambda _: None)


def test_what_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(StudioError, match=r"no VOICE\.tar"):
        collect(tmp_path / "in", tmp_path / "out", progress=lambda _: None)
    voice(tmp_path / "in", "af_anna", 1, rate=22_050)
    with pytest.raises(StudioError, match="22050 Hz"):
        collect(tmp_path / "in", tmp_path / "out", progress=lambda _: None)
    (tmp_path / "in" / "af_anna.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(StudioError, match="cannot read"):
        collect(tmp_path / "in", tmp_path / "out", progress=lambda _: None)
    (tmp_path / "in" / "af_anna.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(StudioError, match="not lines of sentences"):
        collect(tmp_path / "in", tmp_path / "out", progress=lambda _: None)
