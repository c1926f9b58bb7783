"""Takes the pictures of the README and of the manual from the real window with the real engine.

    python packaging/screenshots.py [--out assets/screenshots] [--all] [--only image-dark]

Nothing of the user's is read or changed: the window lives in a folder of its own. Without a
display Qt's offscreen platform draws the same pixels.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.app import Studio
    from studio.view.panels.image_page import ImagePage

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((1280, 800), (1920, 1080))
THEMES = ("dark", "light")
_PATIENCE = 90.0
_LEARNT = 40  # pictures that the Train mode is shown with


def settle(condition: Callable[[], bool], seconds: float = _PATIENCE) -> None:
    """Run the window until something is true; its threads run too.

    Raises:
        TimeoutError: it never was.
    """
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        QApplication.processEvents()
        # Only an event loop of Qt's own deletes what was to be deleted later.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.01)


def pause(seconds: float) -> None:
    """Let the window draw what it still wants to draw."""
    end = time.monotonic() + seconds
    settle(lambda: time.monotonic() > end)


def idle(studio: Studio) -> bool:
    """Whether the queue is empty."""
    return studio.jobs.active_count() == 0


# --- scenes: each brings the window into a state worth a picture -----------------------------


def first_start(studio: Studio) -> None:
    """Nothing has been made yet."""
    studio.window.show_mode("image")
    settle(lambda: studio.context.models.known)


def image(studio: Studio) -> None:
    """A portrait in view, candidates and a history below."""
    page = _image_page(studio)
    for model in studio.context.models.for_task("generate"):
        page.model.choose_model(model.name)
        page.model.values.set("count", 6)
        page.model.seed.set(11)
        page.generate()
        settle(lambda: idle(studio))
    page.model.choose_model(studio.context.models.for_task("generate")[0].name)
    page.model.values.set("count", 4)
    page.model.seed.set(2065)
    page.generate()
    settle(lambda: idle(studio))
    page.viewing.step(1)


def paint(studio: Studio) -> None:
    """Strokes on a layer of their own, over a kept portrait."""
    from PySide6.QtGui import QColor

    page = _image_page(studio)
    page.viewing.keep()
    page.work.layers.add()
    page.toolbox.choose("brush")
    page.toolbox.settings.set("hardness", 0.7)
    wide, high = (page.context.document.state.size.width(), 0.86)
    for colour, size, heights in (
        ("#4B5BE0", 0.07, (0.16, 0.07, 0.16)),
        ("#F2B84B", 0.03, (high, high - 0.04, high)),
    ):
        page.toolbox.set_colour(QColor(colour))
        page.toolbox.settings.set("size", round(wide * size))
        _drag(page, [(wide * (0.1 + 0.4 * n), wide * y) for n, y in enumerate(heights)])


def inpaint(studio: Studio) -> None:
    """A photograph-like picture, part of it painted over, and its fills laid out."""
    page = _image_page(studio)
    page.context.session.new()
    page.context.messages.clear()
    page.files.open_path(str(ROOT / "assets" / "demo" / "meadow.webp"))
    settle(lambda: not page.context.session.busy)
    page.toolbox.choose("mask")
    wide = page.context.document.state.size.width()
    page.toolbox.settings.set("size", round(wide * 0.12))
    _drag(page, [(wide * (0.55 + 0.04 * n), wide * 0.42) for n in range(5)])
    page.inpaint.seed.set(7)
    page.fill()
    settle(lambda: idle(studio))
    pause(0.3)


def latent(studio: Studio) -> None:
    """A portrait steered by sliders."""
    page = _image_page(studio)
    page.context.session.new()
    page.context.messages.clear()
    page.toolbox.choose("hand")
    model = page.latent
    model.choose_model(model.tool.default_model)
    page.steer()
    model.seed.set(11)
    for one in model.directions[1:4]:
        model.move(one, one.high / 2)
    settle(lambda: page.viewing.source == "live")
    pause(0.5)


def marking(studio: Studio) -> None:
    """Pictures told apart for a direction of one's own."""
    page = _image_page(studio)
    page.mark()
    page.marking.set_title("Beard")
    page.marking.more()
    settle(lambda: idle(studio))
    for number, entry in enumerate(page.viewing.candidates[:7]):
        page.marking.set_sign(entry.id, "minus" if number % 3 == 1 else "plus")
    pause(0.5)


def arithmetic(studio: Studio) -> None:
    """Three wells of pictures, and what comes of them."""
    page = _image_page(studio)
    page.marking.leave()
    page.viewing.discard()
    page.steer()
    page.latent.clear_moves()
    known = [one for one in page.context.models.for_task("generate") if one.examples]
    if known:
        page.latent.choose_model(known[0].name)
    page.deck.open_page("Arithmetic")
    by_name = {one.title: one for one in page.board.examples}
    if "Glasses" in by_name:
        glasses, hair = by_name["Glasses"], by_name["Facial hair"]
        for well, seeds in enumerate((glasses.having, glasses.lacking, hair.having)):
            page.board.add_examples(well, seeds)
    settle(lambda: page.viewing.source == "live")
    pause(1.5)


def walk(studio: Studio) -> None:
    """A walk over four portraits on its timeline."""
    page = _image_page(studio)
    page.deck.open_page("Walk")
    for seed in (11, 12, 14, 17):
        page.latent.seed.set(seed)
        pause(0.3)
        page.walk.add()
    pause(1.0)


def _drag(page: ImagePage, points: list[tuple[float, float]]) -> None:
    """Draw with the left button through points of the picture."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtTest import QTest

    view, left, none = page.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    spots = [view.picture.placement.to_view(QPointF(*point)).toPoint() for point in points]
    QTest.mousePress(view, left, none, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(view, spot)
    QTest.mouseRelease(view, left, none, spots[-1])


def music(studio: Studio) -> None:
    """Two bars locked, two of the others written again, and what there was before."""
    from studio.view.panels.compose_page import ComposePage

    studio.window.show_mode("music")
    pause(0.3)
    studio.window.registry.trigger("music.compose")
    settle(lambda: idle(studio))
    page = studio.window.pages["music"]
    assert isinstance(page, ComposePage)
    page.model.song.set_locks([0, 1])
    page.model.playback.set_loop(64, 96)
    studio.window.registry.trigger("music.again")
    settle(lambda: idle(studio))


def chord(studio: Studio) -> None:
    """The chord of a bar, picked."""
    from studio.view.panels.compose_page import ComposePage

    page = studio.window.pages["music"]
    assert isinstance(page, ComposePage)
    page.score.lane_work.open_picker(2)


def train(studio: Studio) -> None:
    """A model that has learnt a minute from a folder of pictures."""
    from studio.view.panels.train_page import TrainPage

    folder = Path(os.environ["DUET_DATA"]) / "portraits-of-mine"
    words = ("--model", "portraits-peeps-128", "--seed", "1", "--count", str(_LEARNT))
    command = [sys.executable, "-m", "engines.cli", "generate", *words, "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    studio.window.show_mode("train")
    page = studio.window.pages["train"]
    assert isinstance(page, TrainPage)
    page.model.choose_folder(folder)
    settle(lambda: page.model.state == "ready")
    page.model.set_minutes(1)
    page.model.train()
    settle(lambda: page.model.state in ("done", "failed"), 5 * _PATIENCE)
    if page.model.state == "failed":
        raise RuntimeError(page.model.problem)
    pause(0.5)


def losses(studio: Studio) -> None:
    """How the two networks stood while they learnt."""
    from studio.view.panels.train_page import TrainPage

    page = studio.window.pages["train"]
    assert isinstance(page, TrainPage)
    page.tables.tabs[2].click()
    pause(0.5)


def library(studio: Studio) -> None:
    """Every model."""
    studio.window.show_mode("library")


def settings(studio: Studio) -> None:
    """Settings and About."""
    studio.window.show_mode("settings")


def palette(studio: Studio) -> None:
    """The command palette over the Image mode."""
    studio.window.show_mode("image")
    studio.window.popovers.toggle_palette()


def keys(studio: Studio) -> None:
    """The sheet of all keys."""
    studio.window.show_mode("image")
    studio.window.popovers.toggle_sheet()


def manual(studio: Studio) -> None:
    """The manual at what is in view."""
    studio.window.show_mode("image")
    studio.window.popovers.toggle_manual()


def queue(studio: Studio) -> None:
    """The queue with what was made."""
    studio.window.show_mode("image")
    studio.window.popovers.toggle_queue()


SCENES: tuple[Callable[[Studio], None], ...] = (
    first_start,
    image,
    paint,
    inpaint,
    latent,
    marking,
    arithmetic,
    walk,
    music,
    chord,
    train,
    losses,
    library,
    settings,
    palette,
    keys,
    manual,
    queue,
)
#: What goes into the repository: both modes in every form, one picture of some others.
IN_FULL = ("image", "music")
ONCE = (
    "first-start-dark-1280x800",
    "paint-dark-1280x800",
    "paint-light-1280x800",
    "inpaint-dark-1280x800",
    "inpaint-light-1280x800",
    "latent-dark-1280x800",
    "latent-light-1280x800",
    "marking-dark-1280x800",
    "arithmetic-dark-1280x800",
    "walk-dark-1280x800",
    "chord-dark-1280x800",
    "train-dark-1280x800",
    "losses-dark-1280x800",
    "library-light-1280x800",
    "keys-dark-1280x800",
    "manual-dark-1280x800",
)
LEARNT = ("train", "losses")
_QUALITY = 92
_ASIDE = (36, 600)  # the pointer is kept where nothing lights up under it


def _image_page(studio: Studio) -> ImagePage:
    from studio.view.panels.image_page import ImagePage

    studio.window.show_mode("image")
    page = studio.window.page("image")
    assert isinstance(page, ImagePage)
    settle(lambda: studio.context.models.known)
    return page


def wanted(name: str, scene: str, everything: bool, only: str) -> bool:
    """Whether this picture is asked for."""
    return only in name and (everything or scene in IN_FULL or name in ONCE)


def asked_for(scene: str, everything: bool, only: str) -> bool:
    """Whether any picture of a scene is asked for."""
    names = (f"{scene}-{theme}-{width}x{height}" for theme in THEMES for width, height in SIZES)
    return any(wanted(name, scene, everything, only) for name in names)


def shoot(studio: Studio, scene: str, out: Path, everything: bool, only: str) -> None:
    """Save the window in every theme and size asked for."""
    for theme in THEMES:
        for width, height in SIZES:
            name = f"{scene}-{theme}-{width}x{height}"
            if not wanted(name, scene, everything, only):
                continue
            studio.settings.choose(theme=theme)
            studio.window.resize(width, height)
            pause(0.5)
            path = out / f"{name}.webp"
            studio.window.grab().save(str(path), "webp", _QUALITY)
            print(path)


def main() -> int:
    """Go through the scenes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "screenshots")
    parser.add_argument("--all", action="store_true", help="every scene in every form")
    parser.add_argument("--only", default="", help="a part of the pictures' names")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="duet-screenshots-") as folder:
        os.environ["DUET_DATA"] = folder
        from PySide6.QtGui import QCursor

        from studio.app import Studio, application

        app = application([])
        if app.platformName() == "offscreen":  # not a person's own pointer
            QCursor.setPos(*_ASIDE)  # before there is a window: it would not hear of it later
        studio = Studio()
        studio.show("image")
        for scene in SCENES:
            learnt = any(asked_for(name, options.all, options.only) for name in LEARNT)
            if scene.__name__ in LEARNT and not learnt:
                continue  # the only ones that take minutes
            scene(studio)
            shoot(studio, scene.__name__.replace("_", "-"), options.out, options.all, options.only)
            for popover in (
                studio.window.popovers.palette,
                studio.window.popovers.sheet,
                studio.window.popovers.manual,
                studio.window.popovers.queue,
            ):
                if popover is not None:
                    popover.close_popover()
        studio.window.close()
        studio.close()
        app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
