"""Speaks a batch of sentences with one of the seven voices: audio at 16 kHz and its exact labels."""

from __future__ import annotations

import tempfile
import wave
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.corpus.speech.labels import (
    Labels,
    f0_from_logarithm,
    f0_from_targets,
    parse_f0,
    parse_hts,
    parse_segments,
)
from engine.corpus.speech.level import levelled, trimmed
from engine.corpus.speech.tools import HTS_VOICE, run_tool
from engine.corpus.speech.voices import Voice
from engine.corpus.speech.voicing import audible_pitch
from engine.errors import StudioError

SAMPLE_RATE = 16_000
_CLIPPED = 32766 / 32768

_FESTIVAL_HTS = """\
(voice_cmu_us_slt_arctic_hts)
(define (say number text)
  (let ((utterance (eval (list 'Utterance 'Text text))))
    (mapcar (lambda (step) (step utterance))
      (list Initialize Text Token_POS Token POS Phrasify Word Pauses
            Intonation PostLex Duration Int_Targets))
    (hts_dump_feats utterance hts_feats_list (string-append number ".lab"))))
"""

_FESTIVAL_DIPHONE = """\
(voice_{base}_diphone)
(set! int_lr_params '((target_f0_mean {f0_mean}) (target_f0_std {f0_deviation})
                      (model_f0_mean 170) (model_f0_std 34)))
(Parameter.set 'Duration_Stretch {warp})
(define (write_items name items columns)
  (let ((file (fopen name "w")))
    (mapcar
      (lambda (item)
        (mapcar (lambda (column) (format file "%s " (item.feat item column))) columns)
        (format file "\\n"))
      items)
    (fclose file)))
(define (say number text)
  (let ((utterance (utt.synth (eval (list 'Utterance 'Text text)))))
    (utt.save.wave utterance (string-append number ".wav") 'riff)
    (write_items (string-append number ".seg") (utt.relation.items utterance 'Segment)
                 '("name" "end" "R:SylStructure.parent.stress"))
    (write_items (string-append number ".targets") (utt.relation.leafs utterance 'Target)
                 '("pos" "f0"))))
"""


@dataclass(frozen=True)
class Utterance:
    """One spoken sentence, trimmed and levelled."""

    samples: NDArray[np.float64]
    """[n_samples] in ±0.89 at 16 kHz."""
    labels: Labels
    more: dict[str, Any] = field(default_factory=dict)
    """What else its synthesiser tells of it, as JSON."""


def synthesise(voice: Voice, sentences: list[str], flite_helper: Path) -> list[Utterance | None]:
    """Speak sentences in order, in one run of the tool; None stands for one that the tool clipped.

    The same list gives the same samples; a part of it need not, since flite's noise runs on from
    sentence to sentence. Sentences hold letters and plain punctuation only. Raises StudioError where
    a tool fails or its output cannot be read.
    """
    speak = {"hts": _speak_hts, "flite": _speak_flite, "festival": _speak_festival}[voice.tool]
    with tempfile.TemporaryDirectory(prefix="wavenet-studio-") as name:
        folder = Path(name)
        speak(voice, sentences, folder, flite_helper)
        return [_collect(voice, folder, number, text) for number, text in enumerate(sentences)]


def festival_script(head: str, sentences: list[str], folder: Path) -> str:
    """A Festival program that says each sentence into files 0, 1… of a folder.

    Raises ValueError on a sentence that could end a Scheme string.
    """
    lines = [head]
    for number, text in enumerate(sentences):
        if '"' in text or "\\" in text:
            raise ValueError(f"not plain text: {text!r}")
        lines.append(f'(say "{folder / str(number)}" "{text}")')
    return "\n".join(lines) + "\n"


def _run_festival(head: str, sentences: list[str], folder: Path) -> None:
    script = folder / "batch.scm"
    script.write_text(festival_script(head, sentences, folder), "ascii")
    run_tool(["festival", "-b", str(script)])


def _speak_festival(voice: Voice, sentences: list[str], folder: Path, flite_helper: Path) -> None:
    head = _FESTIVAL_DIPHONE.format(
        base=voice.base, f0_mean=voice.f0_mean, f0_deviation=voice.f0_deviation, warp=voice.warp
    )
    _run_festival(head, sentences, folder)


def _speak_hts(voice: Voice, sentences: list[str], folder: Path, flite_helper: Path) -> None:
    """Festival turns text into phones in context; hts_engine turns those into sound."""
    _run_festival(_FESTIVAL_HTS, sentences, folder)
    options = ["-fm", str(voice.semitones)]
    if voice.all_pass:
        options += ["-a", str(voice.all_pass)]
    for number in range(len(sentences)):
        base = str(folder / str(number))
        outputs = ["-od", f"{base}.dur", "-of", f"{base}.lf0", "-ow", f"{base}.wav"]
        run_tool(["hts_engine", "-m", str(HTS_VOICE), *options, *outputs, f"{base}.lab"])


def _speak_flite(voice: Voice, sentences: list[str], folder: Path, flite_helper: Path) -> None:
    settings = [str(value) for value in (voice.warp, voice.f0_mean, voice.f0_deviation)]
    run_tool(
        [str(flite_helper), voice.base, str(folder), *settings], stdin="".join(f"{s}\n" for s in sentences)
    )


def _collect(voice: Voice, folder: Path, number: int, text: str) -> Utterance | None:
    """Read one sentence back, undo the stretch by the warp, trim and level it; None where it clips.

    Festival's diphones do clip, a few samples in every sixth sentence, and offer no volume before it.
    """
    base = folder / str(number)
    try:
        samples, rate = _read_wave(base.with_suffix(".wav"))
        if np.abs(samples).max() >= _CLIPPED:
            return None
        labels = _read_labels(voice, base, len(samples) / rate).warped(voice.warp)
        at_16k = soxr.resample(samples, rate * voice.warp, SAMPLE_RATE)
        part, labels = trimmed(at_16k, labels, SAMPLE_RATE)
        level = levelled(part, SAMPLE_RATE)
        return Utterance(level, replace(labels, f0=audible_pitch(level, labels.f0, SAMPLE_RATE)))
    except (OSError, EOFError, wave.Error, ValueError, IndexError) as error:
        raise StudioError(
            f'{voice.speaker}: cannot use what {voice.tool} made of "{text}": {error}; '
            "reinstall its packages and run the recipe again"
        ) from error


def _read_labels(voice: Voice, base: Path, seconds: float) -> Labels:
    if voice.tool == "hts":
        phones = parse_hts(base.with_suffix(".dur").read_text("ascii"))
        return Labels(phones, f0_from_logarithm(base.with_suffix(".lf0").read_bytes()))
    phones = parse_segments(base.with_suffix(".seg").read_text("ascii"))
    if voice.tool == "flite":
        return Labels(phones, parse_f0(base.with_suffix(".f0").read_text("ascii")))
    return Labels(phones, f0_from_targets(base.with_suffix(".targets").read_text("ascii"), seconds))


def _read_wave(path: Path) -> tuple[NDArray[np.float64], int]:
    """A 16-bit mono WAV as [n_samples] in ±1, and its rate in Hz."""
    with wave.open(str(path), "rb") as file:
        if file.getnchannels() != 1 or file.getsampwidth() != 2:
            raise ValueError(f"{path.name} is not 16-bit mono")
        raw = file.readframes(file.getnframes())
        return np.frombuffer(raw, dtype="<i2").astype(np.float64) / 32768.0, file.getframerate()
