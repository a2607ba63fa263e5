from __future__ import annotations

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, torch
from engine.training.malloc import keep_freed_memory
kept = keep_freed_memory()
def step():
    return [torch.ones(9_000_000) for _ in range(3)]  # 36 MB each: more than glibc keeps by itself
for _ in range(5):  # until the heap has grown to what a step takes
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    step()
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's malloc")
def test_a_step_uses_the_memory_that_the_one_before_has_freed() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    kept, faults = done.stdout.split()
    if kept == "True":  # with another C library nothing is promised
        assert int(faults) < 3 * 3 * 9_000_000 * 4 // 4096 // 10  # a tenth of the pages written
    else:
        assert platform.libc_ver()[0] != "glibc"
