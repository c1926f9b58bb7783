"""An engine on another machine: the same bytes through ssh, which brings keys and encryption."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject

from studio.engine_client.process_client import ProcessClient

#: A host as ssh takes it: name, user@name, an address. Never something it could take as an option.
_HOST = re.compile(r"[A-Za-z0-9_\[][A-Za-z0-9_.@:%\[\]-]*")

COMMAND = ("duet-engine", "serve")


class RemoteClient(ProcessClient):
    """Runs ``duet-engine serve`` on a host that lets us in without asking for a password."""

    def __init__(
        self, host: str, argv: Sequence[str] | None = None, parent: QObject | None = None
    ) -> None:
        """Prepare; nothing runs before ``start``.

        Args:
            host: as on ssh's command line.
            argv: what to run in place of ssh.
            parent: Qt's owner.

        Raises:
            ValueError: the host is not one that ssh could reach.
        """
        super().__init__(
            argv if argv is not None else ssh_argv(host), local=False, host=host, parent=parent
        )


def ssh_argv(host: str) -> list[str]:
    """The command line that runs the engine on a host.

    Raises:
        ValueError: with a sentence for a person.
    """
    if not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} is not a host: write it as name or user@name.")
    options = ("BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=15")
    switches = [word for option in options for word in ("-o", option)]
    return ["ssh", "-T", *switches, "--", host, *COMMAND]
