from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from llvmlite import binding

from engine.kernels import processor

LLVM_NAMES = ("avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512vnni", "bmi2")


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    for function in (processor.features, processor.identity):
        function.cache_clear()
    yield
    for function in (processor.features, processor.identity):
        function.cache_clear()


def test_the_system_and_llvm_agree_on_what_the_processor_can() -> None:
    by_llvm = binding.get_host_cpu_features()
    found = {name.replace("_", "") for name in processor.features()}
    assert {name for name in LLVM_NAMES if name in found} == {n for n in LLVM_NAMES if by_llvm.get(n)}


@pytest.mark.parametrize(
    ("flags", "lanes"),
    [("sse4_2", 4), ("avx avx2", 8), ("avx2 avx512f avx512bw", 8), ("avx2 avx512bw avx512vl", 16)],
)
def test_lanes_follow_from_the_first_processors_flags(
    flags: str, lanes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cpuinfo"
    first = f"processor\t: 0\nmodel name\t: One\nflags\t\t: fpu {flags}"
    file.write_text(f"{first}\n\nprocessor\t: 1\nflags\t\t: fpu avx2 avx512bw avx512vl\n\n")
    monkeypatch.setattr(processor, "CPU_INFO", file)
    if processor.reported_by_linux() is None:
        pytest.skip("only Linux on x86-64 tells flags")
    assert processor.vector_lanes() == lanes
    assert "One" in processor.identity()


def test_where_the_system_tells_nothing_llvm_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor, "CPU_INFO", tmp_path / "missing")
    wide = {"avx2": True, "avx512bw": False, "avx512vl": True}
    monkeypatch.setattr(binding, "get_host_cpu_features", lambda: wide)
    monkeypatch.setattr(binding, "get_host_cpu_name", lambda: "znver3")
    assert processor.vector_lanes() == 8
    assert processor.identity() == "znver3 ['avx2', 'avx512vl']"
