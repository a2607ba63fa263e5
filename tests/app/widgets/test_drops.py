from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.widgets.drops import DROPPED, dropped_file

pytestmark = pytest.mark.usefixtures("qapp")


def found(*paths: str, suffixes: tuple[str, ...] = DROPPED) -> str:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(), copy, data, left, Qt.KeyboardModifier.NoModifier)
    return dropped_file(event, suffixes)


@pytest.mark.parametrize(
    "path", ["/a/b.mid", "/a/B.MIDI", "/a/b.wav", "/a/Größe 1.FLAC", "/a/b.toml", "/a/b.txt"]
)
def test_one_file_of_a_kind_that_is_known_is_taken(path: str) -> None:
    assert found(path) == path


def test_others_several_and_none_are_not() -> None:
    assert found("/a/b.pdf") == ""
    assert found("/a/b.wav", "/a/c.wav") == ""
    assert found() == ""
    assert found("/a/b.wav", suffixes=(".mid",)) == ""
