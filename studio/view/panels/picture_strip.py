"""The strip under the canvas: the candidates of the newest job, and every result before them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.context import StudioContext
from studio.model.history import Entry
from studio.model.marking import Marking, Sign
from studio.model.viewing import Viewing
from studio.view.bind import describe, hairline, label, look, tool_button, with_keys
from studio.view.thumbnails import Thumbnails
from studio.view.widgets.filmstrip import TILE, Filmstrip, Tile
from studio.view.widgets.filter_field import FilterField

#: How the strip is shared when there are more pictures than room.
_SHARES = (3, 2)
#: What a tile's words say of its mark.
_SIGNS = {"plus": ", with it", "minus": ", without it", "": ""}


class PictureStrip(QWidget):
    """Candidates at the left while there are any, the history at their right.

    Signals:
        menuRequested: a history entry's id and where on the screen.
    """

    menuRequested = Signal(str, object)  # QPoint

    def __init__(
        self, context: StudioContext, viewing: Viewing, mime: Any, marking: Marking
    ) -> None:
        super().__init__()
        look(self, "window")
        self._context, self._viewing, self._marking = context, viewing, marking
        self._thumbnails = Thumbnails(self._load, self)
        self.candidates = Filmstrip(self._thumbnails, mime)
        describe(
            self.candidates,
            "candidateStrip",
            "Candidates",
            "Click to look, Enter keeps, Esc puts them aside.",
        )
        self.history = Filmstrip(self._thumbnails, mime)
        describe(self.history, "historyStrip", "History", "Every result, newest left.")
        for strip in (self.candidates, self.history):
            strip.setMinimumWidth(2 * TILE)
        self._count, self._candidate_count = label("", "muted"), label("", "muted")
        self._nothing = label("", "muted")
        self._nothing.setContentsMargins(12, 0, 0, 24)
        self.filter = self._filter_field()
        self.search = tool_button(
            "historySearch",
            "magnifying-glass",
            "Filter the history",
            with_keys("Find results by model, seed or day.", "Ctrl+F"),
            checkable=True,
        )
        keep = self.search.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.search.setSizePolicy(keep)
        self.search.toggled.connect(self._show_filter)
        self._candidate_box = self._section("Candidates", self._candidate_count, self.candidates)
        self._line = hairline(vertical=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._candidate_box, _SHARES[0])
        layout.addWidget(self._line)
        layout.addWidget(self._section("History", self._count, self.history, True), _SHARES[1])
        self._newest = ""
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._refresh)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        viewing, history = self._viewing, self._context.history
        for strip in (self.candidates, self.history):
            strip.picked.connect(viewing.look_at)
            strip.removeRequested.connect(self.remove)
            strip.menuRequested.connect(self.menuRequested)
            strip.signRequested.connect(self._sign)
        history.added.connect(self._on_added)
        for signal in (
            history.removed,
            viewing.candidatesChanged,
            viewing.document.edited,
        ):
            signal.connect(lambda *_: self._later.start())
        viewing.shownChanged.connect(self._show_selection)
        self._context.models.changed.connect(self._later.start)
        self._marking.changed.connect(self._on_marking)

    def _filter_field(self) -> FilterField:
        field = FilterField("Filter by model, seed or day", 220)
        field.setVisible(False)
        field.entered.connect(self._look_at_first)
        field.left.connect(lambda: self.search.setChecked(False))
        describe(field, "historyFilter", "Filter the history", "Model, seed or day (2026-03-14).")
        field.textChanged.connect(lambda _text: self._later.start())
        return field

    def _section(
        self, title: str, count: QWidget, strip: Filmstrip, filtered: bool = False
    ) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 0)
        head.setSpacing(8)
        head.addWidget(label(title, "section"))
        head.addWidget(count)
        head.addStretch(1)
        if filtered:
            head.addWidget(self.filter)
            head.addWidget(self.search)
        else:
            head.addWidget(_strut())
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        if filtered:
            column.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 4, 0)
        row.addWidget(strip)
        column.addLayout(row)
        box.setFixedHeight(4 + 28 + strip.height() + 2)
        return box

    def open_filter(self) -> None:
        """Show the filter and type into it."""
        self.search.setChecked(True)
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _sign(self, entry_id: str, sign: Sign | Literal["next"]) -> None:
        if sign == "next":
            self._marking.cycle(entry_id)
        else:
            self._marking.toggle(entry_id, sign)

    def _on_marking(self) -> None:
        for strip in (self.candidates, self.history):
            strip.set_marking(self._marking.takes_clicks)
        self._later.start()

    def _show_filter(self, shown: bool) -> None:
        self.filter.setVisible(shown)
        if shown:
            self.filter.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.filter.clear()

    def _look_at_first(self) -> None:
        self._show_history()
        if self.history.tiles.rowCount():
            self._viewing.look_at(self.history.tiles.tile(0).key)
            self.history.setFocus(Qt.FocusReason.OtherFocusReason)

    def remove(self, entry_id: str) -> None:
        """Take a result out of the history, with a way back."""
        history = self._context.history
        history.remove(entry_id)
        self._context.messages.show(
            "Removed from the history.", "Undo", lambda: history.restore(entry_id)
        )

    # --- what is shown ---------------------------------------------------------------------

    def _refresh(self) -> None:
        self._show_candidates()
        self._show_history()
        self._show_selection()

    def _show_selection(self) -> None:
        for strip in (self.candidates, self.history):
            strip.show_key(self._viewing.selected)
        self.candidates.reveal(self._viewing.selected)

    def _show_candidates(self) -> None:
        ready, pending = self._viewing.candidates, self._viewing.pending
        tiles = [self._tile(entry) for entry in ready]
        tiles += [Tile("", "Still to come")] * pending
        self.candidates.tiles.set_tiles(tiles)
        self._candidate_count.setText(
            str(len(tiles)) if not pending else f"{len(ready)} of {len(tiles)}"
        )
        # As wide as its tiles and its margins; less when there is no room.
        self._candidate_box.setMaximumWidth(max(2, len(tiles)) * (TILE + 4) + 24)
        self._candidate_box.setVisible(bool(tiles))
        self._line.setVisible(bool(tiles))

    def _show_history(self) -> None:
        candidates = {entry.id for entry in self._viewing.candidates}
        everything = self._context.history.entries(pictures=True)
        entries = [entry for entry in everything if entry.id not in candidates]
        query = self.filter.text().lower().split()
        shown = [entry for entry in entries if self._fits(entry, query)]
        newest = shown[0].id if shown else ""
        self.history.tiles.set_tiles([self._tile(entry) for entry in shown])
        if newest != self._newest:
            self._newest = newest
            self.history.horizontalScrollBar().setValue(0)
            if self._viewing.source == "document":
                self.history.reveal(self._viewing.selected)
        self._count.setText(
            f"{len(shown)} of {len(entries)}" if query else str(len(entries)) if entries else ""
        )
        self._nothing.setText(
            "Nothing fits the filter." if query else "Every result stays here, newest left."
        )
        self._nothing.setVisible(not shown)
        self.history.setVisible(bool(shown))
        self.search.setVisible(bool(entries))

    def _fits(self, entry: Entry, query: Sequence[str]) -> bool:
        text = f"{self._words(entry)} {entry.request.model}".lower()
        return all(word in text for word in query)

    def _tile(self, entry: Entry) -> Tile:
        kept = any(layer.entry == entry.id for layer in self._viewing.document.state.layers)
        words, marking = self._words(entry), self._marking
        if not marking.takes_clicks:
            return Tile(entry.id, words, kept)
        reason, sign = marking.reason_not_to_mark(entry), marking.sign(entry.id)
        return Tile(entry.id, reason or words + _SIGNS[sign], kept, sign, bool(reason))

    def _words(self, entry: Entry) -> str:
        title = self._context.models.title(entry.request)
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.created))
        return f"{title}, seed {entry.request.seed}, {when}"

    def _on_added(self, entry: Entry) -> None:
        if entry.is_picture:  # it is in memory still: no need to read it
            self._thumbnails.put(entry.id, self._context.history.thumbnail(entry))
        self._later.start()

    def _load(self, key: str) -> QImage:
        entry = self._context.history.get(key)
        return self._context.history.thumbnail(entry) if entry is not None else QImage()


def _strut() -> QWidget:
    """Keeps a header without controls as high as one with them."""
    strut = QWidget()
    strut.setFixedSize(0, 28)
    return strut
