"""Small pictures for lists, read in the background and kept while they are wanted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage

_KEPT = 600


class Thumbnails(QObject):
    """A cache of pictures by key.

    Signals:
        ready: the key of a picture that can be had from now on.
    """

    ready = Signal(str)
    _loaded = Signal(str, QImage)

    def __init__(self, load: Callable[[str], QImage], parent: QObject | None = None) -> None:
        """Make an empty cache.

        Args:
            load: reads a picture by key, in another thread; a null image when there is none.
            parent: Qt's owner of this object.
        """
        super().__init__(parent)
        self._load = load
        self._held: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._asked: set[str] = set()
        self._full: OrderedDict[str, QImage] = OrderedDict()
        self._loaded.connect(self._on_loaded, Qt.ConnectionType.QueuedConnection)

    def get(self, key: str, size: int) -> QImage | None:
        """The picture fitted into a square, or None while it is on its way.

        Args:
            key: which.
            size: edge of the square in device pixels.
        """
        held = self._held.get((key, size))
        if held is not None:
            self._held.move_to_end((key, size))
            return held
        full = self._full.get(key)
        if full is None:
            self._ask(key)
            return None
        return self._scale(key, full, size)

    def put(self, key: str, image: QImage) -> None:
        """Have a picture that is already at hand."""
        self._full[key] = image
        self._full.move_to_end(key)
        while len(self._full) > _KEPT:
            self._full.popitem(last=False)

    def _scale(self, key: str, full: QImage, size: int) -> QImage:
        if full.isNull():
            return full
        scaled = full.scaled(
            size,
            size,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._held[(key, size)] = scaled
        while len(self._held) > _KEPT:
            self._held.popitem(last=False)
        return scaled

    def _ask(self, key: str) -> None:
        if key not in self._asked:
            self._asked.add(key)
            QThreadPool.globalInstance().start(lambda: self._loaded.emit(key, self._load(key)))

    def _on_loaded(self, key: str, image: QImage) -> None:
        self._asked.discard(key)
        self.put(key, image)
        self.ready.emit(key)
