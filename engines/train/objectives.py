"""What the two networks play for: small pure functions of logits, one row in a table each.

An objective gives the discriminator's and the generator's loss from logits ``real`` and ``fake``
of shape (B,). Relativistic objectives pair them, so the generator's loss sees both. Penalties are
separate, because they need the discriminator's inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engines.protocol.errors import bad_input

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Objective:
    """A pair of losses.

    Attributes:
        discriminator: (real, fake) to the loss it descends.
        generator: (real, fake) to the loss it descends.
        paired: the generator's loss uses the real logits.
    """

    discriminator: Loss
    generator: Loss
    paired: bool = False


def gan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """-log D(x) - log(1 - D(G(z))). Goodfellow et al. 2014, equation 1."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def saturating_generator(real: Tensor, fake: Tensor) -> Tensor:
    """log(1 - D(G(z))): flat where the discriminator is sure. Goodfellow et al. 2014, eq. 1."""
    return -F.softplus(fake).mean()


def non_saturating_generator(real: Tensor, fake: Tensor) -> Tensor:
    """-log D(G(z)). Goodfellow et al. 2014, section 3."""
    return F.softplus(-fake).mean()


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """max(0, 1 - D(x)) + max(0, 1 + D(G(z))). Lim and Ye 2017, arXiv 1705.02894."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_generator(real: Tensor, fake: Tensor) -> Tensor:
    """-D(G(z)). Lim and Ye 2017."""
    return -fake.mean()


def rpgan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """softplus(-(D(x) - D(G(z)))) over pairs. Jolicoeur-Martineau 2018, arXiv 1807.00734."""
    return F.softplus(fake - real).mean()


def rpgan_generator(real: Tensor, fake: Tensor) -> Tensor:
    """softplus(-(D(G(z)) - D(x))) over pairs. Jolicoeur-Martineau 2018, sec. 3."""
    return F.softplus(real - fake).mean()


REAL_LABEL = 0.9


def smoothed_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Cross entropy with 0.9 for real bars: one-sided label smoothing. MidiNet; Salimans 2016."""
    return (F.softplus(real) - REAL_LABEL * real).mean() + F.softplus(fake).mean()


def mismatch(logits: Tensor) -> Tensor:
    """-log(1 - D(x, wrong condition)): real, but not here. Reed et al. 2016, arXiv 1605.05396.

    Without it a discriminator that never meets a wrong chord need not listen to chords.
    """
    return F.softplus(logits).mean()


def mean_distance(real: Tensor, fake: Tensor) -> Tensor:
    """½‖mean real - mean fake‖², summed over all but the batch. MidiNet, equation 3.

    On bars it matches how often each pitch sounds at each step, on the discriminator's features
    what it looks for.

    Args:
        real: (B, ...).
        fake: (B, ...).
    """
    return 0.5 * (real.mean(dim=0) - fake.mean(dim=0)).square().sum()


def mean_interval(bar: Tensor) -> Tensor:
    """Mean absolute interval between neighbouring notes of all bars together, in semitones.

    Args:
        bar: (B, 1, 16, pitches), one pitch a step as 1; see :func:`straight_through`.

    Returns:
        A scalar with a gradient; 0 when nothing moves.
    """
    pitch = torch.arange(bar.shape[-1], dtype=bar.dtype, device=bar.device)
    before, after = bar[:, 0, :-1], bar[:, 0, 1:]  # (B, 15, pitches)
    moved = (pitch[:, None] - pitch).abs()  # (pitches, pitches)
    semitones = ((before @ moved) * after).sum()
    changes = semitones.new_tensor(before.numel() / bar.shape[-1]) - (before * after).sum()
    return semitones / changes.clamp(min=1.0)


def straight_through(roll: Tensor) -> Tensor:
    """The strongest pitch of each step as 1.0, with the gradient of the pitches' shares.

    The discriminator then judges the bars people hear, and cannot tell ours by their softness.
    Dong and Yang 2018, arXiv 1804.09399 (binary neurons).

    Args:
        roll: (..., 128) in [0, 1].
    """
    strongest = roll.argmax(dim=-1, keepdim=True)
    hard = torch.zeros_like(roll).scatter_(-1, strongest, 1.0)
    shares = roll / (roll.sum(dim=-1, keepdim=True) + 1e-6)  # sigmoids alone would saturate
    return hard + (shares - shares.detach())


OBJECTIVES: dict[str, Objective] = {
    "gan": Objective(gan_discriminator, non_saturating_generator),
    "gan-saturating": Objective(gan_discriminator, saturating_generator),
    "hinge": Objective(hinge_discriminator, hinge_generator),
    "rpgan": Objective(rpgan_discriminator, rpgan_generator, paired=True),
    "midinet": Objective(smoothed_discriminator, non_saturating_generator),
}


def objective(name: str) -> Objective:
    """The objective of that name.

    Raises:
        EngineError: kind ``bad_input``, for a name that is not in the table.
    """
    if name not in OBJECTIVES:
        raise bad_input(
            f"There is no objective called {name!r}.", f"Known are {', '.join(OBJECTIVES)}."
        )
    return OBJECTIVES[name]


def zero_centred_penalty(logits: Tensor, inputs: Tensor) -> Tensor:
    """Mean squared norm of the discriminator's gradient at its inputs.

    R1 at real samples, R2 at generated ones: Mescheder et al. 2018 (arXiv 1801.04406), equation 9;
    both times γ/2.

    Args:
        logits: (B,), of ``inputs``, with the graph kept.
        inputs: (B, ...), with ``requires_grad``.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), inputs, create_graph=True)
    return gradient.float().square().flatten(1).sum(dim=1).mean()
