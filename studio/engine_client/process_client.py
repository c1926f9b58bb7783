"""An engine in a process of its own, here or at the other end of ssh, reached by its pipes."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer

from engines.protocol.frames import FrameReader
from engines.protocol.messages import (
    PROTOCOL_VERSION,
    Done,
    EngineMessage,
    Failed,
    FrameRef,
    Hello,
    Live,
    LiveFailed,
    Request,
    Shutdown,
    Submit,
    ToEngine,
    WindowMessage,
)
from engines.protocol.wire import WindowDecoder, WireError, Writer
from studio.engine_client import errors, frame_folder
from studio.engine_client.blobs import Blobs
from studio.engine_client.client import EngineClient, Pixels, frames_of, with_frame_path
from studio.engine_client.inputs import InputGoneError
from studio.engine_client.outbox import Outbox
from studio.engine_client.programs import engine_service

log = logging.getLogger(__name__)

#: How long an engine may take to end when the window lets it go, in milliseconds. It has nothing
#: to lose: every result was sent when it was made.
STOP_WITHIN = 400
#: Files of results that stay readable, newest first.
KEPT_RESULTS = 4
KEPT_LINES = 50


class ProcessClient(EngineClient):
    """Starts a program that speaks the protocol on its stdin and stdout.

    Attributes:
        log_lines: the last lines the engine wrote to stderr, for reports.
    """

    def __init__(
        self,
        argv: Sequence[str] | None = None,
        local: bool = True,
        host: str = "",
        parent: QObject | None = None,
    ) -> None:
        """Prepare; nothing runs before :meth:`start`.

        Args:
            argv: the program and its arguments; None for the engine of this installation.
            local: whether it shares this machine's files, so that pictures need not be sent.
            host: the name of the machine for messages; "" for this one.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._argv = list(argv) if argv is not None else engine_service()
        self._local = local
        self._host = host
        self._folder: Path | None = None
        self._decoder = WindowDecoder()
        self._reader = FrameReader()
        self._blobs = Blobs()
        self._writer = Writer()
        self._outbox = Outbox(None, self._write)
        self._asked: dict[str | int, Request] = {}  # with pictures, by job or stamp
        self._results: deque[str] = deque()
        self._reason = ""
        self._log_rest = b""
        self.log_lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._process = QProcess(self)
        self._process.setProcessEnvironment(environment())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_log)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)

    @property
    def process_id(self) -> int:
        """The operating system's number of the process; 0 when none runs."""
        return self._process.processId()

    def start(self) -> None:
        """See :class:`EngineClient`."""
        arguments = self._argv[1:]
        if self._local:
            self._folder = frame_folder.make()
            self._outbox = Outbox(self._folder, self._write)
            arguments = [*arguments, "--frames", str(self._folder)]
        self._process.start(self._argv[0], arguments)

    def stop(self) -> None:
        """See :class:`EngineClient`."""
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self.send(Shutdown())
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(STOP_WITHIN):
                self._process.kill()
                self._process.waitForFinished(STOP_WITHIN)
        self._tidy()

    def kill(self, reason: str) -> None:
        """End the engine at once; ``down`` follows with this sentence."""
        self._reason = reason
        self._process.kill()

    def send(self, message: WindowMessage) -> None:
        """See :class:`EngineClient`. What is sent to an engine that is gone is gone too."""
        if not self._process.isOpen():
            return
        if isinstance(message, Submit | Live) and message.request.inputs:
            try:
                self._attach(message)
            except InputGoneError as error:
                log.warning("%s is needed and gone", error)
                failure = errors.without_inputs(message)
                QTimer.singleShot(0, self, lambda: self.receive(failure))
                return
        self._write(message)

    def picture(self, ref: FrameRef) -> Pixels:
        """See :class:`EngineClient`."""
        return self._blobs.read(ref) if self._blobs.holds(ref) else self._reader.read(ref)

    def _attach(self, message: Submit | Live) -> None:
        """Send the pictures of a request that the process has not got."""
        if isinstance(message, Live):  # of these only the newest counts
            self._asked = {key: r for key, r in self._asked.items() if isinstance(key, str)}
        key = message.job if isinstance(message, Submit) else message.stamp
        self._asked[key] = message.request
        self._outbox.attach(message.request, self.inputs)

    def _write(self, message: ToEngine, blob: bytes = b"") -> None:
        with self._writer.head(message, len(blob)) as head:
            self._process.write(head.tobytes())
        if blob:
            self._process.write(blob)

    # --- what the process says -------------------------------------------------------------

    def _read(self) -> None:
        try:
            received = self._decoder.feed(self._process.readAllStandardOutput().data())
        except WireError as error:
            self.kill(errors.not_understood(str(error)))
            return
        for message, blob in received:
            self._take(with_frame_path(message, self._blobs.keep(blob)) if blob else message)

    def _take(self, message: EngineMessage) -> None:
        if isinstance(message, Hello) and message.protocol != PROTOCOL_VERSION:
            self.kill(errors.other_protocol(message.protocol, PROTOCOL_VERSION, self._host))
            return
        if isinstance(message, Done | Failed | LiveFailed):
            self._settle(message)
        self.receive(message)
        if isinstance(message, Done) and self._local:
            self._retire({ref.path for ref in frames_of(message)})

    def _settle(self, message: Done | Failed | LiveFailed) -> None:
        """When a request was refused, its pictures may not have arrived: send them anew then."""
        key = message.stamp if isinstance(message, LiveFailed) else message.job
        request = self._asked.pop(key, None)
        if request is not None and not isinstance(message, Done) and message.kind == "bad_input":
            self._outbox.doubt(request)

    def _retire(self, paths: set[str]) -> None:
        """Delete files of results that everybody has had the time to read."""
        self._results.extend(path for path in paths if Path(path).parent == self._folder)
        while len(self._results) > KEPT_RESULTS:
            path = self._results.popleft()
            self._reader.forget(path)
            Path(path).unlink(missing_ok=True)

    def _read_log(self) -> None:
        """Keep whole lines; the last one may come in pieces."""
        self._log_rest += bytes(self._process.readAllStandardError().data())
        *lines, self._log_rest = self._log_rest.split(b"\n")
        self._keep_log(lines)

    def _keep_log(self, lines: list[bytes]) -> None:
        for line in filter(None, (line.decode("utf-8", "replace").strip() for line in lines)):
            self.log_lines.append(line)
            log.info("%s", line)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            sentence = errors.not_started(self._argv[0], self._process.errorString())
            QTimer.singleShot(0, self, lambda: self._go_down(sentence))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read_log()
        self._keep_log([self._log_rest])
        if not self._reason:
            self._read()  # results sent with the last breath
        crashed = status == QProcess.ExitStatus.CrashExit
        last_line = self.log_lines[-1] if self.log_lines else ""
        self._go_down(self._reason or errors.ended(code, crashed, last_line, self._host))

    def _go_down(self, sentence: str) -> None:
        self._tidy()
        self.down.emit(sentence)

    def _tidy(self) -> None:
        self._reader.close()
        self._outbox.close()
        if self._folder is not None:
            frame_folder.remove(self._folder)
            self._folder = None


def environment() -> QProcessEnvironment:
    """Ours, and a way to the packages even when Duet runs from a folder and is not installed."""
    environment = QProcessEnvironment.systemEnvironment()
    root = str(Path(__file__).resolve().parents[2])
    inherited = environment.value("PYTHONPATH")
    environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (root, inherited))))
    return environment
