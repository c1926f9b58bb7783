"""Kinds of parameters, and the check of a request's against what its tool declares."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from engines.protocol import latent
from engines.protocol.errors import bad_input

Level = Literal["basic", "advanced"]


class Param(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What all parameters have: a name in requests, a label, help, and the layer they show in."""

    name: str
    label: str
    help: str
    level: Level = "basic"


class IntParam(Param, frozen=True, tag="int"):
    """A whole number in ``minimum .. maximum``; as a "pitch" it has the name of a note."""

    minimum: int
    maximum: int
    default: int
    unit: str = ""
    format: Literal["number", "pitch"] = "number"


class FloatParam(Param, frozen=True, tag="float"):
    """A number in ``minimum .. maximum``; controls move it by ``step``."""

    minimum: float
    maximum: float
    default: float
    step: float = 0.01
    unit: str = ""


class BoolParam(Param, frozen=True, tag="bool"):
    """On or off."""

    default: bool = False


class ChoiceParam(Param, frozen=True, tag="choice"):
    """One of ``choices``; ``titles`` are the words shown for them, in the same order."""

    choices: tuple[str, ...]
    titles: tuple[str, ...]
    default: str


class TextParam(Param, frozen=True, tag="text"):
    """Free text; ``format`` "chords" is a chord line, "path" a file."""

    default: str = ""
    format: Literal["plain", "chords", "path"] = "plain"


class PointParam(Param, frozen=True, tag="point"):
    """A :class:`engines.protocol.latent.Point`, as plain values; drawn as sliders of its own."""

    default: dict[str, Any] = {}


class KeysParam(Param, frozen=True, tag="keys"):
    """A row of :class:`engines.protocol.latent.Key`, as plain values; drawn as a timeline."""

    default: list[Any] = []


class PointsParam(Param, frozen=True, tag="points"):
    """Several :class:`engines.protocol.latent.Point`, as plain values."""

    default: list[Any] = []


class NotesParam(Param, frozen=True, tag="notes"):
    """Notes as lists of start, length (both in steps), pitch and velocity; drawn as a roll."""

    default: list[Any] = []


class SeedsParam(Param, frozen=True, tag="seeds"):
    """Seeds, -1 where there is none; shown where they are used, never edited as a list."""

    default: list[Any] = []


AnyParam = (
    IntParam
    | FloatParam
    | BoolParam
    | ChoiceParam
    | TextParam
    | PointParam
    | PointsParam
    | KeysParam
    | NotesParam
    | SeedsParam
)


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person can ask for.

    Attributes:
        task: the key in requests and the command's name.
        title: the tool's name in the window.
        verb: the words on its primary button.
        mode: which half of the studio it lives in.
        makes: what comes out.
        default_model: the model a first-time visitor gets.
        serves: the task that its models are made for; "" for one of their own.
        params: what can be set, in the order shown.
        inputs: the pictures a request must name, in the order a command takes them.
        changes_library: whether what it makes shows in the list of models.
        without_model: a parameter and the value of it that needs no model, or None.
    """

    task: str
    title: str
    verb: str
    mode: Literal["image", "music"]
    makes: Literal["picture", "melody", "film"]
    default_model: str
    params: tuple[AnyParam, ...]
    inputs: tuple[str, ...] = ()
    without_model: tuple[str, str] | None = None
    serves: str = ""
    changes_library: bool = False

    @property
    def models(self) -> str:
        """The task on the cards of the models it can use."""
        return self.serves or self.task

    def needs_model(self, params: dict[str, Any]) -> bool:
        """Whether a request with these parameters, all of them given, is for a model."""
        return self.without_model is None or params[self.without_model[0]] != self.without_model[1]


SEED_MAX = 2**32 - 1


def resolve(tool: Tool, given: dict[str, Any]) -> dict[str, Any]:
    """The full set of parameters for a request: defaults filled in, everything checked.

    Args:
        tool: whose parameters.
        given: values by name; ints are accepted where a float is declared.

    Raises:
        EngineError: kind ``bad_input``, for an unknown name, a wrong type or a value out of range.
    """
    known = {param.name: param for param in tool.params}
    for name in given:
        if name not in known:
            raise bad_input(
                f"{tool.title} has no setting called {name!r}.",
                f"It knows {', '.join(known)}.",
            )
    return {name: _check(param, given.get(name, param.default)) for name, param in known.items()}


def _check(param: AnyParam, value: Any) -> Any:
    match param:
        case BoolParam() if isinstance(value, bool):
            return value
        case IntParam() if isinstance(value, int) and not isinstance(value, bool):
            return _in_range(param, value)
        case FloatParam() if isinstance(value, int | float) and not isinstance(value, bool):
            return float(_in_range(param, value))
        case ChoiceParam() if value in param.choices:
            return value
        case ChoiceParam():
            raise bad_input(
                f"{param.label} cannot be {value!r}.", f"Choose one of {', '.join(param.choices)}."
            )
        case TextParam() if isinstance(value, str):
            return value
        case PointParam():
            return latent.plain(latent.point(value))
        case PointsParam():
            return latent.plain(latent.points(value))
        case KeysParam():
            return latent.plain(latent.keys(value))
        case NotesParam():
            return _plain(param, value, _Notes)
        case SeedsParam():
            return _plain(param, value, _Seeds)
    raise bad_input(f"{param.label} cannot be {value!r}.", f"Give it as {_expected(param)}.")


_Step = Annotated[int, msgspec.Meta(ge=0, le=2**20)]
_Length = Annotated[int, msgspec.Meta(ge=1, le=2**20)]
_Pitch = Annotated[int, msgspec.Meta(ge=0, le=127)]
_Velocity = Annotated[int, msgspec.Meta(ge=1, le=127)]
_MOST_NOTES = msgspec.Meta(max_length=2**15)
_Notes = Annotated[list[tuple[_Step, _Length, _Pitch, _Velocity]], _MOST_NOTES]
_Seeds = Annotated[list[Annotated[int, msgspec.Meta(ge=-1, le=SEED_MAX)]], _MOST_NOTES]


def _plain(param: NotesParam | SeedsParam, value: Any, kind: Any) -> list[Any]:
    """Lists of whole numbers, as they travel: tuples from our own code become lists."""
    try:
        checked = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise bad_input(
            f"{param.label} cannot be used: {error}.", f"Give {_expected(param)}."
        ) from None
    return [list(each) if isinstance(each, tuple) else each for each in checked]


def _in_range(param: IntParam | FloatParam, value: float) -> float:
    if param.minimum <= value <= param.maximum:
        return value
    raise bad_input(
        f"{param.label} cannot be {value}.",
        f"Choose between {param.minimum} and {param.maximum}.",
    )


def _expected(param: AnyParam) -> str:
    match param:
        case IntParam(format="pitch"):
            return "a note such as C4, or a whole number"
        case IntParam():
            return "a whole number"
        case FloatParam():
            return "a number"
        case BoolParam():
            return "true or false"
        case PointParam() | PointsParam() | KeysParam():
            return "plain values"
        case NotesParam():
            return "lists of start, length, pitch and velocity"
        case SeedsParam():
            return f"seeds up to {SEED_MAX}, and -1 where there is none"
        case _:
            return "text"
