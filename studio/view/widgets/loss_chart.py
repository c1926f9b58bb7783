"""How the two networks stand: their losses, and how often real is told from made.

Imported where it is first seen: pyqtgraph takes a third of a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engines.protocol.training import TOO_SURE, TOO_WEAK
from studio.model.finetune_lines import EpochRow, LossRow
from studio.view.bind import describe, label
from studio.view.theme import small_font, theme

_CURVES = {"generator": "Generator", "discriminator": "Discriminator"}
_TIP = "Point at a moment, or press Left and Right, to read its figures."
_AXIS, _LEAST = 52, 240  # px
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)  # seconds
_TICKS = 8
_NAN = float("nan")


def clock(seconds: float) -> str:
    """A time of training, as 1:05."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def reading(row: LossRow) -> str:
    """The figures of one moment."""
    parts = [clock(row.seconds)]
    for name, title in _CURVES.items():
        value = getattr(row, name)
        parts.append(f"{title.lower()} {value:.3f}" if value is not None else f"no {name} loss")
    if row.told_apart is not None:
        parts.append(f"told apart {row.told_apart:.0%}")
    return " · ".join(parts)


class _TimeAxis(pg.AxisItem):
    """Seconds, divided and written as a clock does."""

    def tickSpacing(self, low: float, high: float, _size: float) -> list[tuple[float, float]]:
        fits = (step for step in _STEPS if (high - low) / step <= _TICKS)
        return [(next(fits, _STEPS[-1]), 0.0)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [clock(value) for value in values]


class _ShareAxis(pg.AxisItem):
    """Shares, as per cent."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [f"{value:.0%}" for value in values]


class LossChart(QWidget):
    """Two charts over the time of training, one line that reads them."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[LossRow] = ()
        self._at = -1  # the row that is read; -1 for the last
        self._lay_out()
        theme.changed.connect(self._paint_as_themed)
        self._paint_as_themed()

    def _lay_out(self) -> None:
        pg.setConfigOptions(antialias=True)
        self.view = describe(pg.GraphicsLayoutWidget(), "trainLosses", "Losses", _TIP)
        self.view.setFrameShape(pg.GraphicsLayoutWidget.Shape.NoFrame)
        self.view.setMinimumHeight(_LEAST)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.installEventFilter(self)
        self.view.scene().sigMouseMoved.connect(self._point_at)
        self._losses = self._chart(0, pg.AxisItem("left"))
        self._shares = self._chart(1, _ShareAxis("left"))
        self._losses.getAxis("bottom").setStyle(showValues=False)
        self._shares.setXLink(self._losses)
        self._shares.setYRange(0, 1, padding=0.05)
        self.view.ci.layout.setRowStretchFactor(0, 2)
        self.view.ci.layout.setRowStretchFactor(1, 1)
        self._fair = pg.LinearRegionItem((TOO_WEAK, TOO_SURE), "horizontal", movable=False)
        self._shares.addItem(self._fair)
        self._curves = {name: self._losses.plot(connect="finite") for name in _CURVES}
        self._told_apart = self._shares.plot(connect="finite")
        self._cursors = [self._line(chart) for chart in (self._losses, self._shares)]
        self._chosen = [self._line(chart) for chart in (self._losses, self._shares)]
        self._name = pg.InfLineLabel(self._chosen[0], position=0.96, anchors=[(0, 0), (1, 0)])
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 8, 20, 16)
        column.setSpacing(8)
        column.addLayout(self._legend())
        column.addWidget(self.view, 1)

    def _legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        self._keys = {name: QLabel() for name in _CURVES}
        for key in self._keys.values():
            row.addWidget(key)
        row.addStretch(1)
        self.reading = label("", "muted")
        row.addWidget(self.reading)
        return row

    def _chart(self, row: int, left: pg.AxisItem) -> pg.PlotItem:
        axes = {"left": left, "bottom": _TimeAxis("bottom")}
        chart = self.view.addPlot(row=row, col=0, axisItems=axes, enableMenu=False)
        chart.hideButtons()
        chart.setMouseEnabled(x=False, y=False)
        left.setWidth(_AXIS)
        left.setStyle(maxTickLevel=0)
        chart.getAxis("bottom").setStyle(maxTickLevel=0)
        return chart

    def _line(self, chart: pg.PlotItem) -> pg.InfiniteLine:
        line = pg.InfiniteLine(angle=90, movable=False)
        line.hide()
        chart.addItem(line, ignoreBounds=True)
        return line

    # --- what is shown ---------------------------------------------------------------------

    def show_losses(self, rows: Sequence[LossRow], chosen: EpochRow | None) -> None:
        """Draw these, the earliest first, and where the chosen epoch is."""
        self._rows = rows
        times = [row.seconds for row in rows]
        for name, curve in self._curves.items():
            curve.setData(times, [_number(getattr(row, name)) for row in rows])
        self._told_apart.setData(times, [_number(row.told_apart) for row in rows])
        values = [_number(getattr(row, name)) for row in rows for name in _CURVES]
        reach = [value for value in values if value == value] or [1.0]
        low, high = min(0.0, *reach), max(reach)  # 0 is in sight: small changes stay small
        # An epoch ends a moment after its last report.
        end = max([*times, chosen.seconds if chosen is not None else 0.0]) or 1.0
        self._losses.setRange(xRange=(0, end), yRange=(low, high), padding=0.02)
        for line in self._chosen:
            line.setVisible(chosen is not None)
            line.setPos(chosen.seconds if chosen is not None else 0.0)
        self._name.setFormat(chosen.title if chosen is not None else "")
        self._read(min(self._at, len(rows) - 1))

    def _read(self, at: int) -> None:
        self._at = at
        for line in self._cursors:
            line.setVisible(at >= 0)
            line.setPos(self._rows[at].seconds if at >= 0 else 0.0)
        self.reading.setText(reading(self._rows[at]) if self._rows else "")
        self.view.setAccessibleDescription(self.reading.text())

    def _paint_as_themed(self) -> None:
        self.view.setBackground(theme.color("canvas"))
        for chart in (self._losses, self._shares):
            for side in ("left", "bottom"):
                axis = chart.getAxis(side)
                axis.setPen(theme.color("hairline"))
                axis.setTextPen(theme.color("muted"))
                axis.setTickFont(small_font(11))
            chart.showGrid(y=True, alpha=0.5)
        for chart, title in ((self._losses, "Loss"), (self._shares, "Pairs told apart")):
            chart.setTitle(title, color=theme.color("muted").name(), size="11px", justify="left")
        self._name.setColor(theme.color("muted"))
        self._name.setFont(small_font(11))
        for name, curve in self._curves.items():
            curve.setPen(theme.color(name), width=2)
            self._keys[name].setText(
                f"<span style='color: {theme.color(name).name()}'>\N{BLACK CIRCLE}</span> "
                f"{_CURVES[name]}"
            )
        self._told_apart.setPen(theme.color("text"), width=2)
        self._fair.setBrush(theme.color("good", 0.12))
        for edge in self._fair.lines:
            edge.setPen(theme.color("good", 0.4))
        for line in self._cursors:
            line.setPen(theme.color("muted"))
        for line in self._chosen:
            line.setPen(theme.color("control"), style=Qt.PenStyle.DashLine)

    # --- pointing at a moment --------------------------------------------------------------

    def _point_at(self, spot: QPointF) -> None:
        for chart in (self._losses, self._shares):
            if self._rows and chart.sceneBoundingRect().contains(spot):
                self._read(self._nearest(chart.vb.mapSceneToView(spot).x()))

    def _nearest(self, seconds: float) -> int:
        times = [row.seconds for row in self._rows]
        after = min(bisect_left(times, seconds), len(times) - 1)
        before = max(after - 1, 0)
        return before if seconds - times[before] < times[after] - seconds else after

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left and Right read the moment before and after; leaving reads the last."""
        if event.type() == QEvent.Type.Leave:
            self._read(-1)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._rows:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            if step:
                last = len(self._rows) - 1
                at = self._at if self._at >= 0 else last
                self._read(max(0, min(last, at + step)))
                return True
        return super().eventFilter(watched, event)


def _number(value: float | None) -> float:
    return _NAN if value is None else value
