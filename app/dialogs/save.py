"""Asks for a preset's name: under which to keep the present settings, or another for one's own."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)


class SavePresetDialog(QDialog):
    """Name, description, and whether the seed belongs to it."""

    def __init__(
        self,
        name: str,
        description: str,
        seed: int | None,
        taken: Collection[str],
        parent: QWidget | None = None,
    ) -> None:
        """``seed`` is None where a preset only gets another name; ``taken`` holds factory presets' names."""
        super().__init__(parent)
        self.setWindowTitle("Rename preset" if seed is None else "Save as preset")
        self._taken = {name.casefold() for name in taken}
        self.name, self.description = QLineEdit(name), QLineEdit(description)
        self.name.setMinimumWidth(320)
        self.name.setMaxLength(60)
        self.with_seed = QCheckBox(f"Keep seed {seed}: it always starts alike")
        self.problem = QLabel()
        self.problem.setObjectName("hint")
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.save = self.buttons.addButton(
            "Rename" if seed is None else "Save", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.save.setDefault(True)
        self.save.setObjectName("primary")
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow("&Name", self.name)
        form.addRow("&Description", self.description)
        if seed is not None:
            form.addRow("", self.with_seed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self.name.textChanged.connect(self._check)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.name.selectAll()
        self._check()

    @Slot()
    def _check(self) -> None:
        text = self.name.text().strip()
        why_not = ""
        if not any(character.isalnum() for character in text):
            why_not = "A name needs a letter or a digit."
        elif text.casefold() in self._taken:
            why_not = "A factory preset has this name; choose another."
        self.save.setEnabled(not why_not)
        self.save.setToolTip(why_not)
        self.problem.setText(why_not)
