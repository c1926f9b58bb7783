from __future__ import annotations

import contextlib
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.music.score import Clip, Note
from engines.protocol import wire
from engines.protocol.messages import (
    Cancel,
    Done,
    EngineMessage,
    Failed,
    FrameRef,
    Hello,
    ListModels,
    Live,
    LiveFrame,
    Models,
    Output,
    Preview,
    Progress,
    Ready,
    Request,
    SetThreads,
    Shutdown,
    Started,
    Submit,
    WindowMessage,
)
from engines.protocol.wire import EngineDecoder, Received, WindowDecoder, WireError, Writer, encode

text = st.text(max_size=12)
number = st.floats(allow_nan=False)
count = st.integers(0, 2**31)
values = st.one_of(st.integers(-(2**40), 2**40), number, text, st.booleans())
requests = st.builds(
    Request,
    task=text,
    model=text,
    seed=st.integers(0, 2**32 - 1),
    params=st.dictionaries(text, values, max_size=4),
)
notes = st.builds(Note, count, count, st.integers(0, 127))
clips = st.builds(
    Clip,
    bars=count,
    tempo=number,
    chords=st.lists(text, max_size=3).map(tuple),
    notes=st.lists(notes, max_size=3).map(tuple),
)
frames = st.builds(FrameRef, text, count, count, count, count, serial=st.integers(0, 2**60))
outputs = st.builds(
    Output, request=requests, frame=st.none() | frames, clip=st.none() | clips, note=text
)
to_engine = st.one_of(
    st.builds(Submit, job=text, request=requests),
    st.builds(Cancel, job=text),
    st.builds(Live, stamp=count, request=requests),
    st.builds(SetThreads, threads=count, spin=st.booleans()),
    st.just(ListModels()),
    st.just(Shutdown()),
)
from_engine = st.one_of(
    st.builds(Hello, pid=count, version=text),
    st.builds(Ready, backend=text, seconds=number),
    st.builds(Models, models=st.just([])),
    st.builds(Started, job=text),
    st.builds(Progress, job=text, done=count, total=count, seconds_left=number, note=text),
    st.builds(Preview, job=text, output=outputs, finished=st.booleans()),
    st.builds(Done, job=text, outputs=st.lists(outputs, max_size=3), seconds=number),
    st.builds(Failed, job=text, kind=st.just("bad_input"), message=text),
    st.builds(LiveFrame, stamp=count, output=outputs, seconds=number),
)


def pieces_of(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(edges)]


@given(
    sent=st.lists(st.tuples(from_engine, st.binary(max_size=200)), max_size=6),
    cuts=st.lists(st.integers(0, 2**16), max_size=12),
)
def test_what_the_engine_sends_arrives_however_it_is_cut(
    sent: list[tuple[EngineMessage, bytes]], cuts: list[int]
) -> None:
    data = b"".join(encode(message, blob) for message, blob in sent)
    decoder = WindowDecoder()

    received = [item for piece in pieces_of(data, cuts) for item in decoder.feed(piece)]

    assert received == sent
    assert decoder.waiting == 0


@given(sent=st.lists(to_engine, max_size=6), cuts=st.lists(st.integers(0, 2**16), max_size=12))
def test_what_the_window_sends_arrives_however_it_is_cut(
    sent: list[WindowMessage], cuts: list[int]
) -> None:
    writer = Writer()
    data = b"".join(bytes(writer.head(message)) for message in sent)
    decoder = EngineDecoder()

    received = [item for piece in pieces_of(data, cuts) for item in decoder.feed(piece)]

    assert received == [(message, b"") for message in sent]


def test_one_byte_at_a_time() -> None:
    data = encode(Hello(pid=7, version="1"), b"abc")
    decoder = WindowDecoder()

    received = [item for byte in data for item in decoder.feed(bytes([byte]))]

    assert received == [Received(Hello(pid=7, version="1"), b"abc")]


@given(noise=st.binary(min_size=8, max_size=64))
def test_noise_is_an_error_or_waits_but_never_anything_else(noise: bytes) -> None:
    try:
        received = WindowDecoder().feed(noise)
    except WireError:
        return
    assert received == []


@given(position=st.integers(0, 10**6), value=st.integers(0, 255))
def test_a_changed_byte_is_an_error_or_another_message(position: int, value: int) -> None:
    data = bytearray(encode(Failed(job="j", kind="internal", message="It broke."), b"blob"))
    data[position % len(data)] = value
    with contextlib.suppress(WireError):
        WindowDecoder().feed(bytes(data))


def test_text_in_the_stream_is_recognised_at_once() -> None:
    with pytest.raises(WireError, match="over the limit"):
        WindowDecoder().feed(b"Downloading weights...\n")


def test_after_an_error_nothing_is_read_any_more() -> None:
    decoder = WindowDecoder()
    with pytest.raises(WireError):
        decoder.feed(b"Downloading weights...\n")

    with pytest.raises(WireError, match="over the limit"):
        decoder.feed(encode(Started(job="j")))


def test_a_header_that_is_no_message_is_named() -> None:
    with pytest.raises(WireError, match="cannot be read"):
        WindowDecoder().feed(struct.pack("<II", 1, 0) + b"\xc1")


def test_a_window_does_not_take_a_windows_message() -> None:
    with pytest.raises(WireError, match="cannot be read"):
        WindowDecoder().feed(encode(Cancel(job="j")))


def test_messages_beyond_the_limits_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_HEADER", 100)
    monkeypatch.setattr(wire, "MAX_BLOB", 10)

    with pytest.raises(WireError, match="over the limit of 100"):
        encode(Started(job="j" * 200))
    with pytest.raises(WireError, match="over the limit of 10"):
        encode(Started(job="j"), bytes(11))


def test_the_writer_survives_somebody_holding_its_last_bytes() -> None:
    writer = Writer()
    held = writer.head(Started(job="first"))

    second = writer.head(Started(job="second"))

    decoder = WindowDecoder()
    assert [m.message for m in decoder.feed(held) + decoder.feed(second)] == [
        Started(job="first"),
        Started(job="second"),
    ]
