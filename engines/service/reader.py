"""The thread that reads: sorts the window's messages, and ends the process when the window goes."""

from __future__ import annotations

import logging
import os
import threading
import time

from engines.protocol.errors import cancelled
from engines.protocol.messages import (
    Attach,
    Cancel,
    Failed,
    ListModels,
    Live,
    RemoveDirection,
    SetThreads,
    Shutdown,
    Submit,
    WindowMessage,
)
from engines.protocol.wire import WireError
from engines.service.attachments import Attachments
from engines.service.channel import Channel, WindowGoneError
from engines.service.inbox import Inbox, Job, Look

log = logging.getLogger(__name__)

#: How long work that was asked to stop may take before the process ends under it, in seconds.
GRACE = 2.0


class Reader(threading.Thread):
    """Fills the inbox until the window goes.

    Attributes:
        code: the exit code: 0 when the window went as windows do, 1 when it sent nonsense.
    """

    def __init__(self, channel: Channel, inbox: Inbox, attachments: Attachments) -> None:
        super().__init__(name="reader", daemon=True)
        self._channel = channel
        self._inbox = inbox
        self._attachments = attachments
        self.code = 0

    def run(self) -> None:
        """Read; then close the inbox and see to it that the process ends."""
        try:
            for message, blob in self._channel.receive():
                if isinstance(message, Shutdown):
                    break
                self._sort(message, blob)
        except WireError as error:
            log.error("What comes from the window is not the protocol: %s", error)
            self.code = 1
        except WindowGoneError:
            pass
        self._inbox.close()
        time.sleep(GRACE)
        os._exit(self.code)  # still here: the work does not stop by itself

    def _sort(self, message: WindowMessage, blob: bytes) -> None:
        match message:
            case Attach():
                self._attachments.keep(message, blob)
            case Submit():
                self._inbox.submit(Job(message, self._attachments.of(message.request)))
            case Live():
                self._inbox.put(Look(message, self._attachments.of(message.request)))
            case Cancel(job=job) if self._inbox.cancel(job):
                error = cancelled()
                self._channel.send(Failed(job=job, kind=error.kind, message=error.message))
            case ListModels() | RemoveDirection() | SetThreads():
                self._inbox.put(message)
