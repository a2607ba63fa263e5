"""Speaking a batch, with made-up synthesisers in the place of the real ones."""

from __future__ import annotations

import os
import shlex
import struct
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from engine.corpus.speech.synthesisers import festival_script, synthesise
from engine.corpus.speech.voices import VOICES, Voice
from engine.errors import StudioError

RATE = 16_000
SEGMENTS = "pau 0.3 0\naa 1.3 1\ns 1.5 1\npau 2.0 0\n"


def _write_tone(path: Path, *, rate: int = RATE, peak: float = 0.4, hertz: float = 200.0) -> None:
    """2 s: silence, sound from 0.3 to 1.5 s, silence."""
    times = np.arange(2 * rate) / rate
    tone = np.where((times >= 0.3) & (times < 1.5), peak * np.sin(2 * np.pi * hertz * times), 0.0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(tone * 32767).astype("<i2").tobytes())


def _write_hum_and_hiss(path: Path, rng: np.random.Generator) -> None:
    """2 s: silence, a hum of 110 Hz from 0.3 to 1.3 s, noise until 1.5 s, silence."""
    times = np.arange(2 * RATE) / RATE
    hum = 0.3 * sum(np.sin(2 * np.pi * 110.0 * n * times) / n for n in range(1, 10))
    tone = np.where((times >= 0.3) & (times < 1.3), hum, 0.0)
    tone += np.where((times >= 1.3) & (times < 1.5), rng.normal(0.0, 0.1, len(times)), 0.0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(tone * 32767).astype("<i2").tobytes())


def _voice(speaker: str) -> Voice:
    return next(voice for voice in VOICES if voice.speaker == speaker)


def _copying_helper(tmp_path: Path) -> Path:
    """A flite helper that speaks any line by copying what lies in ``tmp_path / "said"``."""
    said = tmp_path / "said"
    said.mkdir()
    (said / "seg").write_text(SEGMENTS)
    (said / "f0").write_text("".join(f"{110.0}\n" for _ in range(400)))
    _write_tone(said / "wav")
    helper = tmp_path / "helper"
    helper.write_text(
        "#!/bin/sh\nnumber=0\nwhile read -r line; do\n"
        f'for kind in seg f0 wav; do cp {shlex.quote(str(said))}/$kind "$2/$number.$kind"; done\n'
        "number=$((number + 1))\ndone\n"
    )
    helper.chmod(0o755)
    return helper


def _frequency(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * RATE / len(samples)


def test_every_sentence_comes_back_trimmed_and_levelled_with_its_labels(tmp_path: Path) -> None:
    spoken = synthesise(_voice("awb"), ["One of them.", "And another."], _copying_helper(tmp_path))
    assert len(spoken) == 2
    for utterance in spoken:
        assert utterance is not None
        assert len(utterance.samples) == round((1.2 + 0.25) * RATE)
        assert [p.name for p in utterance.labels.phones] == ["pau", "aa", "s", "pau"]
        assert utterance.labels.spoken() == pytest.approx((0.1, 1.3))
        voiced = utterance.samples[round(0.2 * RATE) : round(1.2 * RATE)]
        assert 20 * np.log10(np.sqrt(np.mean(voiced**2))) == pytest.approx(-22.0, abs=0.1)


def test_f0_is_the_synthesisers_own_where_the_sound_is_periodic_and_0_where_it_is_not(tmp_path: Path) -> None:
    helper = _copying_helper(tmp_path)
    rng = np.random.default_rng(1)
    _write_hum_and_hiss(tmp_path / "said" / "wav", rng)
    for speaker in ("rms", "awb"):
        (spoken,) = synthesise(_voice(speaker), ["One of them."], helper)
        assert spoken is not None
        hum, hiss = slice(round(0.15 / 0.005), round(1.05 / 0.005)), slice(round(1.15 / 0.005), 258)
        assert (spoken.labels.f0[hum] == 110.0).all()
        assert not spoken.labels.f0[hiss].any()


def test_a_warped_voice_is_higher_and_shorter_in_sound_and_labels_alike(tmp_path: Path) -> None:
    (isla,) = synthesise(_voice("isla"), ["One of them."], _copying_helper(tmp_path))
    assert isla is not None
    start, end = isla.labels.spoken()
    assert end - start == pytest.approx(1.2 / 1.15)
    assert isla.labels.f0[len(isla.labels.f0) // 2] == pytest.approx(110.0 * 1.15)
    assert _frequency(isla.samples) == pytest.approx(200.0 * 1.15, abs=1.0)


def test_a_sentence_that_the_tool_clipped_is_left_out(tmp_path: Path) -> None:
    helper = _copying_helper(tmp_path)
    _write_tone(tmp_path / "said" / "wav", peak=1.0)
    assert synthesise(_voice("awb"), ["One of them."], helper) == [None]


def test_output_that_cannot_be_read_names_the_speaker_and_the_sentence(tmp_path: Path) -> None:
    helper = _copying_helper(tmp_path)
    (tmp_path / "said" / "seg").write_text("pau soon 0\n")
    with pytest.raises(StudioError, match=r'awb: cannot use what flite made of "One of them\."'):
        synthesise(_voice("awb"), ["One of them."], helper)


def _fake_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **programs: str) -> None:
    """Programs written in Python, found before any real one."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, body in programs.items():
        (folder / name).write_text(f"#!{sys.executable}\nimport re, shutil, sys\n{body}")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


FAKE_FESTIVAL = """
script = open(sys.argv[2]).read()
assert "voice_kal_diphone" in script or "hts_dump_feats" in script
for number in re.findall(r'^\\(say "([^"]+)"', script, re.MULTILINE):
    for kind in KINDS:
        shutil.copy(SAID + "/" + kind, number + "." + kind)
"""


def test_festival_speaks_with_f0_between_its_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = tmp_path / "said"
    said.mkdir()
    (said / "seg").write_text(SEGMENTS)
    (said / "targets").write_text("0.3 210 \n1.3 190 \n")
    _write_tone(said / "wav")
    fake = f"KINDS, SAID = ('seg', 'targets', 'wav'), {str(said)!r}\n{FAKE_FESTIVAL}"
    _fake_path(tmp_path, monkeypatch, festival=fake)
    (kal,) = synthesise(_voice("kal"), ["One of them."], tmp_path / "unused")
    assert kal is not None
    np.testing.assert_allclose(kal.labels.f0[[30, 120]], [209.0, 200.0])  # 0.15 s and 0.6 s after the cut
    assert not kal.labels.f0[: round(0.085 / 0.005)].any()


def test_hts_is_resampled_from_its_own_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = tmp_path / "said"
    said.mkdir()
    (said / "lab").write_text("")
    names = [("pau", 0, 3, "x"), ("aa", 3, 13, "1"), ("s", 13, 15, "1"), ("pau", 15, 20, "x")]
    (said / "dur").write_text(
        "".join(f"{a}000000 {b}000000 x^x-{name}+x=x/B:{stress}-x\n" for name, a, b, stress in names)
    )
    (said / "lf0").write_bytes(struct.pack("<400f", *([np.log(195.0)] * 400)))
    _write_tone(said / "wav", rate=32_000)
    engine = (
        "arguments = dict(zip(sys.argv[1:-1:2], sys.argv[2:-1:2]))\n"
        "assert arguments['-fm'] == '-8.0' and arguments['-a'] == '0.51'\n"
        "for option, kind in (('-od', 'dur'), ('-of', 'lf0'), ('-ow', 'wav')):\n"
        f"    shutil.copy({str(said)!r} + '/' + kind, arguments[option])\n"
    )
    festival = f"KINDS, SAID = ('lab',), {str(said)!r}\n{FAKE_FESTIVAL}"
    _fake_path(tmp_path, monkeypatch, festival=festival, hts_engine=engine)
    (hank,) = synthesise(_voice("hank"), ["One of them."], tmp_path / "unused")
    assert hank is not None
    assert len(hank.samples) == round(1.45 * RATE)
    assert _frequency(hank.samples) == pytest.approx(200.0, abs=1.0)
    assert hank.labels.phones[1].stress == 1
    np.testing.assert_allclose(hank.labels.f0[25:250], 195.0, rtol=1e-6)


@pytest.mark.parametrize("text", ['He said "no" twice.', "A back\\slash in it."])
def test_text_that_could_end_a_scheme_string_never_reaches_festival(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not plain text"):
        festival_script("(voice)", [text], tmp_path)
