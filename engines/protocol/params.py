"""The parameters of every task, declared once: the window and the commands build from these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from engines.protocol import latent
from engines.protocol.errors import bad_input
from engines.protocol.inputs import MOST_PIXELS

Level = Literal["basic", "advanced"]


class Param(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What all parameters have: a name in requests, a label, help, and the layer they show in."""

    name: str
    label: str
    help: str
    level: Level = "basic"


class IntParam(Param, frozen=True, tag="int"):
    """A whole number in ``minimum .. maximum``."""

    minimum: int
    maximum: int
    default: int
    unit: str = ""


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


GENERATE = Tool(
    task="generate",
    title="Generate",
    verb="Generate",
    mode="image",
    makes="picture",
    default_model="portraits-peeps-128",
    params=(
        FloatParam(
            name="truncation",
            label="Variety",
            help="Low keeps to the typical, high dares more (truncation ψ).",
            minimum=0.0,
            maximum=1.5,
            default=1.0,
            step=0.05,
        ),
        IntParam(
            name="count",
            label="Pictures",
            help="How many pictures to make, each from its own seed.",
            minimum=1,
            maximum=64,
            default=4,
        ),
    ),
)

COMPOSE = Tool(
    task="compose",
    title="Compose",
    verb="Compose",
    mode="music",
    makes="melody",
    default_model="melody-pop",
    params=(
        TextParam(
            name="chords",
            label="Chords",
            help="One chord a bar, repeated until the bars are full: C Am F G.",
            default="C Am F G",
            format="chords",
        ),
        IntParam(
            name="bars",
            label="Bars",
            help="How long the melody is, in bars.",
            minimum=1,
            maximum=128,
            default=8,
            unit="bars",
        ),
        IntParam(
            name="tempo",
            label="Tempo",
            help="Beats a minute.",
            minimum=30,
            maximum=300,
            default=110,
            unit="bpm",
        ),
        IntParam(
            name="count",
            label="Takes",
            help="How many alternatives to write, each from its own seed.",
            minimum=1,
            maximum=16,
            default=4,
        ),
        ChoiceParam(
            name="meter",
            label="Meter",
            help="Beats of a bar; over three the network's bar is cut after its third beat.",
            choices=("4/4", "3/4"),
            titles=("4/4", "3/4"),
            default="4/4",
        ),
        FloatParam(
            name="density",
            label="Density",
            help="Fewer notes below 0, more above; 0 is the network's own rhythm.",
            minimum=-1.0,
            maximum=1.0,
            default=0.0,
            step=0.05,
        ),
        FloatParam(
            name="variation",
            label="Variation",
            help="How far to go from the bars that are there: 1 writes wholly new ones, 0 the "
            "same again.",
            minimum=0.0,
            maximum=1.0,
            default=1.0,
            step=0.05,
        ),
        FloatParam(
            name="creativity",
            label="Creativity",
            help="0 lets chord and bar before shape everything, 1 only the last touch; for models "
            "that were trained to do both.",
            minimum=0.0,
            maximum=1.0,
            default=0.0,
            step=0.05,
        ),
        IntParam(
            name="best_of",
            label="Best of",
            help="How many to write for each take: the one most like real songs is kept.",
            minimum=1,
            maximum=64,
            default=1,
        ),
        ChoiceParam(
            name="restrike",
            label="Held notes",
            help="The network writes no repeated notes: choose where a held one is struck again.",
            choices=("never", "chord", "bar", "beat"),
            titles=("Keep held", "At chord changes", "At every bar", "At every beat"),
            default="chord",
            level="advanced",
        ),
        FloatParam(
            name="smoothness",
            label="Smoothness",
            help="Favours longer notes over fragments (transition cost of a Viterbi decoding).",
            minimum=0.0,
            maximum=1.0,
            default=0.3,
            step=0.05,
            level="advanced",
        ),
        FloatParam(
            name="in_key",
            label="Stay in key",
            help="Keeps to the notes of the key your chords suggest, and of the chord itself.",
            minimum=0.0,
            maximum=1.0,
            default=0.3,
            step=0.05,
            level="advanced",
        ),
        IntParam(
            name="lowest",
            label="Lowest note",
            help="No new note is lower than this MIDI pitch; 0 leaves it to the model.",
            minimum=0,
            maximum=127,
            default=0,
            level="advanced",
        ),
        IntParam(
            name="highest",
            label="Highest note",
            help="No new note is higher than this MIDI pitch; 127 leaves it to the model.",
            minimum=0,
            maximum=127,
            default=127,
            level="advanced",
        ),
        TextParam(
            name="locks",
            label="Locked bars",
            help="Bars to leave as they are and write the others around, as in 1-4, 7.",
            level="advanced",
        ),
        NotesParam(
            name="kept",
            label="Melody so far",
            help="The notes that locked bars keep.",
            level="advanced",
        ),
        SeedsParam(
            name="kept_seeds",
            label="Seeds so far",
            help="For each bar the seed that wrote it: where a variation starts from.",
            level="advanced",
        ),
    ),
)

INPAINT = Tool(
    task="inpaint",
    title="Inpaint",
    verb="Fill",
    mode="image",
    makes="picture",
    default_model="inpaint-photo",
    inputs=("image", "mask"),
    without_model=("method", "smooth"),
    params=(
        IntParam(
            name="count",
            label="Fills",
            help="How many fills to make, each from its own seed.",
            minimum=1,
            maximum=16,
            default=3,
        ),
        ChoiceParam(
            name="method",
            label="Method",
            help="A network invents what was there; a smooth fill only draws the colours in from "
            "the edge: good for scratches and dust, a blur in anything bigger.",
            choices=("network", "smooth"),
            titles=("Network", "Smooth fill"),
            default="network",
        ),
        IntParam(
            name="feather",
            label="Soft edge",
            help="How far the fill fades into the picture around it.",
            minimum=0,
            maximum=64,
            default=4,
            unit="px",
        ),
        FloatParam(
            name="context",
            label="Surroundings",
            help="How much around a hole the network looks at, as a share of the hole's size.",
            minimum=0.25,
            maximum=2.0,
            default=0.5,
            step=0.05,
            level="advanced",
        ),
        ChoiceParam(
            name="detail",
            label="Detail",
            help="A draft leaves a big hole as coarse as the network first sees it.",
            choices=("full", "draft"),
            titles=("Full", "Draft"),
            default="full",
            level="advanced",
        ),
    ),
)

_VARIETY = GENERATE.params[0]

LATENT = Tool(
    task="latent",
    title="Latent",
    verb="Keep",
    mode="image",
    makes="picture",
    default_model=GENERATE.default_model,
    serves=GENERATE.task,
    params=(
        PointParam(
            name="point",
            label="Place",
            help="Where in the model's latent space: anchors that are blended, and moves.",
        ),
        _VARIETY,
        FloatParam(
            name="spread",
            label="Neighbourhood",
            help="How far from the place each picture may lie; 0 makes the place itself.",
            minimum=0.0,
            maximum=2.0,
            default=0.0,
            step=0.05,
            level="advanced",
        ),
        IntParam(
            name="count",
            label="Pictures",
            help="How many pictures of the neighbourhood to make, each from its own seed.",
            minimum=1,
            maximum=64,
            default=1,
            level="advanced",
        ),
    ),
)

DIRECTION = Tool(
    task="direction",
    title="New direction",
    verb="Make a direction",
    mode="image",
    makes="picture",
    default_model=GENERATE.default_model,
    serves=GENERATE.task,
    changes_library=True,
    params=(
        TextParam(name="title", label="Name", help="What the direction is called."),
        PointsParam(
            name="plus", label="With it", help="Pictures that have what the direction shall add."
        ),
        PointsParam(
            name="minus", label="Without it", help="Pictures that lack it; none for the average."
        ),
        _VARIETY,
    ),
)

WALK = Tool(
    task="walk",
    title="Walk",
    verb="Export",
    mode="image",
    makes="film",
    default_model=GENERATE.default_model,
    serves=GENERATE.task,
    params=(
        KeysParam(
            name="keys",
            label="Keyframes",
            help="The places that the walk passes, each at its time.",
        ),
        ChoiceParam(
            name="path",
            label="Path",
            help="How it goes from one keyframe to the next: straight, around the centre of the "
            "latent space, or along a smooth curve through all of them.",
            choices=("linear", "spherical", "spline"),
            titles=("Straight", "Spherical", "Smooth curve"),
            default="spline",
        ),
        BoolParam(
            name="loop",
            label="Loop",
            help="Goes back to the first keyframe at the end, so that it can be played for ever.",
            default=True,
        ),
        FloatParam(
            name="seconds",
            label="Length",
            help="From the first frame to the end of the last.",
            minimum=0.1,
            maximum=600.0,
            default=8.0,
            step=0.1,
            unit="s",
        ),
        IntParam(
            name="fps",
            label="Frames a second",
            help="Pictures a second.",
            minimum=1,
            maximum=60,
            default=30,
        ),
        IntParam(
            name="size",
            label="Size",
            help="Pixels along one side; 0 for the model's own. Larger is enlarged smoothly.",
            minimum=0,
            maximum=2048,
            default=0,
            unit="px",
        ),
        TextParam(
            name="file",
            label="File",
            help="Where to write: the ending says the format: .mp4, .gif, .png (APNG), or a folder "
            "for numbered PNG files.",
            format="path",
        ),
        FloatParam(
            name="moment",
            label="Moment",
            help="A time in seconds makes the one picture of that moment; -1 the whole film.",
            minimum=-1.0,
            maximum=3600.0,
            default=-1.0,
            unit="s",
            level="advanced",
        ),
    ),
)

PROJECT = Tool(
    task="project",
    title="Project",
    verb="Find it",
    mode="image",
    makes="picture",
    default_model=GENERATE.default_model,
    serves=GENERATE.task,
    inputs=("image",),
    params=(
        IntParam(
            name="steps",
            label="Steps",
            help="How far to search from the encoder's first guess, which is there at once; 0 "
            "keeps the guess.",
            minimum=0,
            maximum=200,
            default=200,
        ),
        _VARIETY,
        IntParam(
            name="left",
            label="Left",
            help="Where the square of the picture that is looked at begins.",
            minimum=0,
            maximum=MOST_PIXELS,
            default=0,
            unit="px",
            level="advanced",
        ),
        IntParam(
            name="top",
            label="Top",
            help="Where the square of the picture that is looked at begins.",
            minimum=0,
            maximum=MOST_PIXELS,
            default=0,
            unit="px",
            level="advanced",
        ),
        IntParam(
            name="side",
            label="Side",
            help="How large that square is; 0 for the largest one in the middle.",
            minimum=0,
            maximum=MOST_PIXELS,
            default=0,
            unit="px",
            level="advanced",
        ),
    ),
)

SKETCH = Tool(
    task="sketch",
    title="Paint to latent",
    verb="Follow",
    mode="image",
    makes="picture",
    default_model=GENERATE.default_model,
    serves=GENERATE.task,
    inputs=("image",),
    params=(
        PointParam(
            name="point",
            label="Place",
            help="Where it starts from, and stays near: the picture that is painted on.",
        ),
        PointParam(
            name="last",
            label="Last place",
            help="Where the look before this one ended: it goes on from there. Empty to begin "
            "at the place itself.",
            level="advanced",
        ),
        _VARIETY,
        FloatParam(
            name="strength",
            label="Strength",
            help="How closely to follow the paint, against staying as the picture was.",
            minimum=0.0,
            maximum=1.0,
            default=0.7,
            step=0.05,
        ),
        BoolParam(
            name="edges",
            label="Outlines",
            help="Follow the edges of what is painted too, not only its colours.",
        ),
        IntParam(
            name="count",
            label="Alternatives",
            help="How many to make, each from another start; the one that fits best comes first.",
            minimum=1,
            maximum=12,
            default=6,
        ),
        IntParam(
            name="steps",
            label="Steps",
            help="How long to search; a few are enough to follow a brush.",
            minimum=1,
            maximum=200,
            default=60,
            level="advanced",
        ),
    ),
)

#: Every task by name. Adding one here gives it a panel, a command and a place in the queue.
TOOLS: dict[str, Tool] = {
    tool.task: tool
    for tool in (GENERATE, COMPOSE, INPAINT, LATENT, DIRECTION, WALK, PROJECT, SKETCH)
}

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
