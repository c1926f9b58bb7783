"""What people choose and see of a training, whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass

#: Share of pairs in which the discriminator rates the real sample higher: above it is nearly
#: always right, below it guesses.
TOO_SURE, TOO_WEAK = 0.98, 0.52


@dataclass(frozen=True)
class ObjectiveInfo:
    """What the two networks of a picture model may play for.

    Attributes:
        name: of the pair of losses, on the command line and in recipes.
        title: what a list shows.
        about: one sentence.
    """

    name: str
    title: str
    about: str


PICTURE_OBJECTIVES = (
    ObjectiveInfo(
        "rpgan",
        "Relativistic pairs",
        "The discriminator says which of two pictures is the real one (RpGAN).",
    ),
    ObjectiveInfo(
        "hinge",
        "Hinge",
        "The discriminator stops pulling at pictures that it is sure of by a margin.",
    ),
    ObjectiveInfo(
        "gan",
        "Non-saturating",
        "The first GAN as it was used: the generator wants its pictures to be called real.",
    ),
    ObjectiveInfo(
        "gan-saturating",
        "Saturating",
        "The first GAN as it was derived: the generator learns little while it is seen through.",
    ),
)
