"""The virtual sound card, or a failure that says what to install."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.card import Recorder, VirtualCard, what_is_missing
from tests.end_to_end.loudness_model import save_loudness_model


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualCard]:
    missing = what_is_missing()
    if missing:
        pytest.fail(missing)
    virtual = VirtualCard(tmp_path_factory.mktemp("card"))
    yield virtual
    virtual.close()


@pytest.fixture
def recorder(card: VirtualCard) -> Iterator[Recorder]:
    recording = Recorder(card)
    yield recording
    recording.close()


@pytest.fixture(scope="module")
def loudness_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "loudness.safetensors"
    save_loudness_model(path)
    return path
