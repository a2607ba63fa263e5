from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.composing.composer import compose_like
from engine.music.roll import notes_array
from tests.engine.cli.conftest import Studio
from tests.notes import notes_of


def test_a_piece_has_the_tags_that_are_asked_for_and_its_file_its_notes(
    studio: Studio, tmp_path: Path
) -> None:
    wanted = ("waltz", "minor", "sad")
    options = [word for tag in wanted for word in ("--tag", tag)]
    result = studio("compose", "piano", "-o", tmp_path / "a.mid", "--seed", 7, *options)
    assert (result.code, result.err) == (0, "")
    assert all(tag in result.out for tag in ("piano", *wanted, "seed 7"))
    notes = notes_array(compose_like("piano", 7, wanted).score)
    read = notes_of(tmp_path / "a.mid")
    assert len(read) == len(notes) > 50
    np.testing.assert_array_equal(np.sort(read[:, 2]), np.sort(notes[:, 2]))
    np.testing.assert_allclose(np.sort(read[:, 0]), np.sort(notes[:, 0]), atol=1 / 960)


def test_the_same_seed_composes_the_same_and_another_does_not(studio: Studio, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        studio("compose", "jazz", "-o", tmp_path / f"{name}.mid", "--seed", seed)
    a, b, c = ((tmp_path / f"{name}.mid").read_bytes() for name in "abc")
    assert a == b != c


def test_a_seed_that_is_not_given_is_told(studio: Studio, tmp_path: Path) -> None:
    reported = studio("compose", "organ", "-o", tmp_path / "a.mid").out
    seed = reported.split("seed ")[1].split(",")[0]
    studio("compose", "organ", "-o", tmp_path / "b.mid", "--seed", seed)
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_eight_bit_music_names_instruments_that_other_players_have(studio: Studio, tmp_path: Path) -> None:
    studio("compose", "chiptune", "-o", tmp_path / "a.mid", "--seed", 1)
    pitched = notes_of(tmp_path / "a.mid")
    assert set(pitched[pitched[:, 5] == 0, 4]) <= {80.0, 38.0}  # a square lead, a synth bass


def test_tags_that_no_piece_of_the_genre_has_are_told(studio: Studio, tmp_path: Path) -> None:
    result = studio("compose", "choir", "-o", tmp_path / "a.mid", "--seed", 1, "--tag", "drums")
    assert result.code == 0
    assert "no piece found with drums; this is the nearest" in result.err
    assert (tmp_path / "a.mid").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("jaz", "-o", "a.mid"), "error: genre 'jaz' is unknown; did you mean jazz?"),
        (("jazz", "-o", "a.mid", "--tag", "sadd"), "error: tag 'sadd' is unknown; did you mean sad?"),
        (("jazz", "-o", "a.wav"), "error: a.wav: a score is a MIDI file; let its name end with .mid"),
        (("jazz", "-o", "none/a.mid"), "error: none/a.mid: there is no folder none; make it first"),
    ],
)
def test_what_cannot_be_composed_is_said_in_one_line(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = studio("compose", *arguments)
    assert (result.code, result.err.strip()) == (1, message)
    assert not list(tmp_path.glob("**/*.mid"))
