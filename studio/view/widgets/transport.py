"""The transport under the piano roll: playing, the place, tempo, instrument, chords and volume."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QMenu, QToolButton, QWidget

from engines.music.score import STEPS_PER_BAR, STEPS_PER_BEAT, Meter
from engines.music.sound.patterns import choices, find_pattern
from engines.music.sound.performance import find_part, with_part
from engines.protocol.params import IntParam
from engines.protocol.tools import COMPOSE
from studio.model.playback import Playback
from studio.model.song import Song
from studio.view.bind import describe, label, look, set_reason, tool_button, with_keys
from studio.view.icons import icon
from studio.view.theme import tabular, ui_font
from studio.view.widgets.instrument_picker import InstrumentPicker
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.slider import Slider

HEIGHT = 52
_LEAST_WIDTH = 480
NO_CHORDS = "No chords"


def place_text(step: float, bar_steps: int = STEPS_PER_BAR) -> str:
    """Bar, beat and sixteenth, counted from 1: 3.2.1."""
    whole = int(step + 1e-6)
    bar, rest = divmod(whole, bar_steps)
    beat, sixteenth = divmod(rest, STEPS_PER_BEAT)
    return f"{bar + 1}.{beat + 1}.{sixteenth + 1}"


def clock_text(seconds: float) -> str:
    """Minutes and seconds: 0:07."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Transport(QWidget):
    """Shows and moves a :class:`Playback`.

    Signals:
        left: Enter in the tempo field: the keyboard is wanted elsewhere.
    """

    left = Signal()

    def __init__(self, song: Song, playback: Playback) -> None:
        super().__init__()
        look(self, "window")
        self._song, self._playback = song, playback
        self.setFixedHeight(HEIGHT)
        self._make_buttons()
        self._make_place()
        self.tempo = self._tempo_field()
        self.instrument = InstrumentPicker()
        self.instrument.picked.connect(self._choose_instrument)
        self.chords = self._chords_button()
        self._make_volume()
        self._lay_out()
        playback.changed.connect(self._refresh)
        playback.moved.connect(lambda _step: self._show_place())
        song.changed.connect(self._refresh)
        self._refresh()

    # --- parts -----------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        playback = self._playback
        tip = with_keys("Go to the first bar.", "Home")
        self.start = tool_button("rewind", "skip-back", "Go to the start", tip)
        self.start.clicked.connect(playback.rewind)
        self.play = tool_button("play", "play", "Play", with_keys("Play or stop.", "Space"))
        self.play.setFixedSize(40, 32)
        self.play.setIconSize(QSize(20, 20))
        self.play.setStyleSheet(
            "QToolButton { min-width: 38px; min-height: 30px; background: palette(button);"
            " border: 1px solid palette(mid); }"
            " QToolButton:hover { background: palette(light); }"
        )
        self.play.clicked.connect(playback.toggle)
        tip = with_keys("Start again at the end.", "Ctrl+L")
        self.loop = tool_button("loop", "repeat", "Loop", tip, checkable=True)
        self.loop.clicked.connect(playback.set_looping)
        tip = with_keys("Click on every beat.", "Ctrl+M")
        self.metronome = tool_button("metronome", "timer", "Metronome", tip, checkable=True)
        self.metronome.clicked.connect(playback.set_clicking)
        tip = with_keys("Count one bar in before playing.", "Ctrl+Shift+M")
        self.count_in = tool_button("countIn", "hourglass-high", "Count in", tip, checkable=True)
        self.count_in.clicked.connect(playback.set_counting)

    def _make_place(self) -> None:
        self._place = QLabel("1.1.1")
        font = tabular(ui_font())
        font.setPixelSize(16)
        font.setWeight(font.Weight.DemiBold)
        self._place.setFont(font)
        self._place.setStyleSheet("font-size: 16px; font-weight: 600;")
        self._place.setMinimumWidth(58)
        describe(self._place, "place", "Place", "Bar, beat and sixteenth of the playhead.")
        self._clock = label("", "muted")
        self._clock.setFont(tabular(ui_font()))
        self._clock.setMinimumWidth(74)
        describe(self._clock, "clock", "Time", "Time of the playhead, and of the whole melody.")

    def _tempo_field(self) -> NumberField:
        param = next(p for p in COMPOSE.params if p.name == "tempo")
        assert isinstance(param, IntParam)
        field = NumberField(param.minimum, param.maximum, unit=param.unit)
        field.setFixedWidth(92)
        describe(field, "tempo", "Tempo", "Beats a minute. Up and Down step, arithmetic works.")
        field.edited.connect(self._song.set_tempo)
        field.returnPressed.connect(self.left)
        return field

    def _chords_button(self) -> QToolButton:
        button = tool_button("chordSound", "stack", "Accompaniment")
        look(button, "text")
        button.setFixedWidth(124)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setIcon(icon("stack", "muted"))
        describe(
            button, "accompaniment", "Accompaniment", "The pattern that plays your chords, or none."
        )
        self._menu = QMenu(button)
        self._meter: Meter | None = None  # whose patterns the menu offers
        button.setMenu(self._menu)
        return button

    def _fill_patterns(self, meter: Meter) -> None:
        """Offer what the chords can play in a meter."""
        self._meter = meter
        self._menu.clear()
        group = QActionGroup(self._menu)
        titles = [("", NO_CHORDS), *((p.name, p.title) for p in choices("chords", meter))]
        for name, title in titles:
            action = QAction(title, self._menu, checkable=True)
            action.setData(name)
            group.addAction(action)
            self._menu.addAction(action)
        group.triggered.connect(self._choose_pattern)

    def _choose_pattern(self, action: QAction) -> None:
        name, band = str(action.data()), self._song.state.band
        changes = {"on": True, "pattern": name} if name else {"on": False}
        self._song.set_band(with_part(band, "chords", **changes), "Change the chords' pattern")

    def _choose_instrument(self, program: int) -> None:
        band = with_part(self._song.state.band, "melody", program=program)
        self._song.set_band(band, "Choose instrument", key="melody program")

    def _make_volume(self) -> None:
        self.speaker = tool_button("speaker", "speaker-high", "Volume")
        self.speaker.clicked.connect(self._mute)
        self._loud = self._playback.volume or 0.8
        self.volume = Slider(0, 100, 80, 1)
        self.volume.setFixedWidth(76)
        describe(self.volume, "volume", "Volume", "Loudness. Double-click for the default.")
        self.volume.edited.connect(lambda value: self._playback.set_volume(value / 100))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumWidth(_LEAST_WIDTH)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(4)
        for part in (self.start, self.play, self.loop, self.metronome, self.count_in):
            row.addWidget(part)
        row.addSpacing(12)
        row.addWidget(self._place)
        row.addWidget(self._clock)
        row.addStretch(1)
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self.tempo,),
            (self.instrument, self.chords),
            (self.speaker, self.volume),
        )
        for group in groups:
            row.addSpacing(8)
            for widget in group:
                row.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window leaves out first what can be done without."""
        super().resizeEvent(event)
        width = event.size().width()
        self._clock.setVisible(width >= 780)
        self.volume.setVisible(width >= 690)
        words = width >= 610
        style = Qt.ToolButtonStyle
        self.chords.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly
        )
        self.chords.setFixedWidth(124 if words else 36)
        self.instrument.setFixedWidth(152 if words else 132)

    # --- what is shown ---------------------------------------------------------------------

    def _refresh(self) -> None:
        playback = self._playback
        reason = playback.reason_not_to_play()
        playing = playback.playing
        self.play.setIcon(icon("stop" if playing else "play", "text"))
        self.play.setAccessibleName("Stop" if playing else "Play")
        for button in (self.play, self.start):
            set_reason(button, reason)
        self.loop.setChecked(playback.looping)
        self.metronome.setChecked(playback.clicking)
        self.count_in.setChecked(playback.counting)
        self.tempo.set_value(self._song.state.tempo)
        self.instrument.show_program(playback.voice.program)
        self.instrument.show_soundfont(playback.voice.soundfont)
        self._show_pattern()
        self._show_volume()
        self._show_place()

    def _show_pattern(self) -> None:
        clip, chords = self._song.clip, find_part(self._song.state.band, "chords")
        meter = clip.meter if clip is not None else "4/4"
        if meter != self._meter:
            self._fill_patterns(meter)
        name = find_pattern("chords", chords.pattern, meter).name if chords.on else ""
        for action in self._menu.actions():
            if action.data() == name:
                action.setChecked(True)
                self.chords.setText(action.text())

    def _show_volume(self) -> None:
        volume, reason = self._playback.volume, self._playback.reason_silent
        level = "high" if volume > 0.5 else "low" if volume > 0 else "none"
        glyph = "speaker-slash" if reason else f"speaker-{level}"
        self.speaker.setIcon(icon(glyph, "warn" if reason else "text"))
        self.speaker.setToolTip(reason or ("Sound off." if volume else "Sound on."))
        self.volume.set_number(round(volume * 100))

    def _mute(self) -> None:
        volume = self._playback.volume
        if volume:
            self._loud = volume
        self._playback.set_volume(0.0 if volume else self._loud)

    def _show_place(self) -> None:
        clip = self._song.clip
        step = self._playback.step
        if clip is None:
            self._place.setText("1.1.1")
            self._clock.setText("")
            return
        self._place.setText(place_text(min(step, clip.steps - 1), clip.bar_steps))
        self._clock.setText(f"{clock_text(self._playback.seconds)} / {clock_text(clip.seconds)}")
