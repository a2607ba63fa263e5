"""The launcher, run for real in a small copy of the project whose packages are tiny wheels made here."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.launcher.checkouts import Checkout, SetUp


def test_a_first_run_sets_up_and_hands_over_arguments_and_exit_code(first_run: SetUp) -> None:
    done = first_run.done
    assert done.returncode == 7, done.stderr
    said = json.loads(done.stdout)
    assert said["args"] == ["render", "piano", "--tag", "a=1"]
    assert said["packages"] == {"oscillator": "1.0", "torch": "2.13.0", "trainer": "1.0"}
    assert said["folder"] == str(first_run.checkout.folder)
    assert "3 packages to install: about 0 MB to download" in done.stderr


def test_a_later_run_needs_no_pip_and_says_nothing(complete: Checkout) -> None:
    complete.packages("models")  # makes the bytecode anew: this folder is another
    shutil.rmtree(complete.site / "pip")
    done = complete.run("models")
    assert json.loads(done.stdout)["args"] == ["models"]
    assert done.stderr == ""


def test_the_engine_is_compiled_in_the_background_after_a_set_up_only(
    first_run: SetUp, complete: Checkout
) -> None:
    prepared = first_run.checkout.folder / "prepared.txt"
    deadline = time.monotonic() + 60.0
    while not prepared.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert prepared.exists()
    complete.packages("models")
    time.sleep(1.0)
    assert not (complete.folder / "prepared.txt").exists()


def bytecode(checkout: Checkout) -> dict[str, int]:
    """When each module's bytecode was made, in nanoseconds."""
    return {path.name: path.stat().st_mtime_ns for path in checkout.folder.glob("engine/**/errors*.pyc")}


def test_bytecode_is_made_even_where_python_keeps_none_and_again_after_an_update(complete: Checkout) -> None:
    for cache in complete.folder.glob("engine/**/__pycache__"):
        shutil.rmtree(cache)
    complete.run("models", PYTHONDONTWRITEBYTECODE="1")
    first = bytecode(complete)
    assert len(first) == 1
    complete.run("models", PYTHONDONTWRITEBYTECODE="1")
    assert bytecode(complete) == first
    module = complete.folder / "engine" / "errors.py"
    newer = module.with_suffix(".new")
    newer.write_text(module.read_text() + "\n# an update\n")
    later = module.stat().st_mtime + 2.0  # Python tells sources by the second
    os.utime(newer, (later, later))
    newer.replace(module)
    complete.run("models", PYTHONDONTWRITEBYTECODE="1")
    assert bytecode(complete).keys() == first.keys()
    assert bytecode(complete) != first


def test_torch_is_installed_before_what_depends_on_it_and_never_a_newer_one(first_run: SetUp) -> None:
    torch, trainer = (first_run.done.stderr.index(f"{name}-") for name in ("torch", "trainer"))
    assert torch < trainer
    assert json.loads(first_run.done.stdout)["packages"]["torch"] == "2.13.0"


def test_light_leaves_torch_out_and_is_remembered_until_full_is_asked_for(checkout: Checkout) -> None:
    assert checkout.packages("--light", "models") == {"oscillator": "1.0"}
    assert checkout.packages("models") == {"oscillator": "1.0"}
    assert checkout.packages("--full", "models").keys() == {"oscillator", "torch", "trainer"}
    assert checkout.packages("--light", "models").keys() == {"oscillator", "torch", "trainer"}


def test_changed_pins_are_installed_by_the_next_run(complete: Checkout) -> None:
    complete.pin(oscillator="2.0")
    assert complete.packages("models") == {"oscillator": "2.0", "torch": "2.13.0", "trainer": "1.0"}


def test_a_set_up_that_was_killed_is_carried_on(checkout: Checkout) -> None:
    with subprocess.Popen(
        checkout.command("--light", "models"),
        env=checkout.environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as first:
        deadline = time.monotonic() + 60
        while not (checkout.site / "oscillator").exists() and time.monotonic() < deadline:
            time.sleep(0.002)
        os.killpg(first.pid, signal.SIGKILL)
    assert json.loads((checkout.venv / "studio.json").read_text())["pins"] is None
    assert checkout.packages("models") == {"oscillator": "1.0"}
    assert len(list((checkout.site / "oscillator").glob("part*.py"))) == 200


def test_a_half_installed_package_is_put_in_again(complete: Checkout) -> None:
    stamp = complete.venv / "studio.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "pins": None}))
    cut = complete.site / "oscillator" / "part7.py"
    whole = cut.read_text()
    cut.unlink()  # other copies have it, too
    cut.write_text(whole[:40])
    complete.packages("models")
    assert cut.read_text() == whole


def test_an_environment_whose_python_is_gone_is_made_again(complete: Checkout) -> None:
    for link in complete.venv.glob("bin/python*"):
        link.unlink()
    assert complete.packages("models").keys() == {"oscillator", "torch", "trainer"}


def test_a_package_that_cannot_be_had_ends_with_one_line_and_the_next_run_carries_on(
    checkout: Checkout, tmp_path: Path
) -> None:
    done = checkout.run("--light", "models", PIP_FIND_LINKS=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last == "Set-up stopped: pip failed, its message is above. Run ./studio again to carry on."
    assert checkout.packages("models") == {"oscillator": "1.0"}


def test_a_second_set_up_waits_for_the_first(checkout: Checkout) -> None:
    commands = [checkout.command("--light", name) for name in ("models", "presets")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, env=checkout.environ(), **pipes) for command in commands]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("Setting up" in errors for _, errors in said) == [False, True]
    assert all(json.loads(out)["packages"] == {"oscillator": "1.0"} for out, _ in said)


def test_test_runs_every_check_and_gives_pytest_the_other_arguments(first_test: SetUp) -> None:
    done = first_test.done
    assert done.returncode == 0, done.stderr
    cores = os.cpu_count() or 1  # one process more than cores, four at most
    processes = {1: "", 2: "-n 3 "}.get(cores, "-n 4 ")
    workers = f"{processes}--dist loadfile --no-loadscope-reorder " if processes else ""
    assert [line for line in done.stdout.splitlines() if line.startswith("ran")] == [
        "ran ruff.py check .",
        "ran ruff.py format --check .",
        "ran mypy.py",
        "ran lint-imports",
        f"ran pytest.py {workers}--soak -k ring",
    ]
    assert done.stderr.count("passed  ") == 5


def test_test_goes_on_after_a_failed_check_and_fails_in_the_end(first_test: SetUp) -> None:
    done = first_test.checkout.run("test", CHECKER_ENDS_WITH="3")
    assert done.returncode == 1
    assert "ran pytest.py" in done.stdout
    assert "failed  ruff check" in done.stderr


def test_commands_need_neither_a_display_nor_the_libraries_of_the_window(complete: Checkout) -> None:
    missing = json.dumps({"window": ["libegl1"]})
    done = complete.run("render", "piano", QT_QPA_PLATFORM="", DISPLAY="", MISSING=missing)
    assert done.returncode == 0, done.stderr
    assert "libegl1" not in done.stderr


def test_the_window_without_its_libraries_ends_with_the_one_command(complete: Checkout) -> None:
    missing = json.dumps({"window": ["libegl1", "libgl1"], "sound": ["libportaudio2"]})
    done = complete.run(MISSING=missing)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].endswith("sudo apt-get install -y libegl1 libgl1 libportaudio2")


def test_the_window_opens_without_portaudio_and_says_how_to_get_it(complete: Checkout) -> None:
    done = complete.run("--play", "piano", MISSING=json.dumps({"sound": ["libportaudio2"]}))
    assert json.loads(done.stdout)["args"] == ["--play", "piano"]
    assert done.stderr.splitlines()[-1].endswith("sudo apt-get install -y libportaudio2")


def test_missing_libraries_are_installed_where_that_is_allowed(complete: Checkout) -> None:
    missing = json.dumps({"window": ["libegl1"]})
    done = complete.run(MISSING=missing, MAY_INSTALL="1")
    assert done.returncode == 0, done.stderr
    assert (complete.folder / "apt.txt").read_text() == "libegl1"
