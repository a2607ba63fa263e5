"""A corpus packed and unpacked, and packed ones that somebody has damaged or made with ill intent."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.corpus.format.portable import AUDIO, LABELS, MANIFEST, PIECES
from engine.corpus.format.portable.pack import pack
from engine.corpus.format.portable.unpack import unpack
from engine.corpus.format.reader import Corpus
from engine.corpus.format.writer import CorpusWriter
from engine.errors import StudioError
from engine.library.paths import ROOT
from engine.training.encoded_corpus import EncodedCorpus

PHONES = [["pau", 0.0, 0.1, 0], ["aa", 0.1, 0.25, 1]]


def _silent(share: float) -> None:
    """A progress that nobody hears."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with every 16-bit value, notes, phones, F0 and more."""
    folder = tmp_path_factory.mktemp("made") / "c"
    rng = np.random.default_rng(1)
    with CorpusWriter(
        folder,
        kind="music",
        sample_rate=8000,
        seed=7,
        sources=[{"name": "x", "version": "1", "licence": "y"}],
    ) as writer:
        writer.add("every value", "train", np.arange(-32767, 32768) / 32767.0, tags=("a", "ü"))
        notes = np.array([[0.0, 0.5, 60, 100, 0, 0], [0.25, 0.25, 64, 90, 12, 0]])
        writer.add("noted", "test", rng.normal(0, 0.01, 9000), tags=("a",), details={"bpm": 90}, notes=notes)
        details = {"text": "No.", "phones": PHONES, "f0_hop": 0.005, "f0": [0, 120, 119]}
        writer.add("said", "validation", rng.normal(0, 0.1, 5000), speaker="ann", details=details)
    return folder


@pytest.fixture
def packed(original: Path, tmp_path: Path) -> Path:
    file = tmp_path / "c.corpus"
    pack(original, file, progress=_silent, workers=2)
    return file


def test_pieces_notes_and_labels_come_back_as_they_were(original: Path, packed: Path, tmp_path: Path) -> None:
    before, after = Corpus(original), unpack(packed, tmp_path / "back")
    assert after.pieces == before.pieces
    for one, other in zip(before.pieces, after.pieces, strict=True):
        np.testing.assert_array_equal(after.notes(other), before.notes(one))
    assert (after.tags, after.speakers, after.scored) == (("a", "ü"), ("ann",), True)


def test_training_finds_the_very_same_mu_law_codes(original: Path, packed: Path, tmp_path: Path) -> None:
    unpack(packed, tmp_path / "back")
    before, after = EncodedCorpus(original).codes, EncodedCorpus(tmp_path / "back").codes
    assert len(set(before.tolist())) == 256
    np.testing.assert_array_equal(after, before)


def test_the_page_about_it_tells_that_it_was_packed(original: Path, packed: Path, tmp_path: Path) -> None:
    before, after = Corpus(original).about, unpack(packed, tmp_path / "back").about
    same = ("kind", "sample_rate", "seed", "sources", "samples")
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    assert after["packed"] == {"coding": "mu-law", "sha256": before["sha256"]}
    digest = hashlib.sha256(np.load(tmp_path / "back" / "audio.npy").tobytes())
    assert after["sha256"] == digest.hexdigest()


def test_the_same_corpus_gives_the_same_file_and_so_does_an_unpacked_one(
    original: Path, packed: Path, tmp_path: Path
) -> None:
    pack(original, tmp_path / "again", progress=_silent, workers=1)
    assert (tmp_path / "again").read_bytes() == packed.read_bytes()
    unpack(packed, tmp_path / "one")
    pack(tmp_path / "one", tmp_path / "one.corpus", progress=_silent, workers=1)
    unpack(tmp_path / "one.corpus", tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes()


def test_progress_rises_to_one(original: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    pack(original, tmp_path / "c.corpus", progress=shares.append, workers=2)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_numpy_and_the_standard_library_suffice_to_unpack(packed: Path, tmp_path: Path) -> None:
    script = """
import pathlib, sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "numpy", "engine"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Nothing())
from engine.corpus.format.portable.unpack import unpack
print(len(unpack(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])).pieces))
"""
    command = [sys.executable, "-c", script, str(packed), str(tmp_path / "back")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")


def test_pack_overwrites_nothing_and_leaves_no_part(original: Path, packed: Path) -> None:
    content = packed.read_bytes()
    with pytest.raises(StudioError, match="exists; give another name"):
        pack(original, packed, progress=_silent, workers=1)
    assert packed.read_bytes() == content
    assert not list(packed.parent.glob("*.part"))


def test_pack_says_where_it_cannot_write(original: Path, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"there is no folder"):
        pack(original, tmp_path / "not" / "there", progress=_silent, workers=1)


def test_a_folder_that_holds_something_is_left_alone(packed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "audio.npy").write_text("precious")
    with pytest.raises(StudioError, match="not an empty folder"):
        unpack(packed, folder)
    assert (folder / "audio.npy").read_text() == "precious"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"c\.corpus is not there"):
        unpack(tmp_path / "c.corpus", tmp_path / "back")


def test_a_full_disk_is_told_before_anything_is_written(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(StudioError, match="1 MiB are free; make room"):
        unpack(packed, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def _refused(file: Path, folder: Path, match: str) -> None:
    """Unpacking ends in one line, and nothing is left."""
    with pytest.raises(StudioError, match=match) as caught:
        unpack(file, folder)
    assert len(str(caught.value).splitlines()) == 1
    assert not folder.exists()


@pytest.mark.parametrize("keep", [0, 10, 0.3, 0.9, -1])
def test_a_file_cut_short_is_refused(packed: Path, tmp_path: Path, keep: float) -> None:
    raw = packed.read_bytes()
    packed.write_bytes(raw[: int(keep * len(raw)) if isinstance(keep, float) else keep])
    _refused(packed, tmp_path / "back", "damaged")


@pytest.mark.parametrize("place", np.linspace(0.05, 0.99, 12).round(2))
def test_flipped_bytes_never_give_another_corpus(
    original: Path, packed: Path, tmp_path: Path, place: float
) -> None:
    raw = bytearray(packed.read_bytes())
    for offset in range(8):
        raw[int(place * len(raw)) + offset] ^= 0x55
    packed.write_bytes(raw)
    try:
        corpus = unpack(packed, tmp_path / "back")
    except StudioError:
        assert not (tmp_path / "back").exists()
    else:  # bytes of the zip file that carry nothing, as its attributes and times
        assert corpus.pieces == Corpus(original).pieces


def _rewrite(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _edit(file: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        edit(manifest)
        members[MANIFEST] = json.dumps(manifest).encode()

    _rewrite(file, change)


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "more.txt"])
def test_names_that_do_not_belong_there_are_refused(packed: Path, tmp_path: Path, name: str) -> None:
    _rewrite(packed, lambda members: members.update({name: b"x"}))
    _refused(packed, tmp_path / "a" / "back", "unknown")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("name", [MANIFEST, PIECES, LABELS, AUDIO])
def test_a_missing_member_is_refused(packed: Path, tmp_path: Path, name: str) -> None:
    _rewrite(packed, lambda members: members.pop(name))
    _refused(packed, tmp_path / "back", "missing")


@pytest.mark.parametrize("name", [PIECES, LABELS, AUDIO])
def test_a_member_other_than_announced_is_refused(packed: Path, tmp_path: Path, name: str) -> None:
    _edit(packed, lambda manifest: manifest["members"][name].update(sha256="0" * 64))
    _refused(packed, tmp_path / "back", f"{name}: the checksum does not fit")


@pytest.mark.parametrize(
    ("edit", "match"),
    [
        (lambda m: m.update(format="other"), "format"),
        (lambda m: m.update(version=2), "version is 2; this program reads 1"),
        (lambda m: m["members"][PIECES].update(bytes=1), "more than the 1 bytes announced"),
        (lambda m: m["members"][LABELS].update(bytes=1 << 40), "cannot have"),
        (lambda m: m["members"][LABELS].update(bytes=-1), "cannot have"),
        (lambda m: m["members"][AUDIO].update(bytes="many"), "cannot have"),
        (lambda m: m["about"].update(samples=3), "sizes do not fit"),
        (lambda m: m["about"].update(sample_rate="fast"), "sample_rate cannot be 'fast'"),
        (lambda m: m.pop("about"), "about"),
        (lambda m: m.update(members=[]), "missing"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(
    packed: Path, tmp_path: Path, edit: Callable[[dict[str, Any]], Any], match: str
) -> None:
    _edit(packed, edit)
    _refused(packed, tmp_path / "back", match)


def test_a_member_that_zip_has_compressed_is_refused(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == MANIFEST else None)
    _refused(packed, tmp_path / "back", "compressed")


def test_anything_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "c.corpus"
    file.write_bytes(b"RIFF" + bytes(1000))
    _refused(file, tmp_path / "back", "no packed corpus")
