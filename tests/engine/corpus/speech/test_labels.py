"""Phones and F0 from small made-up outputs of each synthesiser, and the arithmetic of warping."""

from __future__ import annotations

import json
import math
import struct

import numpy as np
import pytest

from engine.corpus.speech.labels import (
    Labels,
    Phone,
    f0_from_logarithm,
    f0_from_targets,
    parse_f0,
    parse_hts,
    parse_segments,
)

PHONES = (
    Phone("pau", 0.0, 0.2, 0),
    Phone("s", 0.2, 0.3, 1),
    Phone("iy", 0.3, 0.5, 1),
    Phone("pau", 0.5, 0.8, 0),
)


def _labels() -> Labels:
    """F0 that grows by 1 Hz a frame, so that a frame's value tells its place."""
    return Labels(PHONES, 100.0 + np.arange(160))


def test_segment_lines_become_phones_that_follow_each_other() -> None:
    assert parse_segments("pau 0.20 0\ns 0.3 1\niy 0.50 1 \npau 0.8 0\n") == PHONES


def test_hts_contexts_become_phones_in_seconds_with_their_syllables_stress() -> None:
    text = (
        "0 2000000 x^x-pau+s=iy@x_x/A:0_0_0/B:x-x-x@x-x&x-x/C:1+1+2\n"
        "2000000 3000000 x^pau-s+iy=pau@1_2/A:0_0_0/B:1-1-2@1-1&1-7/C:1+0+3\n"
        "3000000 5000000 pau^s-iy+pau=x@2_1/A:0_0_0/B:1-1-2@1-1&1-7/C:1+0+3\n"
        "5000000 8000000 s^iy-pau+x=x@x_x/A:1_1_2/B:x-x-x@x-x&x-x/C:0+0+0\n"
    )
    phones = parse_hts(text)
    assert [(p.name, p.stress) for p in phones] == [(p.name, p.stress) for p in PHONES]
    np.testing.assert_allclose([p[1:3] for p in phones], [p[1:3] for p in PHONES], atol=1e-9)


def test_every_name_for_silence_becomes_pau() -> None:
    assert [p.name for p in parse_segments("h# 0.1 0\naa 0.2 1\nsil 0.3 0")] == ["pau", "aa", "pau"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no phones"),
        ("pau 0.2", "unpack"),
        ("pau soon 0", "float"),
        ("pau 0.2 0\naa 0.1 1", "aa ends at 0.100 s before"),
    ],
)
def test_malformed_segments_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_segments(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no phones"),
        ("0 5 nothing/B:1-1", "no phone in 'nothing"),
        ("5 0 x^x-aa+b=c/B:1-1", "aa ends at 0.000 s before"),
        ("0 x^x-aa+b=c", "unpack"),
    ],
)
def test_malformed_hts_labels_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_hts(text)


def test_logarithmic_f0_becomes_hertz_and_its_unvoiced_marker_zero() -> None:
    raw = struct.pack("<3f", math.log(200.0), -1e10, math.log(110.0))
    np.testing.assert_allclose(f0_from_logarithm(raw), [200.0, 0.0, 110.0], rtol=1e-6)


def test_f0_is_read_a_frame_a_line() -> None:
    np.testing.assert_array_equal(parse_f0("0.00\n101.5\n99\n"), [0.0, 101.5, 99.0])


def test_f0_runs_straight_between_targets_and_level_outside_them() -> None:
    f0 = f0_from_targets("0.01 100\n0.03 120\n", 0.05)
    np.testing.assert_allclose(f0, [100, 100, 100, 105, 110, 115, 120, 120, 120, 120])


def test_warping_divides_times_and_multiplies_f0() -> None:
    warped = _labels().warped(1.25)
    assert [p.name for p in warped.phones] == [p.name for p in PHONES]
    np.testing.assert_allclose(
        [p[1:3] for p in warped.phones], [(p.start / 1.25, p.end / 1.25) for p in PHONES]
    )
    assert len(warped.f0) == 128  # 0.8 s / 1.25 at 5 ms
    frames = np.array([0, 4, 40, 100])
    np.testing.assert_allclose(warped.f0[frames], (100.0 + frames * 1.25) * 1.25)


def test_a_warp_of_one_changes_nothing() -> None:
    labels = _labels()
    assert labels.warped(1.0).phones == labels.phones
    np.testing.assert_array_equal(labels.warped(1.0).f0, labels.f0)


def test_cutting_counts_time_from_the_cut_and_clips_the_pauses() -> None:
    part = _labels().cut(0.1, 0.65)
    assert [p.name for p in part.phones] == ["pau", "s", "iy", "pau"]
    np.testing.assert_allclose(
        [p[1:3] for p in part.phones], [(0, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.55)], atol=1e-9
    )
    assert len(part.f0) == 110
    assert part.f0[0] == 120.0


def test_phones_outside_a_cut_vanish() -> None:
    assert [p.name for p in _labels().cut(0.25, 0.45).phones] == ["s", "iy"]


def test_a_cut_past_the_end_of_the_f0_track_is_unvoiced_there() -> None:
    np.testing.assert_array_equal(_labels().cut(0.79, 0.81).f0, [258.0, 259.0, 0.0, 0.0])


def test_speech_runs_from_the_first_sound_to_the_last() -> None:
    assert _labels().spoken() == (0.2, 0.5)


def test_a_sentence_of_pauses_has_no_speech() -> None:
    with pytest.raises(ValueError, match="only pauses"):
        Labels(PHONES[:1], np.zeros(40)).spoken()


def test_details_are_compact_json() -> None:
    details = Labels(PHONES[1:3], np.array([0.0, 119.6])).details()
    assert json.loads(json.dumps(details)) == {
        "phones": [["s", 0.2, 0.3, 1], ["iy", 0.3, 0.5, 1]],
        "f0_hop": 0.005,
        "f0": [0, 120],
    }
