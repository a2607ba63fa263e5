from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch._inductor.config as inductor

from engine.training.budget import Budget
from engine.training.precision import COMPILERS, EXACT, Speed, choose, describe
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe

SMALL = ModelConfig(dilations=(1, 2), residual_channels=8, gate_channels=8, skip_channels=8, head_channels=8)


def machine(
    monkeypatch: pytest.MonkeyPatch,
    *,
    instructions: tuple[str, ...] = (),
    compiler: str | None = None,
    cuda: bool | None = None,
) -> None:
    """Pretend: processor features that torch names, a C++ compiler, a GPU with (True) or without bfloat16."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: dict.fromkeys(instructions, True))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == compiler else None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda is not None)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: bool(cuda))


@pytest.mark.parametrize(
    ("instructions", "compiler", "cuda", "expected"),
    [
        ((), None, None, Speed("float32", compile=False)),
        (("avx2", "avx512_f"), "g++", None, Speed("float32", compile=True)),
        (("avx512_bf16",), None, None, Speed("bf16", compile=False)),
        (("avx512_bf16",), "g++", None, Speed("bf16", compile=True, fused=True)),
        (("amx_bf16",), "clang++", None, Speed("bf16", compile=True)),
        (("avx512_bf16", "amx_bf16"), "g++", None, Speed("bf16", compile=True, fused=True)),
        ((), None, True, Speed("bf16", compile=True)),  # triton compiles for the GPU
        (("avx512_bf16",), None, False, Speed("float32", compile=True)),  # what the GPU has decides
    ],
)
def test_the_fastest_that_the_machine_bears_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
    instructions: tuple[str, ...],
    compiler: str | None,
    cuda: bool | None,
    expected: Speed,
) -> None:
    machine(monkeypatch, instructions=instructions, compiler=compiler, cuda=cuda)
    assert choose() == expected


def test_what_is_asked_for_is_not_argued_with(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, instructions=("avx512_bf16",), compiler="g++")
    assert choose("float32", compiled=False) == EXACT
    machine(monkeypatch)
    assert choose("bf16", compiled=True) == Speed("bf16", compile=True)


def test_products_in_bfloat16_are_those_of_autocast() -> None:
    forward = torch.nn.Linear(64, 8)
    x = torch.randn(5, 64)
    lowered = Speed("bf16", compile=False).apply(forward)(x)
    assert lowered.dtype == torch.bfloat16
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(lowered, forward(x))
    assert torch.equal(EXACT.apply(forward)(x), forward(x))


def test_the_person_who_waits_is_told_what_runs() -> None:
    assert describe(Speed("bf16", compile=True)) == "bf16, compiled"
    assert describe(EXACT).startswith("float32, not compiled")
    fused = Speed("bf16", compile=True, fused=True)
    wide = replace(SMALL, residual_channels=32, gate_channels=32)
    assert describe(fused) == "bf16, compiled"
    assert describe(fused.for_model(wide)) == "bf16, our own layers"
    assert describe(fused.for_model(SMALL)) == "bf16, compiled"


def test_where_compiling_fails_the_next_best_is_tried() -> None:
    fused = Speed("bf16", compile=True, fused=True).for_model(
        replace(SMALL, residual_channels=32, gate_channels=32)
    )
    assert fused.next_best() == Speed("bf16", compile=True)
    assert fused.next_best().next_best() == Speed("bf16", compile=False)


@pytest.mark.soak  # a minute in the compiler
@pytest.mark.filterwarnings(
    "ignore:.*torch.jit.script_method:DeprecationWarning"
)  # torch's own, as it compiles
def test_a_run_in_the_fastest_way_this_machine_has_learns_as_the_exact_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """bfloat16 products everywhere; compiled as well where a C++ compiler is, and only there."""
    compiler = any(shutil.which(name) for name in COMPILERS)
    fast = choose("bf16")
    if not torch.cuda.is_available():
        assert fast.compile == compiler  # without one, what follows asserts bfloat16 products alone
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "compiled"))  # nothing from earlier runs
    monkeypatch.setattr(inductor, "compile_threads", 1)  # in this process: no pool that outlives the test
    torch.set_num_threads(1)
    corpus = toy_corpus(tmp_path / "corpus").folder
    recipe = read_recipe(toy_recipe(tmp_path))
    recipe = replace(
        recipe,
        stages=(replace(recipe.stages[1], batch=2),),  # one shape to compile for,
        model=replace(recipe.model, cycles=((1, 2),)),  # and two layers: every one takes seconds
    )
    bits = {}
    for name, speed in (("exact", EXACT), ("fast", fast)):
        options = RunOptions(corpus=corpus, folder=tmp_path / name, progress_bar=False, speed=speed)
        summary = load_model(train(recipe, Budget(steps=80), options)).header.card["training"]
        assert summary["steps"] == 80
        bits[name] = summary["validation_bits"]
    assert bits["fast"] < 6.5  # 8 before training
    assert bits["fast"] == pytest.approx(bits["exact"], abs=0.3)
