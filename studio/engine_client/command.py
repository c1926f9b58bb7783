"""One command of ``duet-engine`` in a process of its own, listened to line by line."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from studio.engine_client.process_client import environment
from studio.engine_client.programs import engine_command

log = logging.getLogger(__name__)

#: What asks for nothing of the processor while anything else does.
NICENESS = 10
#: A command that was told to stop must have ended within this time, in milliseconds.
STOP_WITHIN = 10_000
_GONE_WITHIN = 2_000
_PREFIX = "duet-engine: "


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        code: its exit code.
        crashed: it was ended from outside, or never began.
        output: what it wrote to stdout.
        sentence: what it said last that was no line of JSON, or "".
    """

    code: int
    crashed: bool
    output: bytes
    sentence: str

    @property
    def whole(self) -> bool:
        """Whether it did what it was asked for."""
        return self.code == 0 and not self.crashed


class EngineCommand(QObject):
    """Runs one command at a time, on one thread and behind everything else.

    Signals:
        line: one line of JSON that it wrote to stderr, without its end (bytes).
        ended: an :class:`Ended`; once for each start unless :meth:`close` came first.
    """

    line = Signal(bytes)
    ended = Signal(object)

    def __init__(self, argv: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        """Prepare; nothing runs before :meth:`start`.

        Args:
            argv: the program before its arguments; None for that of this installation.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._argv = list(argv) if argv is not None else engine_command()
        self._output, self._rest, self._sentence = b"", b"", ""
        surroundings = environment()
        # A pool of threads beside the interactive engine's makes both many times slower.
        surroundings.insert("OMP_NUM_THREADS", "1")
        surroundings.insert("PYTHONUNBUFFERED", "1")
        self._process = QProcess(self)
        self._process.setProcessEnvironment(surroundings)
        self._process.started.connect(self._on_started)
        self._process.readyReadStandardOutput.connect(self._read_output)
        self._process.readyReadStandardError.connect(self._read_lines)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._patience = QTimer(self, singleShot=True, interval=STOP_WITHIN)
        self._patience.timeout.connect(self._process.kill)

    @property
    def running(self) -> bool:
        """Whether a command runs."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def process_id(self) -> int:
        """The operating system's number of the process; 0 when none runs."""
        return self._process.processId()

    def start(self, arguments: Sequence[str]) -> None:
        """Run ``duet-engine`` with these arguments; one that still runs is ended first."""
        self.close()
        self._output, self._rest, self._sentence = b"", b"", ""
        self._process.start(self._argv[0], [*self._argv[1:], *arguments])

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self.running:
            self._process.terminate()
            self._patience.start()

    def ask_to_end(self) -> None:
        """Ask it to end; :meth:`close` waits for it."""
        if self.running:
            self._process.terminate()

    def close(self, patience: int = 0) -> None:
        """End it, and wait for that; no signal follows.

        Args:
            patience: milliseconds in which it may save what it has.
        """
        self._patience.stop()
        if self.running:
            self._process.blockSignals(True)
            if patience:
                self._process.terminate()
            if not patience or not self._process.waitForFinished(patience):
                self._process.kill()
                self._process.waitForFinished(_GONE_WITHIN)
            self._process.blockSignals(False)

    def _on_started(self) -> None:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # it may be gone already
                os.setpriority(os.PRIO_PROCESS, self.process_id, NICENESS)

    def _read_output(self) -> None:
        self._output += bytes(self._process.readAllStandardOutput().data())

    def _read_lines(self) -> None:
        """Hand over whole lines; the last one may come in pieces."""
        self._rest += bytes(self._process.readAllStandardError().data())
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            self._take(line.strip())

    def _take(self, line: bytes) -> None:
        if line.startswith(b"{"):
            self.line.emit(line)
        elif line:
            text = line.decode("utf-8", "replace")
            log.info("%s", text)
            if text.startswith(_PREFIX):
                self._sentence = text.removeprefix(_PREFIX)

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._patience.stop()
        self._read_output()
        self._read_lines()
        self._take(self._rest.strip())
        crashed = status == QProcess.ExitStatus.CrashExit
        self.ended.emit(Ended(code, crashed, self._output, self._sentence))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            told = f"{self._argv[0]} could not be started: {self._process.errorString()}."
            QTimer.singleShot(0, self, lambda: self.ended.emit(Ended(1, True, b"", told)))
