"""What happens when something breaks that nobody foresaw: it is logged, said, and survived."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

log = logging.getLogger("studio")

_BYTES, _FILES = 500_000, 2
#: faulthandler writes to the file's number, so the file has to stay open.
_native: list[TextIO] = []


def start_log(folder: Path) -> Path:
    """Log to a file that never grows large, and native crashes beside it.

    Args:
        folder: made when missing; without it, the log goes to stderr.

    Returns:
        The log file.
    """
    path = folder / "duet.log"
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
        )
        _native.append((folder / "native-crash.log").open("a", encoding="utf-8"))
        faulthandler.enable(_native[-1])
    except OSError:
        handler = logging.StreamHandler()
        faulthandler.enable()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    return path


def install(tell: Callable[[str], None]) -> None:
    """Catch what no slot and no thread caught.

    Args:
        tell: shows one sentence; called in the main thread only.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("Unforeseen: %s", error, exc_info=(kind, error, trace))
        if threading.current_thread() is threading.main_thread():
            tell(f"Something went wrong inside Duet ({kind.__name__}). Your results are safe.")

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            hook(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = hook
    threading.excepthook = thread_hook
