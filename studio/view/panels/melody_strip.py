"""The strip under the score: the takes A, B, C, ... and every melody made before."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engines.music.score import Clip
from engines.protocol.messages import Request
from studio.media.midi import copy_to_drag
from studio.model.compose import ComposeModel
from studio.model.context import StudioContext
from studio.model.history import Entry
from studio.model.song import BEFORE, LETTERS
from studio.view.bind import describe, hairline, label, look
from studio.view.widgets.takes import MelodyStrip, MelodyTile

#: How many takes are shown without scrolling.
_ROOM_FOR_TAKES = 5
#: The share of the strip that the takes may have, and the width from which the filter fits.
_MOST_FOR_TAKES, _FILTER_FROM = 0.64, 760


class MelodiesStrip(QWidget):
    """Takes at the left, the history at their right.

    Signals:
        menuRequested: a history entry's id and where on the screen.
    """

    menuRequested = Signal(str, QPoint)

    def __init__(self, context: StudioContext, model: ComposeModel) -> None:
        super().__init__()
        look(self, "window")
        self._context, self._model = context, model
        self._take_number, self._filterable = 0, False
        self.takes = MelodyStrip(self._mime_of_take)
        tip = "Press A, B, C or D. A tile can be dragged into another program as a MIDI file."
        describe(self.takes, "takes", "Takes", tip)
        self.history = MelodyStrip(self._mime_of_entry)
        describe(self.history, "melodyHistory", "History", "Every melody, newest left.")
        self._take_count, self._count = label("", "muted"), label("", "muted")
        self._no_takes = label("Four takes to choose from will appear here.", "muted")
        self._nothing = label("", "muted")
        self.filter = self._filter_field()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._section("Takes", self._take_count, self.takes, self._no_takes, None))
        layout.addWidget(hairline(vertical=True))
        layout.addWidget(
            self._section("History", self._count, self.history, self._nothing, self.filter), 1
        )
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_history)
        self._connect()
        self._show_takes()
        self._show_history()

    def _connect(self) -> None:
        model, history = self._model, self._context.history
        self.takes.picked.connect(lambda key: model.song.select(int(key)))
        self.history.picked.connect(model.open_entry)
        self.history.removeRequested.connect(self.remove)
        self.history.menuRequested.connect(self.menuRequested)
        model.song.changed.connect(self._show_takes)
        model.changed.connect(self._show_takes)
        for signal in (history.added, history.removed, model.song.changed):
            signal.connect(self._soon)

    def _soon(self) -> None:
        """Show the history once, after everything that happens in this moment."""
        self._later.start()

    def _filter_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText("Filter by chords or day")
        field.setFixedSize(200, 28)
        describe(field, "melodyFilter", "Filter the melodies", "Chords, seed or day (2026-03-14).")
        field.textChanged.connect(lambda _text: self._later.start())
        return field

    def _section(
        self,
        title: str,
        count: QWidget,
        strip: MelodyStrip,
        nothing: QWidget,
        extra: QWidget | None,
    ) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 0)
        head.setSpacing(8)
        head.addWidget(label(title, "section"))
        head.addWidget(count)
        head.addStretch(1)
        if extra is not None:
            head.addWidget(extra)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(0)
        column.addLayout(head)
        nothing.setContentsMargins(12, 0, 12, 24)
        column.addWidget(nothing, 1, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 4, 0)
        row.addWidget(strip)
        column.addLayout(row)
        box.setFixedHeight(36 + strip.height() + 2)
        return box

    # --- what can be done ------------------------------------------------------------------

    def remove(self, entry_id: str) -> None:
        """Take a melody out of the history, with a way back."""
        history = self._context.history
        history.remove(entry_id)
        self._context.messages.show(
            "Removed from the history.", "Undo", lambda: history.restore(entry_id)
        )

    def _mime_of_take(self, key: str) -> QMimeData | None:
        song, number = self._model.song, int(key)
        if number == BEFORE:
            before = song.state.before
            return self._mime(before.clip, before.request, "") if before is not None else None
        if number >= len(song.takes):
            return None
        take = song.takes[number]
        return self._mime(take.clip, take.request, LETTERS[number])

    def _mime_of_entry(self, key: str) -> QMimeData | None:
        entry = self._context.history.get(key)
        if entry is None or entry.clip is None:
            return None
        return self._mime(entry.clip, entry.request, "")

    def _mime(self, clip: Clip, request: Request | None, letter: str) -> QMimeData:
        path = copy_to_drag(clip, request, self._model.playback.voice, letter)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        return data

    # --- what is shown ---------------------------------------------------------------------

    def _show_takes(self) -> None:
        song, pending = self._model.song, self._model.pending
        job = self._model.job
        others = self._model.busy and (job is None or song.state.job != job.id)
        ready = [] if others and pending else list(song.takes)
        tiles = [
            MelodyTile(str(n), take.clip, LETTERS[n], "", f"Take {LETTERS[n]}. {take.note}".strip())
            for n, take in enumerate(ready)
        ]
        before = song.state.before
        if before is not None and ready:
            told = "What there was before these takes: press 0 to hear it, Enter keeps a take."
            tiles.insert(0, MelodyTile(str(BEFORE), before.clip, "Before", "", told))
        for number in range(len(ready), min(len(ready) + pending, len(LETTERS))):
            tiles.append(MelodyTile(f"coming {number}", None, LETTERS[number], "", "On its way"))
        self.takes.show_tiles(tiles, str(song.selected))
        self._take_number = len(tiles)
        self._share_width()
        self.takes.setVisible(bool(tiles))
        self._no_takes.setVisible(not tiles)
        self._take_count.setText(f"{len(ready)} of {len(ready) + pending}" if pending else "")

    def _share_width(self) -> None:
        """Give the takes what they need, but leave the history some room."""
        tile = self.takes.sizeHintForColumn(0) if self._take_number else 0
        wanted = min(self._take_number, _ROOM_FOR_TAKES) * tile + 4
        self.takes.setFixedWidth(max(1, min(wanted, round(_MOST_FOR_TAKES * self.width()))))
        self.filter.setVisible(self._filterable and self.width() >= _FILTER_FROM)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share_width()

    def _show_history(self) -> None:
        entries = self._context.history.entries(pictures=False)
        query = self.filter.text().lower().split()
        shown = [entry for entry in entries if self._fits(entry, query)]
        take = self._model.song.take
        self.history.show_tiles(
            [self._tile(entry) for entry in shown], take.entry if take is not None else ""
        )
        whole = str(len(entries)) if entries else ""
        self._count.setText(f"{len(shown)} of {len(entries)}" if query else whole)
        self._nothing.setText(
            "Nothing fits the filter." if entries else "Every melody lands here and stays."
        )
        self._nothing.setVisible(not shown)
        self.history.setVisible(bool(shown))
        self._filterable = bool(entries)
        self._share_width()

    def _fits(self, entry: Entry, query: Sequence[str]) -> bool:
        text = f"{self._words(entry)} {entry.request.model}".lower()
        return all(word in text for word in query)

    def _tile(self, entry: Entry) -> MelodyTile:
        clip = entry.clip
        assert clip is not None
        title = str(entry.request.params.get("chords") or " ".join(clip.chords[:8]))
        return MelodyTile(entry.id, clip, title, str(clip.bars), self._words(entry))

    def _words(self, entry: Entry) -> str:
        title = self._context.models.title(entry.request)
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.created))
        chords = entry.request.params.get("chords", "")
        return f"{chords}, {title}, seed {entry.request.seed}, {when}"
