"""Models that compute nothing of interest, and a supervised engine that serves them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from slow_models import make_slow_generator
from tiny_models import make_composer, make_generator

from studio.engine_client.supervisor import Supervisor
from studio.model.jobs import JobsModel


@pytest.fixture(scope="module")
def tiny_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Three models, one of them slow; a test file says that it wants them."""
    assets = tmp_path_factory.mktemp("assets")
    make_generator(assets / "models")
    make_composer(assets / "models")
    make_slow_generator(assets / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUET_ASSETS", str(assets))
        yield


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[Supervisor]:
    supervisor = Supervisor()
    supervisor.start()
    yield supervisor
    supervisor.stop()


@pytest.fixture
def jobs(engine: Supervisor) -> Iterator[JobsModel]:
    model = JobsModel(engine)
    yield model
    model.close()
