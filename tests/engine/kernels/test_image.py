from __future__ import annotations

import ctypes
import ctypes.util
import math
import platform
import random
import sys
from collections.abc import Callable

import pytest
from llvmlite import binding

from engine.kernels.image import Image

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="object files are ELF for x86-64 here"
)

SOURCE = """
@factors = internal global [3 x i64] [i64 2, i64 30, i64 400]
@calls = internal global i64 0
@common = common global i64 0
declare double @exp(double)

define i64 @weigh(i64 %which) {
  %calls = load i64, i64* @calls
  %more = add i64 %calls, 1
  store i64 %more, i64* @calls
  %place = getelementptr [3 x i64], [3 x i64]* @factors, i64 0, i64 %which
  %factor = load i64, i64* %place
  %product = mul i64 %factor, %more
  ret i64 %product
}

define i64 @twice(i64 %which) {
  %once = call i64 @weigh(i64 %which)
  %again = call i64 @weigh(i64 %which)
  %sum = add i64 %once, %again
  store i64 %sum, i64* @common
  %kept = load i64, i64* @common
  ret i64 %kept
}

define double @grow(double %x) {
  %y = call double @exp(double %x)
  %z = fadd double %y, 0.5
  ret double %z
}
"""


def compiled_object(source: str = SOURCE, codemodel: str = "large") -> bytes:
    """Machine code for this processor, as LLVM's code generator writes it."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple().create_target_machine(
        codemodel=codemodel, reloc="pic" if codemodel == "small" else "static"
    )
    return bytes(target.emit_object(binding.parse_assembly(source)))


def outside(name: str) -> int:
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    return int(ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0)


def function(image: Image, name: str, kind: type = ctypes.c_int64) -> Callable[[float], float]:
    return ctypes.CFUNCTYPE(kind, kind)(image.address(name))


@pytest.mark.parametrize("codemodel", ["large", "small"])
def test_code_runs_with_its_data_and_calls_functions_of_its_own_and_outside(codemodel: str) -> None:
    if codemodel == "small":
        # What lies outside is further away than such code can reach.
        source = SOURCE.replace("call double @exp(double %x)", "fadd double %x, 0.0")
        source = source.replace("declare double @exp(double)", "").replace("define", "define hidden")
        source = source.replace("common global", "common hidden global")
        image = Image(compiled_object(source, codemodel), outside)
    else:
        image = Image(compiled_object(), outside)
        assert function(image, "grow", ctypes.c_double)(1.5) == math.exp(1.5) + 0.5
    assert function(image, "weigh")(2) == 400  # the first call
    assert function(image, "weigh")(1) == 60  # the second
    assert function(image, "twice")(0) == 2 * 3 + 2 * 4


def test_each_image_has_data_of_its_own() -> None:
    content = compiled_object()
    one, other = Image(content, outside), Image(content, outside)
    assert function(one, "weigh")(0) == 2
    assert function(one, "weigh")(0) == 4
    assert function(other, "weigh")(0) == 2


def test_what_is_not_there_is_named() -> None:
    def nowhere(name: str) -> int:
        raise KeyError(name)

    with pytest.raises(KeyError, match="exp"):
        Image(compiled_object(), nowhere)
    with pytest.raises(KeyError, match="shrink"):
        Image(compiled_object(), outside).address("shrink")


def test_damaged_files_are_refused_or_loaded_but_never_end_the_program() -> None:
    content = compiled_object()
    chance = random.Random(1)
    refused = 0
    for _ in range(3000):
        damaged = bytearray(content)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        for _ in range(chance.randrange(1, 4)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            Image(bytes(damaged), lambda name: 0)
        except ValueError:
            refused += 1
    assert refused > 500


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"MZ" + bytes(200), b"\x7fELF\x02\x01" + bytes(100)])
def test_what_is_no_object_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a|damaged"):
        Image(content, outside)
