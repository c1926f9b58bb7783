"""The card over the Latent tool's controls while pictures are marked for a new direction."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from studio.model.marking import MORE, Marking
from studio.view.bind import describe, label, look, set_reason, with_keys
from studio.view.widgets.filter_field import FilterField

_HOW = "Click pictures below: once for with it, twice for without."


class MarkingCard(QFrame):
    """Name, counts, and the way out at both ends; hidden while nothing is marked."""

    def __init__(self, marking: Marking) -> None:
        super().__init__()
        look(self, "card")
        self._marking = marking
        self.name = describe(
            FilterField("Name, such as Glasses"), "directionName", "Name of the direction",
            "What the direction adds.",
        )  # fmt: skip
        self.counts = label("", "muted")
        self.more = look(QPushButton("More pictures"), "quiet")
        describe(
            self.more, "morePictures", "More pictures",
            f"Make {MORE} new pictures of this model to mark.",
        )  # fmt: skip
        self.cancel = describe(
            QPushButton("Cancel"), "cancelMarking", "Cancel", with_keys("Forget the marks.", "Esc")
        )
        self.make = describe(
            QPushButton("Make the direction"), "makeDirection", "Make the direction",
            "Add a slider that goes from pictures without it to pictures with it.",
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(label("A direction of your own", "heading"))
        column.addWidget(label(_HOW, "muted", wrap=True))
        column.addWidget(self.name)
        for left, right in ((self.counts, self.more), (self.cancel, self.make)):
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(left)
            row.addStretch(1)
            row.addWidget(right)
            column.addLayout(row)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        marking = self._marking
        self.name.textChanged.connect(marking.set_title)
        self.name.entered.connect(marking.make)
        self.name.left.connect(marking.leave)
        self.more.clicked.connect(marking.more)
        self.cancel.clicked.connect(marking.leave)
        self.make.clicked.connect(marking.make)
        marking.changed.connect(self._refresh)
        marking.begun.connect(lambda: self.name.setFocus(Qt.FocusReason.OtherFocusReason))

    def _refresh(self) -> None:
        marking = self._marking
        self.setVisible(marking.active)
        if self.name.text() != marking.title:
            self.name.setText(marking.title)
        self.counts.setText(f"{len(marking.plus)} with · {len(marking.minus)} without")
        set_reason(self.make, marking.reason_not_to_make())
