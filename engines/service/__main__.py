"""``python -m engines.service``: the engine process. Says hello first, and loads things after."""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import signal
import sys
from pathlib import Path

from engines import __version__
from engines.protocol.messages import Hello
from engines.runtime import device
from engines.service.channel import Channel, WindowGoneError


def main(arguments: list[str] | None = None) -> int:
    """Serve until the window goes; returns the exit code."""
    options = _parser().parse_args(arguments)
    channel = Channel.over_standard_streams()
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the window, which ends us
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    threads = options.threads or device.default_threads()
    device.limit_numpy_threads()
    try:
        channel.send(Hello(pid=os.getpid(), version=__version__))
        return _serve(channel, options.frames, threads)
    except WindowGoneError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="duet-engine serve",
        description="Serve a window over stdin and stdout. The window starts this by itself.",
    )
    parser.add_argument(
        "--frames",
        type=Path,
        metavar="DIR",
        help="an existing folder to share pictures through; "
        "without it they travel in the stream, for a window on another machine",
    )
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="threads for inference; 0 for all cores"
    )
    return parser


def _serve(channel: Channel, frames: Path | None, threads: int) -> int:
    """Read in one thread, work in this one."""
    from engines.service.attachments import Attachments
    from engines.service.inbox import Inbox
    from engines.service.reader import Reader

    inbox = Inbox()
    reader = Reader(channel, inbox, Attachments(frames))
    reader.start()

    from engines.protocol.errors import EngineError
    from engines.service.pictures import make_pictures
    from engines.service.worker import Worker

    try:
        Worker(channel, inbox, make_pictures(frames), threads).run()
    except EngineError as error:  # no back end: the last line of stderr is what the window shows
        print(error, file=sys.stderr)
        return 1
    return reader.code


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # all is sent; taking the interpreter apart would cost the window 80 ms
