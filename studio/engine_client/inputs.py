"""The pictures that requests work on, kept in memory until the engine has them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping

from msgspec.structs import replace

from engines.protocol.frames import Pixels
from engines.protocol.inputs import LIVE, NEWEST, PASSING, content_key
from engines.protocol.messages import Request


class InputGoneError(Exception):
    """A picture that a request names is not kept here any more."""


class Inputs:
    """Pictures by their key.

    A picture for a job is *put*: copied, and named by its content. One for a live look is *lent*:
    neither copied nor hashed, named by a serial, and forgotten when newer ones have come.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Pixels] = OrderedDict()
        self._lent: OrderedDict[str, Pixels] = OrderedDict()
        self._serial = 0

    def put(self, pixels: Pixels) -> str:
        """Keep a picture, (H, W) or (H, W, channels) 8 bits each; returns its lasting key."""
        key = content_key(pixels)
        if key not in self._kept:
            self._kept[key] = pixels.copy()
        self._kept.move_to_end(key)
        return key

    def lend(self, pixels: Pixels, passing: bool = False) -> str:
        """Name a picture for live requests; returns its key.

        Args:
            pixels: not to be changed while the key is used: this memory is read when it is sent.
            passing: whether only the next request will name it, so that it may travel lightly.
        """
        self._serial += 1
        key = f"{PASSING if passing else LIVE}{self._serial}"
        self._lent[key] = pixels
        while len(self._lent) > NEWEST:
            self._lent.popitem(last=False)
        return key

    def named(
        self, request: Request, given: Mapping[str, Pixels | str] | None, live: bool = False
    ) -> Request:
        """A request that names its pictures.

        Args:
            request: what to ask for.
            given: pictures by name, as pixels or as keys from before.
            live: whether pixels are lent instead of put.
        """
        if not given:
            return request
        keys = {name: self._key(one, live) for name, one in given.items()}
        for key in keys.values():
            if key in self._lent:  # one that is in use outlives others
                self._lent.move_to_end(key)
        return replace(request, inputs={**request.inputs, **keys})

    def _key(self, picture: Pixels | str, live: bool) -> str:
        if isinstance(picture, str):
            return picture
        return self.lend(picture, passing=True) if live else self.put(picture)

    def pixels(self, key: str) -> Pixels:
        """A picture by its key; not to be changed.

        Raises:
            InputGoneError: it is not here.
        """
        row = self._lent if key.startswith(LIVE) else self._kept
        try:
            return row[key]
        except KeyError:
            raise InputGoneError(key) from None

    def prune(self, wanted: Collection[str]) -> None:
        """Forget every picture that was put and is not among these."""
        for key in [key for key in self._kept if key not in wanted]:
            del self._kept[key]

    def flush(self) -> None:
        """Wait until everything is where it is kept."""

    def close(self) -> None:
        """End of the session."""
