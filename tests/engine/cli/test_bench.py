from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main
from tests.models import save_tiny_model


@pytest.fixture(autouse=True)
def code_for_any_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here asks how fast it is: code for the sizes' own shapes need not be compiled."""
    monkeypatch.setattr("engine.kernels.cpu.SPECIALISED_FROM", 10**9)


QUICK = ["bench", "--sizes", "lite", "--seconds", "0.01"]


def test_bench_times_every_engine_on_sizes_and_models(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.safetensors"
    save_tiny_model(path)
    assert main([*QUICK, str(path), "--takes", "--json", "--plot", str(tmp_path / "speed.png")]) == 0
    found = json.loads(capsys.readouterr().out)
    names = ["cpu int8", "cpu int16", "cpu float32", "opencl", "reference"]
    assert [(s["model"], s["engine"]) for s in found["speeds"]] == [
        (model, name) for model in ("lite", "tiny") for name in names
    ]
    for speed in found["speeds"]:
        assert speed["real_time_factor"] == pytest.approx(62.5 / speed["microseconds"])
        assert speed["share"] == pytest.approx(speed["limit"]["microseconds"] / speed["microseconds"])
    assert found["machine"]["int16_gigaops"] > 0.0
    assert {take["takes"] for take in found["takes"]} == {8}
    assert found["playing"] == []
    assert (tmp_path / "speed.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_bench_prints_a_table_under_what_the_machine_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(QUICK) == 0
    first, _, heads, *rows = capsys.readouterr().out.splitlines()
    assert "multiply-adds int8" in first
    assert heads.split()[:5] == ["model", "engine", "µs/sample", "least", "×RT"]
    assert [row.split()[0] for row in rows] == ["lite"] * 5


def test_a_card_that_cannot_run_a_model_does_not_end_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.kernels.gpu.kernel.unsupported", lambda *given: "it is too wide")
    assert main(QUICK) == 0
    said = capsys.readouterr()
    assert [row.split()[0] for row in said.out.splitlines()[3:]] == ["lite"] * 4
    assert "engine opencl cannot run lite: it is too wide; use cpu" in said.err


def test_bench_names_a_model_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "theremin"]) == 1
    assert "theremin" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--sizes", "huge"], ["--sizes", ""], ["--seconds", "0"]])
def test_bench_refuses_what_makes_no_sense(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", *wrong])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_bench_finds_out_first_that_it_cannot_draw(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*QUICK, "--plot", str(tmp_path / "nowhere" / "speed.png")]) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_bench_says_that_other_programs_disturb_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("engine.benchmark.speed.time.thread_time", lambda: 0.0)
    assert main(QUICK) == 0
    assert "other programs took up to 100% of the core" in capsys.readouterr().err


def test_bench_training_compares_a_step_with_a_conventional_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.throughput.CROP", 64)
    monkeypatch.setattr("engine.training.precision.COMPILERS", ())
    arguments = ["bench", "--training", "--sizes", "lite", "--seconds", "0.01"]
    assert main([*arguments, "--json"]) == 0
    ours, conventional = json.loads(capsys.readouterr().out)["lite"]
    assert main(arguments) == 0
    table = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0].split() for line in table[1:3]] == [["lite", "ours"], ["lite", "conventional"]]
    assert table[3].startswith("lite: ")
    assert ours["samples_per_second"] > 0.0
    assert conventional["name"] == "conventional, float32, not compiled"


def test_bench_training_measures_no_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--training", "speech"]) == 1
    assert "leave out MODEL" in capsys.readouterr().err
