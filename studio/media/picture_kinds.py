"""What a file is that is no picture, so that a refusal can say it."""

from __future__ import annotations

#: Where the bytes are, the bytes, and what people call such a file.
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a zip file"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"gimp xcf", "a GIMP document"),
    (0, b"MThd", "a MIDI file"),
    (0, b"\x1f\x8b", "a gzip file"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"<svg", "an SVG drawing"),
    (0, b"<?xml", "an XML document"),
    (0, b"<!DOCTYPE", "a web page"),
    (0, b"<html", "a web page"),
    (4, b"ftyphei", "a HEIC photograph"),
    (4, b"ftypmif", "a HEIC photograph"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftyp", "a film"),
    (8, b"WAVE", "a sound"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
)


def foreign_kind(data: bytes) -> str:
    """What the file is in words with their article, or "" for something unknown."""
    start = data[:64].lstrip() if data[:1].isspace() else data[:64]
    for place, mark, kind in _MARKS:
        if start[place : place + len(mark)].lower() == mark.lower():
            return kind
    return ""
