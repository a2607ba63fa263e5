"""That ALSA says nothing, and that nothing else is silenced with it."""

from __future__ import annotations

import subprocess
import sys

COMPLAIN = """
import ctypes, sys
from engine.stream.output import alsa_log
if sys.argv[1] == "silent":
    alsa_log.silence_alsa()
    alsa_log.silence_alsa()
alsa = ctypes.CDLL("libasound.so.2")
code = alsa.snd_pcm_open(ctypes.byref(ctypes.c_void_p()), b"no_such_device", 0, 0)
sys.stderr.write(f"our own words, {code < 0}\\n")
"""
ABSENT = "from engine.stream.output import alsa_log; alsa_log.ALSA = 'libnone.so.1'; alsa_log.silence_alsa()"


def said(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_alsa_says_nothing_and_we_still_can() -> None:
    before = said(COMPLAIN, "loud")
    assert "Unknown PCM no_such_device" in before
    assert before.endswith("our own words, True\n")
    assert said(COMPLAIN, "silent") == "our own words, True\n"


def test_without_alsa_there_is_nothing_to_do() -> None:
    assert said(ABSENT) == ""
