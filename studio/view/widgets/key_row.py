"""The row for a song's key: left to the chords, or said by root and mode."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engines.music.scales import MODES, ROOTS, parse_key
from studio.model.song import Song
from studio.view.bind import describe, label, set_reason
from studio.view.param_controls import LABEL_WIDTH
from studio.view.widgets.combo import Combo

_AUTO = "From chords"
_LEAST_WIDTH = 72
_NO_MELODY = "There is no melody yet: compose one first."


class KeyRow(QWidget):
    """Bound both ways to the key of the song's takes."""

    def __init__(self, song: Song) -> None:
        super().__init__()
        self._song = song
        tip = "Tints the score's rows and holds notes that snap to the scale."
        self.root = describe(Combo(), "keyRoot", "Key", tip)
        self.root.addItems([_AUTO, *ROOTS])
        self.root.activated.connect(lambda _row: self._take())
        self.mode = describe(Combo(), "keyMode", "Mode", "Major, minor, and the modes.")
        self.mode.addItems([mode.capitalize() for mode in MODES])
        self.mode.activated.connect(lambda _row: self._take())
        for box in (self.root, self.mode):  # a long mode's name must not widen the panel
            box.setMinimumWidth(_LEAST_WIDTH)
        caption = label("Key", "muted")
        caption.setFixedWidth(LABEL_WIDTH)
        caption.setBuddy(self.root)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.root, 2)
        row.addWidget(self.mode, 3)
        song.changed.connect(self._refresh)
        self._refresh()

    def _take(self) -> None:
        root = self.root.currentIndex()
        mode = list(MODES)[self.mode.currentIndex()]
        self._song.set_key(f"{ROOTS[root - 1]} {mode}" if root else "")

    def _refresh(self) -> None:
        clip = self._song.clip
        for box in (self.root, self.mode):
            set_reason(box, _NO_MELODY if clip is None else "")
        key = clip.key if clip is not None else ""
        self.mode.setVisible(bool(key))
        if key:
            root, mode = parse_key(key)
            self.root.setCurrentIndex(1 + root)
            self.mode.setCurrentIndex(list(MODES).index(mode))
        else:
            self.root.setCurrentIndex(0)
