"""Films through ffmpeg: H.264 in MP4, and GIF with a palette of its own for every frame.

The program comes with imageio-ffmpeg, or is the system's. Frames go in through a pipe, and it
works beside the network that makes them.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engines.protocol.errors import bad_input
from engines.runtime.film import Form

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels

#: Visually without loss, at a tenth of the size of one that is without.
QUALITY = {
    "libx264": ("-c:v", "libx264", "-preset", "veryfast", "-crf", "16"),
    "mpeg4": ("-c:v", "mpeg4", "-q:v", "2"),
}
#: Colours as screens expect them of HD video, sampled as every player can.
COLOURS = (
    "-vf", "scale=out_color_matrix=bt709:out_range=limited,format=yuv420p",
    "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
)  # fmt: skip
#: Every frame's own 256 colours, and a dither that does not flicker.
PALETTE = (
    "-vf",
    "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1:dither=bayer",
    "-loop", "0",
)  # fmt: skip
#: What must be escaped in ffmpeg's own form of metadata.
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "=;#\\\n"})
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_PATIENCE = 10.0


@functools.cache
def find() -> str | None:
    """Where ffmpeg is, or None."""
    try:
        import imageio_ffmpeg
    except ModuleNotFoundError:
        return None
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def program() -> str:
    """Where ffmpeg is.

    Raises:
        EngineError: ``bad_input``, when it is nowhere.
    """
    found = find()
    if found is None:
        raise bad_input(
            "An MP4 needs ffmpeg, which is not here.",
            "Install it with `pip install imageio-ffmpeg`, or choose .gif or .png, which do "
            "without.",
        )
    return found


@functools.cache
def codec(ffmpeg: str) -> str:
    """The best of :data:`QUALITY` that this ffmpeg was built with."""
    told = subprocess.run(
        [ffmpeg, "-hide_banner", "-encoders"],
        capture_output=True, text=True, check=False, creationflags=_NO_WINDOW,
    )  # fmt: skip
    known = {line.split()[1] for line in told.stdout.splitlines() if len(line.split()) > 1}
    return next((name for name in QUALITY if name in known), "mpeg4")


def video(path: Path, form: Form) -> Ffmpeg:
    """A writer of MP4; sides of an odd length get one more row or column, as H.264 wants."""
    wide, high = form.size
    even = (wide + wide % 2, high + high % 2)
    options = [*QUALITY[codec(program())], *COLOURS, "-movflags", "+faststart", "-f", "mp4"]
    return Ffmpeg(path, form, even, options)


def gif(path: Path, form: Form) -> Ffmpeg:
    """A writer of GIF."""
    return Ffmpeg(path, form, form.size, [*PALETTE, "-f", "gif"])


class Ffmpeg:
    """A running ffmpeg that is given frames; see :class:`engines.runtime.film.Writer`."""

    def __init__(self, path: Path, form: Form, size: tuple[int, int], options: list[str]) -> None:
        """Start it; frames are padded to ``size`` by repeating their edge."""
        self._pad = (size[1] - form.size[1], size[0] - form.size[0])
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed at the end of the film
        with tempfile.NamedTemporaryFile(
            "w", suffix=".txt", delete=False, encoding="utf-8"
        ) as tags:
            text = msgspec.json.encode(form.request).decode().translate(_SPECIAL)
            tags.write(f";FFMETADATA1\ncomment={text}\n")
        self._tags = Path(tags.name)
        command = [
            program(), "-y", "-hide_banner", "-loglevel", "error", "-nostats",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}",
            "-r", str(form.fps), "-i", "pipe:0",
            "-f", "ffmetadata", "-i", str(self._tags), "-map", "0:v", "-map_metadata", "1",
            # Half of the cores: the other half makes the frames.
            "-threads", str(max(1, (os.cpu_count() or 2) // 2)), *options, str(path),
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            creationflags=_NO_WINDOW,
        )

    def write(self, frame: Pixels) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        if any(self._pad):
            import numpy as np

            frame = np.pad(frame, ((0, self._pad[0]), (0, self._pad[1]), (0, 0)), mode="edge")
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frame.tobytes())
        except BrokenPipeError:
            self._process.wait(_PATIENCE)
            raise self._fault() from None

    def close(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # its exit code tells
            self._process.stdin.close()
        code = self._process.wait()
        self._said.seek(0)
        if code or b"No space left" in self._said.read():
            raise self._fault()
        self._let_go()

    def abort(self) -> None:
        """See :class:`engines.runtime.film.Writer`."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):  # what was in its buffer has nowhere to go
                self._process.stdin.close()
        self._let_go()

    def _let_go(self) -> None:
        self._said.close()
        self._tags.unlink(missing_ok=True)

    def _fault(self) -> OSError:
        """What ffmpeg said, as the error of a disk."""
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        if "No space left" in said:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        last = said.splitlines()[-1] if said else "ffmpeg ended early"
        return OSError(errno.EIO, last)
