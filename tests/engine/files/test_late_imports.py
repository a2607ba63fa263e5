from __future__ import annotations

import gc
from pathlib import Path

import pytest

from engine.files.late_imports import import_late

LARGE = "found = [[number] for number in range(200_000)]\n"


def test_nothing_is_collected_while_a_large_module_is_read_nor_is_it_looked_through_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large_and_late.py").write_text(LARGE)
    monkeypatch.syspath_prepend(tmp_path)
    begun: list[str] = []

    def note(phase: str, _: dict[str, int]) -> None:
        begun.append(phase)

    gc.callbacks.append(note)
    try:
        module = import_late("large_and_late")
    finally:
        gc.callbacks.remove(note)
    assert len(module.found) == 200_000
    assert begun == []
    assert gc.isenabled()
    assert gc.get_freeze_count() > 200_000
    assert import_late("large_and_late") is module


def test_a_collector_that_was_stopped_stays_so_and_one_that_ran_goes_on_after_a_failure() -> None:
    with pytest.raises(ModuleNotFoundError):
        import_late("no_such_module_anywhere")
    assert gc.isenabled()
    gc.disable()
    try:
        with pytest.raises(ModuleNotFoundError):
            import_late("no_such_module_anywhere")
        assert not gc.isenabled()
    finally:
        gc.enable()
