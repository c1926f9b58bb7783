"""The score's tools in the top bar: zoom, opening, and export."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from studio.model.song import Song
from studio.view.bind import describe, look, set_reason, tool_button, with_keys
from studio.view.icons import icon
from studio.view.panels.music_files import MusicFiles
from studio.view.widgets.piano_roll import PianoRoll


class ScoreBar(QWidget):
    """Zoom out, fit, zoom in, open, and the menu of file formats."""

    def __init__(self, roll: PianoRoll, files: MusicFiles, song: Song) -> None:
        super().__init__()
        self._song = song
        out = tool_button("rollZoomOut", "minus", "Zoom out", with_keys("Zoom out.", "Ctrl+-"))
        out.clicked.connect(lambda: roll.zoom(0.8))
        into = tool_button("rollZoomIn", "plus", "Zoom in", with_keys("Zoom in.", "Ctrl++"))
        into.clicked.connect(lambda: roll.zoom(1.25))
        fit = look(QPushButton("Fit"), "quiet")
        fit.setFixedWidth(48)
        fit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(fit, "rollFit", "Fit", with_keys("Show the whole melody.", "Ctrl+0"))
        fit.clicked.connect(roll.scale.fit)
        tip = with_keys("Open a MIDI file, a score or a document.", "Ctrl+O")
        opens = tool_button("openSong", "folder-open", "Open", tip)
        opens.clicked.connect(files.open_dialog)
        self.export = self._export_button(files)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(0)
        layout.addStretch(1)
        for button in (out, fit, into):
            layout.addWidget(button)
        layout.addSpacing(12)
        layout.addWidget(opens)
        layout.addWidget(self.export)
        song.changed.connect(self._refresh)
        self._refresh()

    def _export_button(self, files: MusicFiles) -> QToolButton:
        button = look(QToolButton(), "text")
        button.setIcon(icon("export"))
        button.setText("Export")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedHeight(28)
        tip = "Save the take in view; a take can also be dragged into another program."
        describe(button, "export", "Export", tip)
        menu = QMenu(button)
        menu.addAction("MIDI file…\tCtrl+E", files.save_midi)
        menu.addAction("MusicXML score…\tCtrl+Shift+X", files.save_score)
        menu.addSeparator()
        menu.addAction("WAV sound…\tCtrl+Shift+W", files.save_wav)
        menu.addAction("FLAC sound…\tCtrl+Shift+F", files.save_flac)
        button.setMenu(menu)
        return button

    def _refresh(self) -> None:
        nothing = "There is no melody to export yet: compose one first."
        set_reason(self.export, nothing if self._song.clip is None else "")
