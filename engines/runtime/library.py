"""The models on the disk: what there is, what is wrong with it, and one model by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engines.protocol.errors import EngineError, bad_input, bad_model
from engines.protocol.messages import ModelInfo
from engines.protocol.paths import (
    advice_for_training,
    is_frozen,
    shipped_models_dir,
    user_models_dir,
)
from engines.runtime import direction_notes
from engines.runtime.cards import (
    CARD,
    PREVIEW,
    REQUIRED,
    TRAINING,
    WEIGHTS,
    Card,
    read_card,
    read_sealed,
)
from engines.runtime.headers import metadata_of


@dataclass(frozen=True, slots=True)
class Model:
    """One usable model.

    Attributes:
        path: its folder.
        card: its card, checked.
        info: the same for a list in the window.
    """

    path: Path
    card: Card
    info: ModelInfo

    def read(self, name: str) -> bytes:
        """The bytes of one of its sealed files, checked against the card.

        Args:
            name: :data:`engines.runtime.cards.NETWORK` or another sealed file.

        Raises:
            EngineError: kind ``bad_model``, when it is missing, unreadable or changed.
        """
        return read_sealed(self.path, self.card, name)


def learnable(model: Model) -> Path:
    """The file with both networks that learning on starts from.

    Raises:
        EngineError: ``bad_input``, for a model that was published without it.
    """
    path = model.path / TRAINING
    if not path.is_file():
        raise bad_input(
            f"{model.card.name} cannot learn on: its {TRAINING} is missing.",
            advice_for_training()
            if is_frozen()
            else "Choose a model that comes with Duet, or one you trained.",
        )
    return path


def make_model(folder: Path, card: Card) -> Model:
    """A model from its parts; whether its files are whole is found out when they are read."""
    return Model(folder, card, _info(folder, card))


class Library:
    """Model folders in a few places.

    Earlier places win when two models have the same name. Listing never raises: a folder that
    cannot be used is listed with its ``problem``.
    """

    def __init__(self, dirs: Sequence[Path] | None = None) -> None:
        """Look in ``dirs``, or in the shipped and the user's models."""
        self.dirs = tuple(dirs) if dirs is not None else (shipped_models_dir(), user_models_dir())
        self._known: dict[Path, tuple[tuple[int, int], Model]] = {}
        self._met: dict[str, Path] = {}  # since the last listing: earlier places may win by then

    @property
    def home(self) -> Path:
        """Where new models go: the last place, the user's."""
        return self.dirs[-1]

    def models(self) -> list[ModelInfo]:
        """Every model, by place and name, broken ones with their ``problem``."""
        self._met.clear()
        rows: list[ModelInfo] = []
        seen: set[str] = set()
        for folder in self._folders():
            row = self._describe(folder)
            if folder.name in seen:
                row = _broken(folder, f"Another model is called {folder.name!r}; rename this one.")
            seen.add(folder.name)
            rows.append(row)
        return rows

    def get(self, name: str, task: str = "") -> Model:
        """One model, ready to open.

        Args:
            name: the folder's name.
            task: what it must be able to do; "" for anything.

        Raises:
            EngineError: ``bad_input`` for a name nobody has or a model of another task,
                ``bad_model`` for one that cannot be used.
        """
        model = self._load(self.folder(name, task))
        if task and model.card.task != task:
            raise bad_input(
                f"The model {name!r} cannot {task}; it can {model.card.task}.",
                self._choices(task),
            )
        return model

    def folder(self, name: str, task: str = "") -> Path:
        """The folder of a model, whatever state it is in.

        Raises:
            EngineError: ``bad_input`` for a name nobody has; ``task`` narrows the suggestions.
        """
        met = self._met.get(name)
        if met is not None and met.is_dir():  # asked for at every frame, and listing takes longer
            return met
        for path in self._folders():
            if path.name == name:
                self._met[name] = path
                return path
        raise self._unknown(name, task)

    def _folders(self) -> Iterator[Path]:
        for place in self.dirs:
            try:
                children = sorted(place.iterdir())
                yield from (c for c in children if not c.name.startswith(".") and c.is_dir())
            except OSError:
                continue  # The user's folder does not exist before the first model.

    def _describe(self, folder: Path) -> ModelInfo:
        try:
            model = self._load(folder)
            return msgspec.structs.replace(
                model.info,
                directions=direction_notes.listed(model),
                examples=direction_notes.examples(model),
            )
        except EngineError as error:
            return _broken(folder, str(error))

    def _load(self, folder: Path) -> Model:
        """The model in a folder; the card is read again only when it changed."""
        mark = _mark(folder / CARD)
        known = self._known.get(folder)
        if mark and known and known[0] == mark:
            return known[1]
        card = read_card(folder)
        for name in REQUIRED:
            if not (folder / name).is_file():
                raise bad_model(
                    f"The model {folder.name!r} has no {name}.", "Install the model again."
                )
        model = make_model(folder, card)
        if mark:
            self._known[folder] = (mark, model)
        return model

    def _unknown(self, name: str, task: str) -> EngineError:
        import difflib  # Not needed where names are right.

        names = [folder.name for folder in self._folders()]
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        advice = f"Did you mean {near[0]!r}?" if near else self._choices(task)
        return bad_input(f"There is no model called {name!r}.", advice)

    def _choices(self, task: str) -> str:
        usable = [m.name for m in self.models() if not m.problem and task in ("", m.task)]
        if not usable:
            return "No usable model is installed."
        return f"Choose one of {', '.join(usable)}."


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _info(folder: Path, card: Card) -> ModelInfo:
    preview = folder / PREVIEW
    return ModelInfo(
        name=card.name,
        title=card.title,
        task=card.task,
        family=card.family,
        weights=card.weights,
        size=card.size,
        summary=card.summary,
        licence=card.licence.weights,
        credit="\n".join(card.licence.credit),
        preview=str(preview) if preview.is_file() else "",
        shipped=_is_shipped(folder),
        quality=card.quality,
        data=card.training.data,
        parameters=card.parameters,
        disk=_bytes_of(folder),
        trained=msgspec.to_builtins(card.training),
        levels=card.levels,
        knobs=_knobs(folder, card),
    )


def _knobs(folder: Path, card: Card) -> tuple[str, ...]:
    """See :class:`engines.protocol.messages.ModelInfo`; of damaged weights none."""
    if card.family != "midinet":
        return ()
    try:
        config = msgspec.json.decode(metadata_of(folder / WEIGHTS).get("config", "{}"))
        return ("creativity",) if config.get("variant") == "gated" else ()
    except (OSError, ValueError, AttributeError, RecursionError):
        return ()


def _bytes_of(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    except OSError:  # A file went away in between.
        return 0


def _broken(folder: Path, problem: str) -> ModelInfo:
    return ModelInfo(
        name=folder.name,
        title=folder.name,
        task="",
        family="",
        weights="",
        shipped=_is_shipped(folder),
        problem=problem,
    )


def _is_shipped(folder: Path) -> bool:
    return folder.parent == shipped_models_dir()
