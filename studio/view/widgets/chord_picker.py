"""Chooses the chord of one bar: root, quality and bass at a press, or any symbol typed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engines.music.chords import NO_CHORD, Chord, parse_chord
from engines.music.scales import ROOTS
from engines.protocol.errors import EngineError
from studio.view.bind import describe, label
from studio.view.widgets.combo import Combo
from studio.view.widgets.popover import Popover

#: Qualities with a button, by what stands on it; every other can be typed.
QUALITIES: tuple[tuple[str, str], ...] = (
    ("major", ""),
    ("minor", "m"),
    ("7", "7"),
    ("maj7", "maj7"),
    ("m7", "m7"),
    ("sus4", "sus4"),
    ("sus2", "sus2"),
    ("dim", "dim"),
    ("m7b5", "m7b5"),
    ("aug", "aug"),
    ("6", "6"),
    ("add9", "add9"),
)
_COLUMNS = 6
_WIDTH = 348
_NO_BASS = "Root in the bass"


class ChordPicker(Popover):
    """Every press takes effect at once; Escape or a press elsewhere closes it.

    Signals:
        picked: the symbol.
        heldChanged: whether the chord is to be held against suggestions.
    """

    picked = Signal(str)
    heldChanged = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._chord = Chord("C")
        self._title = label("", "title")
        self.held = QPushButton("Hold")
        self.held.setCheckable(True)
        tip = "Progressions, detection and suggestions leave this chord alone."
        describe(self.held, "chordHeld", "Hold this chord", tip)
        self.held.clicked.connect(self.heldChanged)
        self.field = QLineEdit()
        self.field.setFixedHeight(28)
        describe(self.field, "chordSymbol", "Chord symbol", "Any chord: F#m7b5, Bb/D, N.C.")
        self.field.textEdited.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_enter)
        self._problem = label("", "problem", wrap=True)
        self._problem.setVisible(False)
        self._roots = {root: self._button(root, f"root{root}") for root in ROOTS}
        self._qualities = {
            suffix: self._button(title, f"quality{title}") for title, suffix in QUALITIES
        }
        for root, button in self._roots.items():
            button.clicked.connect(partial(self._take_root, root))
        for suffix, button in self._qualities.items():
            button.clicked.connect(partial(self._take_quality, suffix))
        self.bass = Combo()
        describe(self.bass, "chordBass", "Bass", "The lowest note, after a slash.")
        self.bass.addItems([_NO_BASS, *(f"Bass {root}" for root in ROOTS)])
        self.bass.activated.connect(self._take_bass)
        self.silent = QPushButton("No chord")
        describe(self.silent, "noChord", "No chord", "A bar without a chord (N.C.).")
        self.silent.clicked.connect(lambda: self._take(parse_chord(NO_CHORD)))
        self._suggested = QHBoxLayout()
        self._suggested.setSpacing(4)
        self._lay_out()

    def _button(self, text: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setFixedHeight(28)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        describe(button, name, text, "")
        return button

    def _lay_out(self) -> None:
        self.setFixedWidth(_WIDTH)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.held)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.bass, 1)
        foot.addWidget(self.silent)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.field)
        column.addWidget(self._problem)
        column.addWidget(label("Often here", "muted"))
        column.addLayout(self._suggested)
        column.addLayout(_grid(list(self._roots.values())))
        column.addLayout(_grid(list(self._qualities.values())))
        column.addLayout(foot)

    # --- what is shown ---------------------------------------------------------------------

    def open_for(self, lane: QWidget, rect: QRectF, bar: int) -> None:
        """Open under a bar of the lane.

        Args:
            lane: the lane.
            rect: the bar's place in it.
            bar: counted from 0.
        """
        self._title.setText(f"Bar {bar + 1}")
        self.adjustSize()
        self._opener = lane
        self._place(lane.mapTo(self._over, QPoint(round(rect.left()), lane.height() + 4)))
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def show_chord(self, symbol: str, held: bool, suggestions: Sequence[str]) -> None:
        """Show the bar's chord, and what often stands there."""
        self._chord = parse_chord(symbol)
        self.held.setChecked(held)
        self.held.setText("Held" if held else "Hold")
        if not self.field.hasFocus() or not _same(self.field.text(), symbol):
            self.field.setText(symbol)
        self._problem.setVisible(False)
        root = self._chord.root
        for name, button in self._roots.items():
            button.setChecked(not self._chord.silent and parse_chord(name).root == root)
        for suffix, button in self._qualities.items():
            button.setChecked(not self._chord.silent and suffix == self._chord.quality)
        bass = self._chord.bass_class if self._chord.bass else -1
        self.bass.setCurrentIndex(1 + bass if bass >= 0 else 0)
        self._show_suggestions(suggestions)

    def _show_suggestions(self, suggestions: Sequence[str]) -> None:
        while (item := self._suggested.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for symbol in suggestions:
            button = self._button(symbol, f"suggested{symbol}")
            button.setCheckable(False)
            button.clicked.connect(partial(self._take_symbol, symbol))
            self._suggested.addWidget(button)

    # --- the hand --------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        try:
            parse_chord(text)
        except EngineError as error:
            self._problem.setText(str(error))
            return
        self._problem.setVisible(False)
        self.picked.emit(text.strip())

    def _on_enter(self) -> None:
        if _same(self.field.text(), str(self._chord)):
            self.close_popover()
        else:
            self._problem.setVisible(True)
            self.adjustSize()

    def _take_root(self, root: str, _checked: bool = False) -> None:
        chord = self._chord
        self._take(Chord(root, chord.quality, ""))

    def _take_quality(self, suffix: str, _checked: bool = False) -> None:
        self._take(Chord(self._chord.name or "C", suffix, self._chord.bass))

    def _take_bass(self, index: int) -> None:
        name = self._chord.name or "C"
        self._take(Chord(name, self._chord.quality, ROOTS[index - 1] if index else ""))

    def _take_symbol(self, symbol: str, _checked: bool = False) -> None:
        self._take(parse_chord(symbol))

    def _take(self, chord: Chord) -> None:
        self.field.setText(str(chord))
        self.picked.emit(str(chord))


def _grid(buttons: Sequence[QToolButton]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(4)
    for number, button in enumerate(buttons):
        grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
    return grid


def _same(text: str, symbol: str) -> bool:
    """Whether a text stands for a chord."""
    try:
        return parse_chord(text) == parse_chord(symbol)
    except EngineError:
        return False
