"""The command ``duet``: opens the window."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import QApplication

from engines.protocol.paths import assets_dir, user_data_dir
from studio import crash
from studio.collector import Collector
from studio.engine_client.supervisor import MakeClient, Supervisor, local_engine, remote_engine
from studio.model.settings import Settings

_FIRST_MODE = "image"


class Studio(QObject):
    """Everything that lives as long as the window."""

    def __init__(self, engine: MakeClient | None = None) -> None:
        """Start the engine, then build the window while it warms up.

        Args:
            engine: makes the engine's client; None follows the settings.
        """
        super().__init__()
        data = _writable(user_data_dir())
        self.settings = Settings(data / "settings.json" if data else None, self)
        self.client = Supervisor(engine or self._engine(), self)
        self.client.start()
        # Imported while the engine process starts on another core.
        from studio.model.context import StudioContext
        from studio.model.history import History
        from studio.model.jobs import JobsModel
        from studio.model.wiring import Wiring
        from studio.view.main_window import MainWindow
        from studio.view.theme import theme

        self._lock = QLockFile(str(data / "window.lock")) if data else None
        # A second window of the same user would run the same queue again: it has one of its own.
        alone = self._lock is not None and self._lock.tryLock(0)
        self.history = History(data / "history" if data else None, self)
        self.jobs = JobsModel(self.client, data / "queue.json" if data and alone else None, self)
        kept = data / "session" if data else None
        self.context = StudioContext(
            self.client, self.jobs, self.history, self.settings, folder=kept
        )
        self._wiring = Wiring(self.context)
        theme.apply(self.settings.choices.theme)
        self.window = MainWindow(self.context)
        self.window.closing.connect(self.close)
        self.window.painted.connect(_import_for_pictures)
        self.settings.changed.connect(self._on_setting)
        self._open = True
        if data is None:
            self.context.messages.show(
                f"{user_data_dir()} cannot be written: what you make is lost when Duet closes.",
                level="bad",
            )

    def show(self, mode: str = "") -> None:
        """Show the window in a mode, by default that of the last session."""
        last = self.settings.recall("window.mode", _FIRST_MODE)
        known = [entry.id for entry in self.window.modes()]
        wanted = mode or last
        self.window.show_mode(wanted if wanted in known else _FIRST_MODE)
        self.window.show()

    def close(self) -> None:
        """End of the session: everything to the disk, the engine let go."""
        if not self._open:
            return
        self._open = False
        self.jobs.close()
        self.context.session.close()
        self.client.stop()
        self.history.close()
        self.settings.close()
        if self._lock is not None:
            self._lock.unlock()

    def _engine(self) -> MakeClient:
        host = self.settings.choices.remote_host
        try:
            return remote_engine(host) if host else local_engine()
        except ValueError:
            return local_engine()

    def _on_setting(self, name: str) -> None:
        if name == "theme":
            from studio.view.theme import theme

            theme.apply(self.settings.choices.theme)
        elif name == "remote_host":
            self.client.use(self._engine())


def _writable(folder: Path) -> Path | None:
    """The folder, made when it is missing; None when nothing can be kept in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def _import_for_pictures() -> None:
    """Import what the first picture needs while the engine warms up or makes it."""
    import_module("numpy")
    import_module("PIL.Image")


def application(arguments: Sequence[str]) -> QApplication:
    """The QApplication, in the form every part of the studio expects."""
    from studio.view.theme import ui_font

    app = QApplication([sys.argv[0], *arguments])
    app.setApplicationName("Duet")
    app.setDesktopFileName("duet-studio")
    app.setStyle("Fusion")
    app.setFont(ui_font())
    picture = assets_dir() / "icons" / "duet.png"
    if picture.is_file():
        app.setWindowIcon(QIcon(str(picture)))
    return app


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="duet", description="A studio for portraits and melodies."
    )
    parser.add_argument("file", nargs="?", help="a picture or melody that Duet saved")
    parser.add_argument("--mode", default="", help="image, music, train, library or settings")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="open the window, make one picture, print the times as JSON and exit",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window.

    Args:
        arguments: of the command line, without the program's name.

    Returns:
        The exit code.
    """
    options, rest = _parser().parse_known_args(arguments)
    log_file = crash.start_log(user_data_dir() / "log")
    app = application(rest)
    Collector(app)
    studio = Studio()

    def tell(text: str) -> None:
        studio.context.messages.show(
            text, "Show the log", lambda: _reveal(str(log_file)), level="bad"
        )

    crash.install(tell)
    if options.self_test:
        from studio.self_test import SelfTest

        test = SelfTest(studio)
        studio.show("image")
        app.exec()
        studio.close()
        return test.report()
    studio.show(options.mode)
    studio.context.session.start(restore=not options.file)
    if options.file:
        QTimer.singleShot(0, lambda: studio.window.open_file(options.file))
    code = app.exec()
    studio.close()
    return code


def _reveal(path: str) -> None:
    QDesktopServices.openUrl(f"file://{path}")


if __name__ == "__main__":
    sys.exit(main())
