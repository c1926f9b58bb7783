"""The timeline of a walk: keyframes on a ruler of time, and a playhead to drag."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QWidget

from engines.protocol.latent import Ease
from studio.model.walk import WalkModel
from studio.view.bind import describe
from studio.view.icons import icon
from studio.view.theme import theme
from studio.view.widgets.timeline_painter import (
    KeyView,
    paint_head,
    paint_key,
    paint_playhead,
    paint_ruler,
    paint_ways,
)
from studio.view.widgets.timeline_scale import HEIGHT, RULER, TimelineScale

EMPTY = "Press K to keep this picture as the first keyframe."
EASES: tuple[tuple[Ease, str], ...] = (
    ("linear", "Evenly to the next"),
    ("in_out", "Slowly out and in"),
    ("hold", "Hold, then jump"),
)
_HELP = (
    "Drag the playhead or a keyframe. K keeps the picture in hand, Space plays, "
    "a double-click on a keyframe sets the sliders to it, Delete removes it."
)
#: Keys that are the timeline's while it has the keyboard, whatever they do in the window.
_MINE = {
    Qt.Key.Key_K, Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Left,
    Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter,
}  # fmt: skip


class Timeline(QWidget):
    """Shows and edits a :class:`studio.model.walk.WalkModel`."""

    def __init__(self, walk: WalkModel) -> None:
        super().__init__()
        self._walk = walk
        self._dragged: tuple[int, float, float] | None = None  # keyframe, grip, its time now
        self._pressed: QPointF | None = None  # a press on a keyframe that may become a drag
        self._scrubbing = False
        self._hovered = -1
        self._ringed = False  # the keyboard came here by a key, not by a press
        describe(self, "timeline", "Timeline", _HELP)
        self.setToolTip("")
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        walk.changed.connect(self._refresh)
        walk.player.moved.connect(lambda _moment: self.update())
        walk.thumbnailsChanged.connect(self.update)
        theme.changed.connect(self.update)
        self._refresh()

    @property
    def scale(self) -> TimelineScale:
        """Where times lie: the whole walk, and keyframes after its end."""
        keys = self._walk.state.keys
        last = keys[-1].at if keys else 0.0
        return TimelineScale(self.width(), max(self._walk.grid.seconds, last))

    def key_at(self, place: QPointF) -> int:
        """The keyframe under a place, the chosen one first; -1 for none."""
        keys, scale = self._walk.state.keys, self.scale
        order = sorted(range(len(keys)), key=lambda n: (n != self._walk.selected, -n))
        return next((n for n in order if scale.picture(keys[n].at).contains(place)), -1)

    def _refresh(self) -> None:
        walk = self._walk
        count = len(walk.state.keys)
        told = f"{count} keyframes in {walk.grid.seconds:g} s" if count else EMPTY
        chosen = f", number {walk.selected + 1} is chosen" if walk.selected >= 0 else ""
        self.setAccessibleDescription(told + chosen)
        self.update()

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, the ways, the pictures, the playhead."""
        painter, scale, walk = QPainter(self), self.scale, self._walk
        paint_ruler(painter, scale, walk.grid.seconds, walk.grid.fps)
        views = self._views()
        paint_ways(painter, scale, views, walk.grid.seconds, walk.looping)
        if views:
            paint_playhead(painter, scale.x(walk.player.moment))
        for view in sorted(views, key=lambda each: (each.selected, each.hovered)):
            paint_key(painter, scale, view, self.devicePixelRatioF())
        if views:
            paint_head(painter, scale.x(walk.player.moment))
        else:
            painter.setPen(theme.color("muted"))
            area = self.rect().adjusted(0, RULER, 0, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, walk.reason_not_to_add() or EMPTY)
        if self.hasFocus() and self._ringed:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _views(self) -> list[KeyView]:
        walk, last = self._walk, self._walk.grid.last
        views = []
        for number, key in enumerate(walk.state.keys):
            held = self._dragged is not None and self._dragged[0] == number
            at = self._dragged[2] if self._dragged is not None and held else key.at
            views.append(
                KeyView(
                    at,
                    key.ease,
                    walk.thumbnail(key),
                    selected=number == walk.selected,
                    loaded=number == walk.loaded,
                    outside=at > last,
                    hovered=number == self._hovered,
                )
            )
        return sorted(views, key=lambda view: view.at)

    # --- the hand ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a keyframe, or the playhead to where the pointer is."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        number = self.key_at(event.position())
        if number >= 0:
            self._walk.select(number)
            self._pressed = event.position()
        elif self._walk.state.keys:
            self._walk.player.pause()
            self._scrubbing = True
            self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was taken."""
        place = event.position()
        if self._scrubbing:
            self._scrub(place.x())
        elif self._dragged is not None:
            self._drag(place.x())
        elif self._pressed is not None:
            self._begin_drag(place)
        else:
            self._hover(self.key_at(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A keyframe stays where it was let go: one step of undo."""
        dragged, self._dragged = self._dragged, None
        self._pressed, self._scrubbing = None, False
        if dragged is not None:
            self._walk.move(dragged[0], dragged[2])
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Set the sliders to a keyframe."""
        number = self.key_at(event.position())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self._walk.load(number)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover(-1)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            hand = Qt.CursorShape.PointingHandCursor if number >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.setToolTip(self._tip(number))
            self.update()

    def _tip(self, number: int) -> str:
        if number < 0:
            return ""
        key = self._walk.state.keys[number]
        return f"{key.at:.2f} s · drag to move, double-click to change, right-click for easing"

    def _scrub(self, x: float) -> None:
        self._walk.player.seek(self.scale.moment(x))

    def _begin_drag(self, place: QPointF) -> None:
        from PySide6.QtWidgets import QApplication

        assert self._pressed is not None
        number = self._walk.selected
        far = abs(place.x() - self._pressed.x()) >= QApplication.startDragDistance()
        if far and 0 <= number < len(self._walk.state.keys):
            at = self._walk.state.keys[number].at
            self._dragged = (number, self._pressed.x() - self.scale.x(at), at)
            self._pressed = None
            self._drag(place.x())

    def _drag(self, x: float) -> None:
        assert self._dragged is not None
        number, grip, _at = self._dragged
        at = self._walk.grid.snapped(self.scale.moment(x - grip))
        self._dragged = (number, grip, at)
        self.update()

    # --- keys and the menu -------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the timeline's keys from the window's shortcuts while it has the keyboard."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _MINE
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """K keeps, Space plays, arrows step frames, Home and End jump, Enter loads, Delete."""
        walk, player = self._walk, self._walk.player
        key = event.key()
        if event.modifiers() != Qt.KeyboardModifier.NoModifier or key not in _MINE:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_K:
            walk.add()
        elif key == Qt.Key.Key_Space:
            player.toggle()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            walk.remove(walk.selected)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if walk.selected >= 0:
                walk.load(walk.selected)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            player.seek(0.0 if key == Qt.Key.Key_Home else walk.grid.last)
        else:
            player.step(-1 if key == Qt.Key.Key_Left else 1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a keyframe."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        number = self._walk.selected if by_key else self.key_at(QPointF(event.pos()))
        if number >= 0:
            self._walk.select(number)
            self.open_menu(number, event.globalPos())

    def open_menu(self, number: int, place: QPoint) -> QMenu:
        """The menu of a keyframe: easing, load, remove."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for ease, title in EASES:
            action = QAction(title, menu, checkable=True)
            action.setChecked(self._walk.state.keys[number].ease == ease)
            action.triggered.connect(
                lambda _on=False, wanted=ease: self._walk.set_ease(number, wanted)
            )
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(
            icon("sliders-horizontal"), "Change with the sliders", lambda: self._walk.load(number)
        )
        menu.addAction(icon("trash"), "Remove", lambda: self._walk.remove(number))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
        return menu

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring, unless a press shows well enough where the keyboard is."""
        super().focusInEvent(event)
        self._ringed = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Draw it no more."""
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(640, HEIGHT)
