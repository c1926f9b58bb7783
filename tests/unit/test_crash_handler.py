"""What nobody foresaw is logged and said; the window lives on."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import crash


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    kept = sys.excepthook, threading.excepthook, logging.getLogger().handlers[:]
    yield
    sys.excepthook, threading.excepthook, logging.getLogger().handlers[:] = kept
    faulthandler.enable()
    while crash._native:
        crash._native.pop().close()


def test_an_exception_is_one_sentence_and_a_traceback_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    said: list[str] = []
    crash.install(said.append)
    try:
        raise ZeroDivisionError("by nought")
    except ZeroDivisionError as error:
        sys.excepthook(ZeroDivisionError, error, error.__traceback__)
    assert said == ["Something went wrong inside Duet (ZeroDivisionError). Your results are safe."]
    assert "by nought" in caplog.text
    assert "Traceback" in caplog.text


def test_an_exception_in_a_thread_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    crash.install(lambda _text: None)

    def fail() -> None:
        raise OSError("far away")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "far away" in caplog.text


def test_the_log_is_a_file_in_the_given_folder(tmp_path: Path) -> None:
    logging.getLogger().handlers.clear()
    path = crash.start_log(tmp_path / "log")
    logging.getLogger("studio").error("noted")
    assert "noted" in path.read_text(encoding="utf-8")
    logging.getLogger().handlers[0].close()


def test_without_a_folder_the_log_goes_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file")
    crash.start_log(tmp_path / "log")
