"""A discriminator's gradient penalties, at the steps that are due them.

Lazy: Karras et al. 2020 (StyleGAN2, arXiv 1912.04958), section 3.1.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from engines.train.objectives import zero_centred_penalty
from engines.train.recipe import Objective

#: Logits, and the inputs they came from.
Judged = tuple[Tensor, Tensor]


def let_be_penalised(settings: Objective, index: int, real: Tensor, fake: Tensor) -> None:
    """Let the inputs of a step's discriminator have a gradient where a penalty is due there.

    Args:
        settings: which penalties, and how often.
        index: of the step, from 0.
        real: (B, ...) leaves.
        fake: (B, ...) leaves.
    """
    due = settings.gamma > 0 and index % settings.lazy == 0
    real.requires_grad_(due and "r1" in settings.penalties)
    fake.requires_grad_(due and "r2" in settings.penalties)


def with_penalties(
    loss: Tensor,
    settings: Objective,
    real: Judged,
    fake: Judged,
    one_each: Callable[[Tensor], Tensor] = lambda logits: logits,
) -> tuple[Tensor, dict[str, Tensor]]:
    """A discriminator's loss with the penalties at inputs that were marked for them.

    Args:
        loss: without them.
        settings: their weight; a lazy one counts for the steps without it too.
        real: of the real samples.
        fake: of the generated ones.
        one_each: makes of several logits a sample one, (B,).

    Returns:
        the loss, and each penalty for the report.
    """
    weight = settings.gamma / 2 * settings.lazy
    report: dict[str, Tensor] = {}
    for name, (logits, inputs) in (("r1", real), ("r2", fake)):
        if inputs.requires_grad:
            penalty = zero_centred_penalty(one_each(logits), inputs)
            loss = loss + penalty * weight
            report[name] = penalty.detach()
    return loss, report
