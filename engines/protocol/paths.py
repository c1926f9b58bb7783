"""Where Duet finds what it ships and keeps what it makes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP = "duet-studio"


def is_frozen() -> bool:
    """Whether this is the packed folder: its Python is its own, and nothing can be added."""
    return bool(getattr(sys, "frozen", False))


def advice_for_training() -> str:
    """How to get what training needs where it is missing, in one sentence."""
    if is_frozen():
        return "This packed Duet comes without it; install Duet with Python, as its README says."
    return f"Install it with `pip install '{APP}[train]'`."


def assets_dir() -> Path:
    """The folder of shipped models, themes and icons (``DUET_ASSETS`` overrides it)."""
    override = os.environ.get("DUET_ASSETS")
    return Path(override) if override else Path(__file__).resolve().parents[2] / "assets"


def user_data_dir() -> Path:
    """The user's models, history, queue and autosaves (``DUET_DATA`` overrides it)."""
    override = os.environ.get("DUET_DATA")
    return Path(override) if override else Path(platformdirs.user_data_dir(APP, False))


def shipped_models_dir() -> Path:
    """The models that come with Duet."""
    return assets_dir() / "models"


def user_models_dir() -> Path:
    """The models that the user trained or imported."""
    return user_data_dir() / "models"
