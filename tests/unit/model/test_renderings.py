"""Pictures of requests: asked for one by one, politely, and again when they were pushed out."""

from __future__ import annotations

from fake_engine import FakeEngine, flat_picture
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Live, LiveFailed, Request
from studio.model.renderings import Renderings


def request(seed: int) -> Request:
    return Request(task="generate", model="m", seed=seed)


def asked(engine: FakeEngine) -> list[int]:
    return [live.request.seed for live in engine.sent_of(Live)]


def test_pictures_are_made_one_after_the_other(qtbot: QtBot) -> None:
    engine = FakeEngine()
    made = Renderings(engine)
    assert made.get(request(1)) is None
    assert made.get(request(2)) is None
    qtbot.waitUntil(lambda: asked(engine) == [1])
    engine.answer_live(flat_picture())
    qtbot.waitUntil(lambda: asked(engine) == [1, 2])
    image = made.get(request(1))
    assert image is not None
    assert image.width() == 64
    made.put(request(3), image)
    assert made.get(request(3)) == image


def test_somebody_else_goes_first_and_a_lost_wish_is_made_again(qtbot: QtBot) -> None:
    engine = FakeEngine()
    made = Renderings(engine)
    engine.live(request(9))
    made.get(request(1))
    qtbot.waitUntil(lambda: not made._later.isActive())
    assert asked(engine) == [9]
    engine.answer_live(flat_picture())
    qtbot.waitUntil(lambda: asked(engine) == [9, 1])
    engine.live(request(10))  # takes the mailbox's one place
    engine.answer_live(flat_picture())
    qtbot.waitUntil(lambda: asked(engine) == [9, 1, 10, 1])


def test_what_cannot_be_made_is_not_asked_for_for_ever(qtbot: QtBot) -> None:
    engine = FakeEngine()
    made = Renderings(engine)
    made.get(request(1))
    qtbot.waitUntil(lambda: asked(engine) == [1])
    stamp = engine.sent_of(Live)[-1].stamp
    engine.receive(LiveFailed(stamp=stamp, kind="bad_input", message="No."))
    image = made.get(request(1))
    assert image is not None
    assert image.isNull()
