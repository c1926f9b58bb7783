"""The mixer: who plays the song, on which instrument, with which pattern, how loud, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engines.music.score import DEFAULT_BAND, Meter, Part, PartKind
from engines.music.sound.patterns import choices, find_pattern
from engines.music.sound.performance import find_part, with_part
from studio.model.playback import Playback
from studio.model.song import Song
from studio.view.bind import describe, hairline, label, look, set_reason
from studio.view.widgets.combo import Combo
from studio.view.widgets.instrument_picker import InstrumentPicker
from studio.view.widgets.slider import Slider
from studio.view.widgets.switch import Switch

THIS_COMPUTER = "This computer"
PATTERNS_NOTE = "Patterns made from your chords"

_TITLES: dict[PartKind, str] = {
    "melody": "Melody",
    "chords": "Chords",
    "bass": "Bass",
    "drums": "Drums",
}


class PartRow(QWidget):
    """One part of the band.

    Signals:
        changed: what was done, a key by which changes are one step of undo, and the new fields.
    """

    changed = Signal(str, str, object)

    def __init__(self, kind: PartKind) -> None:
        super().__init__()
        self.kind = kind
        self._drags = 0  # every drag of the volume is a step of undo of its own
        self._meter: Meter | None = None  # whose patterns are offered
        title = _TITLES[kind]
        pattern = "" if kind == "melody" else ", a pattern made from your chords"
        self.on = describe(Switch(title), f"{kind}On", title, f"Hear the {kind}{pattern}.")
        self.on.clicked.connect(self._switch)
        usual = find_part(DEFAULT_BAND, kind)
        self.volume = Slider(0, 100, round(usual.volume * 100), 1)
        tip = f"How loud the {kind} is beside the other parts. Double-click for the default."
        describe(self.volume, f"{kind}Volume", f"{title} volume", tip)
        self.volume.sliderPressed.connect(self._begin_drag)
        self.volume.edited.connect(self._set_volume)
        self.instrument: InstrumentPicker | None = None
        self.pattern: Combo | None = None
        if kind != "drums":
            tip = f"What plays the {kind}."
            self.instrument = InstrumentPicker(f"{kind}Instrument", f"{title} instrument", tip)
            self.instrument.setMinimumWidth(80)
            self.instrument.picked.connect(self._choose_instrument)
        if kind != "melody":
            self.pattern = Combo()
            tip = f"What the {kind} play: a pattern made from your chords."
            describe(self.pattern, f"{kind}Pattern", f"{title} pattern", tip)
            self.pattern.activated.connect(self._choose_pattern)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.on, 0, 0)
        grid.addWidget(self.volume, 0, 1)
        choosers = [widget for widget in (self.instrument, self.pattern) if widget is not None]
        for column, widget in enumerate(choosers):
            grid.addWidget(widget, 1, column, 1, 1 if len(choosers) == 2 else 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def show_part(self, part: Part, meter: Meter) -> None:
        """Show a part without telling anybody."""
        self.on.setChecked(part.on)
        off = "" if part.on else f"The {self.kind} are off. Switch them on first."
        if self.kind in ("melody", "bass"):
            off = off.replace(" are ", " is ").replace("them", "it")
        if not self.volume.isSliderDown():
            self.volume.set_number(round(part.volume * 100))
        set_reason(self.volume, off)
        if self.instrument is not None:
            self.instrument.show_program(part.program)
            set_reason(self.instrument, off)
        if self.pattern is not None:
            self._show_pattern(self.pattern, part, meter)
            set_reason(self.pattern, off)

    def _show_pattern(self, box: Combo, part: Part, meter: Meter) -> None:
        if meter != self._meter:
            self._meter = meter
            box.clear()
            for pattern in choices(self.kind, meter):
                box.addItem(pattern.title, pattern.name)
        played = find_pattern(self.kind, part.pattern, meter)
        box.setCurrentIndex(box.findData(played.name))

    # --- what a person does ------------------------------------------------------------------

    def _switch(self, on: bool) -> None:
        word = "on" if on else "off"
        self.changed.emit(f"Switch {self.kind} {word}", "", {"on": on})

    def _begin_drag(self) -> None:
        self._drags += 1

    def _set_volume(self, number: float) -> None:
        key = f"{self.kind} volume {self._drags}"
        self.changed.emit(f"Change {self.kind} volume", key, {"volume": number / 100})

    def _choose_instrument(self, program: int) -> None:
        self.changed.emit("Choose instrument", f"{self.kind} program", {"program": program})

    def _choose_pattern(self, row: int) -> None:
        assert self.pattern is not None
        name = str(self.pattern.itemData(row))
        self.changed.emit(f"Change {self.kind} pattern", "", {"pattern": name})


class DeviceChoice(Combo):
    """Where it is heard; looks for MIDI devices when it is opened.

    Signals:
        looked: one sentence why there are no devices, or "".
    """

    looked = Signal(str)

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self._playback = playback
        describe(self, "playOn", "Play on", "This computer, or a MIDI device that is connected.")
        self.activated.connect(lambda row: playback.set_device(str(self.itemData(row))))
        self.show_device()

    def show_device(self, names: tuple[str, ...] = ()) -> None:
        """Offer these devices, and the one in use, which is marked."""
        device = self._playback.device
        self.clear()
        self.addItem(THIS_COMPUTER, "")
        for name in dict.fromkeys((*names, *([device] if device else []))):
            self.addItem(name, name)
        self.setCurrentIndex(max(0, self.findData(device)))

    def showPopup(self) -> None:
        """Look what is connected now."""
        ports = self._playback.devices()
        self.show_device(ports.names)
        self.looked.emit(ports.reason)
        super().showPopup()


class PartsPanel(QWidget):
    """The four parts of a song, and where they are heard.

    Signals:
        soundfontWanted: a person wants to choose (True) or to use the default (False).
    """

    soundfontWanted = Signal(bool)

    def __init__(self, song: Song, playback: Playback) -> None:
        super().__init__()
        look(self, "surface")
        self._song, self._playback = song, playback
        self.rows = {part.kind: PartRow(part.kind) for part in DEFAULT_BAND}
        for row in self.rows.values():
            row.changed.connect(self._change)
            if row.instrument is not None:
                row.instrument.soundfontWanted.connect(self.soundfontWanted)
        self.device = DeviceChoice(playback)
        self.device.looked.connect(self._tell)
        self.said = label("", "muted", wrap=True)
        self.said.hide()
        self._lay_out()
        song.changed.connect(self._refresh)
        playback.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.rows["melody"])
        column.addWidget(label(PATTERNS_NOTE, "muted", wrap=True))
        for kind in ("chords", "bass", "drums"):
            column.addWidget(self.rows[kind])
        column.addWidget(hairline())
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label("Play on"))
        line.addWidget(self.device, 1)
        column.addLayout(line)
        column.addWidget(self.said)

    def _change(self, text: str, key: str, changes: dict[str, Any]) -> None:
        sender = self.sender()
        assert isinstance(sender, PartRow)
        band = with_part(self._song.state.band, sender.kind, **changes)
        self._song.set_band(band, text, key)

    def _tell(self, reason: str) -> None:
        self.said.setText(reason)
        self.said.setVisible(bool(reason))

    def _refresh(self) -> None:
        clip = self._song.clip
        meter: Meter = clip.meter if clip is not None else "4/4"
        soundfont: Path | None = self._playback.voice.soundfont
        for kind, row in self.rows.items():
            row.show_part(find_part(self._song.state.band, kind), meter)
            if row.instrument is not None:
                row.instrument.show_soundfont(soundfont)
        if self.device.currentData() != self._playback.device:
            self.device.show_device()
