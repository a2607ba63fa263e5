from __future__ import annotations

import pytest

from engine.speech.recognition.classes import CLASSES, merged, of_symbols, of_timit

TIMIT = """iy ih eh ey ae aa aw ay ah ao oy ow uh uw ux er ax ix axr ax-h b d g p t k dx q jh ch s sh z zh f
th v dh m n ng em en eng nx l r w y hh hv el bcl dcl gcl pcl tcl kcl pau epi h#""".split()
"""Its 61 phones, by its documentation."""


def test_there_are_39_classes_and_timits_61_phones_fall_into_them_but_for_the_glottal_stop() -> None:
    assert len(TIMIT) == 61
    assert len(set(CLASSES)) == len(CLASSES) == 39
    found = {phone: of_timit(phone) for phone in TIMIT}
    assert [phone for phone, name in found.items() if name is None] == ["q"]
    assert {name for name in found.values() if name} == set(CLASSES)


@pytest.mark.parametrize(
    ("phone", "name"),
    [
        *[("ax", "ah"), ("ax-h", "ah"), ("axr", "er"), ("ix", "ih"), ("ux", "uw"), ("ao", "aa")],
        *[("el", "l"), ("em", "m"), ("en", "n"), ("eng", "ng"), ("nx", "n"), ("hv", "hh"), ("zh", "sh")],
        *[("tcl", "sil"), ("gcl", "sil"), ("epi", "sil"), ("pau", "sil"), ("h#", "sil"), ("t", "t")],
    ],
)
def test_lee_and_hons_table_is_followed(phone: str, name: str) -> None:
    assert of_timit(phone) == name


def test_what_is_no_phone_is_refused() -> None:
    with pytest.raises(KeyError):
        of_timit("xx")


def test_a_schwa_before_r_is_one_phone_unless_a_vowel_follows() -> None:
    assert of_symbols(["w", "ɔ", "T", "ə", "ɹ"]) == [("w", 1), ("aa", 1), ("dx", 1), ("er", 2)]
    assert of_symbols(["ə", "ɹ", "W", "n", "d"]) == [("ah", 1), ("r", 1), ("aw", 1), ("n", 1), ("d", 1)]
    assert of_symbols(["f", "ɜ", "ɹ", "i"]) == [("f", 1), ("er", 2), ("iy", 1)]


def test_a_long_vowel_is_its_short_one_and_a_stop_is_silence() -> None:
    assert of_symbols(["f", "ɑː", ""]) == [("f", 1), ("aa", 1), ("sil", 1)]


def test_neighbouring_silences_are_one() -> None:
    assert merged(["sil", "sil", "t", "t", "sil", "sil"]) == ("sil", "t", "t", "sil")
