"""How messages cross the pipe: ``<u32 header length><u32 blob length>`` header, blob.

Lengths are little-endian. The header is one message as MessagePack; the blob is raw bytes
(pictures of an engine that shares no memory with the window). Both lengths have a limit, so that
stray text in the stream is recognised at once instead of being waited for.
"""

from __future__ import annotations

import struct
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from engines.protocol.messages import EngineMessage, FromEngine, ToEngine, WindowMessage

MAX_HEADER = 16 * 2**20
MAX_BLOB = 512 * 2**20

_LENGTHS = struct.Struct("<II")

Message = TypeVar("Message")
Buffer = bytes | bytearray | memoryview


class WireError(Exception):
    """The bytes are not of this protocol, or a message is too big for it."""


class Received(NamedTuple, Generic[Message]):
    """One message off the wire, and the bytes that came with it."""

    message: Message
    blob: bytes


class Writer:
    """Frames messages into one buffer that is used again and again."""

    def __init__(self) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._buffer = bytearray(_LENGTHS.size)

    def head(self, message: ToEngine | FromEngine, blob_length: int = 0) -> memoryview:
        """The lengths and the header; send it, then the blob.

        The bytes are valid until the next call.

        Raises:
            WireError: the header or the blob is longer than the protocol allows.
        """
        buffer = self._buffer = self._reusable()
        self._encoder.encode_into(message, buffer, _LENGTHS.size)
        length = len(buffer) - _LENGTHS.size
        _check(length, blob_length)
        _LENGTHS.pack_into(buffer, 0, length, blob_length)
        return memoryview(buffer)

    def _reusable(self) -> bytearray:
        try:
            self._buffer.clear()
        except BufferError:  # somebody still holds the last head
            self._buffer = bytearray()
        self._buffer.extend(bytes(_LENGTHS.size))
        return self._buffer


def encode(message: ToEngine | FromEngine, blob: Buffer = b"") -> bytes:
    """One whole frame."""
    return b"".join((Writer().head(message, len(blob)), blob))


class _Decoder(Generic[Message]):
    """Takes bytes in whatever pieces they come and gives whole messages."""

    def __init__(self, header: msgspec.msgpack.Decoder[Any]) -> None:
        self._header = header
        self._bytes = bytearray()
        self._broken = ""

    @property
    def waiting(self) -> int:
        """Bytes of a message that is not whole yet."""
        return len(self._bytes)

    def feed(self, piece: Buffer) -> list[Received[Message]]:
        """Add bytes; returns the messages they complete, oldest first.

        Raises:
            WireError: the stream is corrupt. Whole messages before that place were returned or
                are lost with it; nothing after it can be trusted, so every later call raises too.
        """
        if self._broken:
            raise WireError(self._broken)
        self._bytes += piece
        try:
            return self._take_whole()
        except WireError as error:
            self._broken = str(error)
            raise

    def _take_whole(self) -> list[Received[Message]]:
        found: list[Received[Message]] = []
        start = 0
        with memoryview(self._bytes) as view:
            while (end := self._end_of_frame(view, start)) is not None:
                found.append(self._read(view[start:end]))
                start = end
        del self._bytes[:start]
        return found

    def _end_of_frame(self, view: memoryview, start: int) -> int | None:
        if len(view) - start < _LENGTHS.size:
            return None
        header, blob = _LENGTHS.unpack_from(view, start)
        _check(header, blob)
        end = start + _LENGTHS.size + header + blob
        return end if end <= len(view) else None

    def _read(self, frame: memoryview) -> Received[Message]:
        header, _ = _LENGTHS.unpack_from(frame)
        middle = _LENGTHS.size + header
        try:
            message = self._header.decode(frame[_LENGTHS.size : middle])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise WireError(f"A message cannot be read: {error}") from error
        return Received(message, bytes(frame[middle:]))


class WindowDecoder(_Decoder[EngineMessage]):
    """Reads what an engine writes."""

    def __init__(self) -> None:
        super().__init__(msgspec.msgpack.Decoder(EngineMessage))


class EngineDecoder(_Decoder[WindowMessage]):
    """Reads what a window writes."""

    def __init__(self) -> None:
        super().__init__(msgspec.msgpack.Decoder(WindowMessage))


def _check(header: int, blob: int) -> None:
    if header > MAX_HEADER:
        raise WireError(f"A message of {header:,} bytes is over the limit of {MAX_HEADER:,}.")
    if blob > MAX_BLOB:
        raise WireError(f"A picture of {blob:,} bytes is over the limit of {MAX_BLOB:,}.")
