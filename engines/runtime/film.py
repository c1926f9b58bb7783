"""Films: frames in, one by one, and a file that appears whole at the end or not at all.

The ending says the format: MP4 for other programs, GIF for pages and mails, APNG without any loss,
and without an ending a folder of numbered PNG files for an editor. No frame is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engines.protocol.errors import bad_input
from engines.runtime.files import check_writable, replacing, replacing_folder, unwritable
from engines.runtime.opencv import opencv

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.protocol.messages import Request

#: Browsers play a GIF at a tenth of a second a frame where it asks for less than two hundredths.
GIF_MOST_FPS = 50
ENDINGS = (".mp4", ".gif", ".png")


@dataclass(frozen=True, slots=True)
class Form:
    """What a film is.

    Attributes:
        size: (width, height) in pixels.
        fps: frames a second.
        request: what makes exactly this film again; written into the file where it takes text.
    """

    size: tuple[int, int]
    fps: int
    request: Request


class Writer(Protocol):
    """What writes one format, under a temporary name."""

    def write(self, frame: Pixels) -> None:
        """Append a frame (H, W, 3).

        Raises:
            OSError: the disk refuses.
        """

    def close(self) -> None:
        """Finish the file.

        Raises:
            OSError: the disk refuses.
        """

    def abort(self) -> None:
        """Let go of the file, which is worth nothing; never fails."""


@contextmanager
def writing(path: Path, form: Form) -> Iterator[Writer]:
    """A film that is in place when the block ends well; after an error nothing is left of it.

    Raises:
        EngineError: ``bad_input``, for an ending that is no film's, a place that cannot be written
            to, a full disk, or an MP4 without ffmpeg.
    """
    check(path, form.fps)
    place: Callable[[Path], AbstractContextManager[Path]]
    place = replacing_folder if is_folder(path) else replacing
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with place(path) as temporary:
            writer = _open(temporary, path.suffix.lower(), form)
            try:
                yield writer
                writer.close()
            except BaseException:
                writer.abort()
                raise
    except OSError as error:
        raise unwritable(path, error) from error


def is_folder(path: Path) -> bool:
    """Whether a film of this name is a folder of pictures."""
    return not path.suffix


def check(path: Path, fps: int = 1) -> None:
    """Find out before anything is computed whether a film can be written there.

    Raises:
        EngineError: ``bad_input``, see :func:`writing`.
    """
    if not path.name:
        raise bad_input("Where to write the film is missing.", f"Give a file: {_endings()}.")
    if not is_folder(path) and path.suffix.lower() not in ENDINGS:
        raise bad_input(f"Cannot write a film as {path.name}.", f"Give {_endings()}.")
    if path.suffix.lower() == ".gif" and fps > GIF_MOST_FPS:
        raise bad_input(
            f"A GIF cannot be played at {fps} frames a second.",
            f"Choose at most {GIF_MOST_FPS}, or .mp4 or .png.",
        )
    if path.suffix.lower() == ".mp4":
        from engines.runtime import film_ffmpeg

        film_ffmpeg.program()
    if is_folder(path):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise bad_input(
                f"{path} exists and is not an empty folder.", "Give the name of a new one."
            )
    elif path.is_dir():
        raise bad_input(f"{path} is a folder.", "Give the name of a file.")
    check_writable(path.parent)


def enlarged(pixels: Pixels, size: int) -> Pixels:
    """A picture (S, S, 3) smoothly enlarged to (size, size, 3)."""
    if pixels.shape[0] == size:
        return pixels
    cv2 = opencv()
    result: Pixels = cv2.resize(pixels, (size, size), interpolation=cv2.INTER_CUBIC)
    return result


def _endings() -> str:
    return f"a name that ends in {', '.join(ENDINGS)}, or one without an ending for a folder"


def _open(temporary: Path, suffix: str, form: Form) -> Writer:
    """The writer of a format; what it stands on is loaded now."""
    if suffix == ".mp4":
        from engines.runtime import film_ffmpeg

        return film_ffmpeg.video(temporary, form)
    if suffix == ".gif":
        from engines.runtime import film_ffmpeg, film_gif

        if film_ffmpeg.find() is not None:
            return film_ffmpeg.gif(temporary, form)
        return film_gif.Gif(temporary, form)
    from engines.runtime import film_png

    if suffix == ".png":
        return film_png.AnimatedPng(temporary, form)
    return film_png.Sequence(temporary, form)
