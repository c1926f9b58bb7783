"""The names of pictures in requests, and the shelf that both ends of the pipe count along."""

from __future__ import annotations

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engines.protocol.inputs import NEWEST, Shelf, content_key
from engines.protocol.messages import Attach, FrameRef, Live, Output, Request, Submit
from engines.protocol.wire import EngineDecoder, encode


def test_a_key_names_size_channels_and_pixels() -> None:
    picture = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    same = [picture.copy(), np.asfortranarray(picture), picture[:, :, :]]
    others = [
        picture.reshape(4, 2, 3),
        picture.reshape(2, 3, 4),
        picture.reshape(4, 6),
        picture + np.uint8(1),
    ]
    key = content_key(picture)
    assert key.startswith("sha256:")
    assert {content_key(each) for each in same} == {key}
    assert len({key, *(content_key(each) for each in others)}) == 5
    assert content_key(picture[..., 0]) == content_key(picture[..., :1])


def test_a_request_of_an_older_version_is_read() -> None:
    old = b'{"task": "generate", "model": "m", "seed": 1, "weights": "", "params": {"count": 2}}'
    assert msgspec.json.decode(old, type=Request).inputs == {}
    output = msgspec.json.decode(b'{"request": ' + old + b"}", type=Output)
    assert output.box is None


def test_attached_pictures_go_before_the_request_with_their_bytes() -> None:
    request = Request(task="inpaint", model="m", inputs={"image": "sha256:00"})
    attach = Attach(key="sha256:00", frame=FrameRef("", 0, 5, 1, 1, 3, "png"))
    decoder = EngineDecoder()
    received = decoder.feed(encode(attach, b"bytes") + encode(Submit(job="a", request=request)))
    assert received == [(attach, b"bytes"), (Submit(job="a", request=request), b"")]


def test_the_least_recently_used_leave_and_the_newest_stay_whatever_their_size() -> None:
    shelf: Shelf[str] = Shelf(most=100)
    for name in "abcde":
        shelf.put(name, 20, name)
    assert shelf.get("a") == "a"
    shelf.put("f", 20, "f")
    assert [shelf.peek(name) for name in "abcdef"] == ["a", None, "c", "d", "e", "f"]
    for name in "wxyz":
        shelf.put(name, 1_000, name)
    assert [shelf.peek(name) for name in "wxyz"] == list("wxyz")
    assert shelf.peek("f") is None
    assert NEWEST == 4


def test_live_pictures_push_out_only_live_ones() -> None:
    shelf: Shelf[int] = Shelf(most=100)
    shelf.put("sha256:1", 50, 0)
    for number in range(20):
        shelf.put(f"live:{number}", 30, number)
    assert shelf.get("sha256:1") == 0
    assert shelf.get("live:15") is None
    assert shelf.get("live:19") == 19


KEYS = st.sampled_from(["sha256:a", "sha256:b", "sha256:c", "sha256:d", "sha256:e", "live:1"])


@given(st.lists(st.lists(KEYS, min_size=1, max_size=3), max_size=30), st.integers(1, 200))
def test_the_window_knows_what_the_engine_has(requests: list[list[str]], most: int) -> None:
    """The outbox's rule against an engine that only sees the messages."""
    size = {key: 10 * (1 + ord(key[-1]) % 7) for key in ("sha256:a", "sha256:b", "sha256:c")}
    window: Shelf[bool] = Shelf(most)
    engine: Shelf[str] = Shelf(most)
    for keys in requests:
        for key in (*keys, *keys):
            if not window.peek(key):
                engine.put(key, size.get(key, 40), key)
                window.put(key, size.get(key, 40), True)
        for key in keys:
            window.get(key)
        assert [engine.get(key) for key in keys] == keys


def test_a_live_request_may_name_pictures() -> None:
    live = Live(stamp=1, request=Request(task="inpaint", model="m", inputs={"image": "live:1"}))
    assert EngineDecoder().feed(encode(live))[0].message == live
