"""The tools of the Image mode, declared once: window and commands build from these."""

from __future__ import annotations

from engines.protocol.inputs import MOST_PIXELS
from engines.protocol.params import (
    BoolParam,
    ChoiceParam,
    FloatParam,
    IntParam,
    KeysParam,
    PointParam,
    PointsParam,
    TextParam,
    Tool,
)

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
    changes_library=True,
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
        IntParam(
            name="tuning",
            label="Tuning",
            help="Steps of bending the model's last layers to the picture; what comes of it is "
            "kept as a model of its own. 0 leaves the model as it is.",
            minimum=0,
            maximum=300,
            default=0,
            level="advanced",
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
