"""Several live previews on one engine: each shows its own frames."""

from __future__ import annotations

from fake_engine import FakeEngine, flat_picture

from engines.protocol.messages import Live, LiveFrame, Request
from studio.model.live import LivePreview


def answer(engine: FakeEngine, live: Live) -> None:
    output = engine.output(live.request, flat_picture(8))
    engine.receive(LiveFrame(stamp=live.stamp, output=output, seconds=0.0))


def test_a_frame_goes_to_whoever_asked_for_it(qapp: object) -> None:
    engine = FakeEngine()
    one, other = LivePreview(engine), LivePreview(engine)
    shown: list[tuple[str, int]] = []
    one.shown.connect(lambda picture: shown.append(("one", picture.request.seed)))
    other.shown.connect(lambda picture: shown.append(("other", picture.request.seed)))
    for seed, preview in enumerate((one, other, one)):
        preview.ask(Request(task="generate", model="m", seed=seed))
    first, between, last = engine.sent_of(Live)
    for live in (first, between, last):
        answer(engine, live)
    assert shown == [("one", 0), ("other", 1), ("one", 2)]


def test_what_was_stopped_is_not_shown(qapp: object) -> None:
    engine = FakeEngine()
    preview = LivePreview(engine)
    shown: list[object] = []
    preview.shown.connect(shown.append)
    preview.ask(Request(task="generate", model="m"))
    preview.stop()
    answer(engine, engine.sent_of(Live)[-1])
    assert shown == []
