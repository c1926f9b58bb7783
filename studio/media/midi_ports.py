"""MIDI devices through python-rtmidi; without it, or without devices, a sentence says so."""

from __future__ import annotations

import importlib
import logging
from dataclasses import dataclass
from typing import Any, Literal

from engines.protocol.errors import bad_input

_log = logging.getLogger(__name__)

Direction = Literal["in", "out"]

NO_LIBRARY = (
    "MIDI devices need the package python-rtmidi, which is not installed. "
    "Install it beside Duet: pip install python-rtmidi."
)
NO_SYSTEM = "This system offers no MIDI devices. On Linux, load the module snd-seq."
NO_DEVICE = "No MIDI device is connected. Connect one and look again."

_NAME = "Duet"


@dataclass(frozen=True)
class Ports:
    """What is connected.

    Attributes:
        names: of the ports, as the system has them.
        reason: one sentence why there are none; "" when there are some.
    """

    names: tuple[str, ...] = ()
    reason: str = ""


def list_ports(direction: Direction) -> Ports:
    """The MIDI ports that notes can be sent to ("out") or come from ("in")."""
    client, reason = _client(direction)
    if client is None:
        return Ports(reason=reason)
    try:
        names = tuple(dict.fromkeys(str(name) for name in client.get_ports()))
    finally:
        client.delete()
    return Ports(names, "" if names else NO_DEVICE)


def open_port(direction: Direction, name: str) -> Any:
    """An open port of the library; the caller closes it with :func:`close_port`.

    Raises:
        EngineError: kind ``bad_input``: the port is gone or somebody else's.
    """
    client, reason = _client(direction)
    if client is None:
        raise bad_input(*reason.split(". ", 1))
    try:
        client.open_port(list(client.get_ports()).index(name), _NAME)
    except Exception as error:
        client.delete()
        _log.info("%s cannot be opened: %s", name, error)
        raise bad_input(
            f"The MIDI device {name} cannot be opened.", "Connect it again, or choose another one."
        ) from error
    return client


def close_port(port: Any) -> None:
    """Close an open port."""
    port.close_port()
    port.delete()


def _client(direction: Direction) -> tuple[Any, str]:
    """A client of the system's MIDI, or None and why there is none."""
    try:
        rtmidi = importlib.import_module("rtmidi")
    except ImportError as error:
        _log.info("python-rtmidi cannot be imported: %s", error)
        return None, NO_LIBRARY
    try:
        kind = rtmidi.MidiOut if direction == "out" else rtmidi.MidiIn
        return kind(name=_NAME), ""
    except Exception as error:  # noqa: BLE001  its errors share no base class but this one
        _log.info("The system has no MIDI: %s", error)
        return None, NO_SYSTEM
