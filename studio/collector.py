"""Collects Python's cycles between events, in the thread that Qt's objects belong to.

By itself Python collects in whichever thread happens to allocate. Where that is a thread that
writes files, a popover in a cycle is deleted there, timers and all, and the process ends.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
#: What is there so long after the start, some 70,000 objects, is looked through no more: 50 ms in
#: which no frame is drawn, for modules and widgets that stay.
SETTLED_MS = 5000


class Collector(QObject):
    """Does from a timer what Python else does by itself.

    Args:
        parent: Qt's owner, of the thread to collect in.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()
        QTimer.singleShot(SETTLED_MS, self, gc.freeze)

    def collect(self) -> None:
        """Collect the oldest generation that is due, by Python's own thresholds."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [age for age in range(len(counts)) if counts[age] > limits[age] > 0]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
