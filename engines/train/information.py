"""How much of a code can be read off a picture: the lower bound that InfoGAN raises.

Chen et al. 2016 (arXiv 1606.03657), equation 5: the mutual information of code and picture is at
least the code's own entropy less what Q still has to guess. The entropy is a constant, so the loss
is the guessing: cross entropy of the category, Gaussian likelihood of the continuous codes.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engines.nets.infogan import Answer, InfoGANConfig

#: Q may be no surer than that of a continuous code: a variance of zero would cost without end.
LOWEST_LOG_VARIANCE = -6.0
#: Of a pair of categories, so that its logarithm is finite.
LEAST_SHARE = 1e-6


def category_loss(choice: Tensor, codes: Tensor) -> Tensor:
    """-log Q(category | picture), in nats; log(categories) for one that only guesses.

    Args:
        choice: (B, categories), logits.
        codes: (B, categories), one-hot.
    """
    return F.cross_entropy(choice.float(), codes)


def continuous_loss(mean: Tensor, log_variance: Tensor, codes: Tensor) -> Tensor:
    """-log Q(code | picture) of a Gaussian, less its constant, summed over the codes.

    Args:
        mean: (B, continuous).
        log_variance: (B, continuous); zeros make it half the squared error.
        codes: (B, continuous), from -1 to 1.
    """
    log_variance = log_variance.float().clamp(min=LOWEST_LOG_VARIANCE)
    squared = (codes - mean).square() * (-log_variance).exp()
    return 0.5 * (squared + log_variance).sum(dim=1).mean()


def losses(answer: Answer, codes: Tensor, config: InfoGANConfig) -> dict[str, Tensor]:
    """Both losses by name, those that the config has a code for.

    Args:
        answer: Q's, of pictures made with ``codes``.
        codes: (B, codes).
        config: of the network.
    """
    choice, values = codes.split([config.categories, config.continuous], dim=1)
    found = {}
    if config.categories:
        found["category"] = category_loss(answer.choice, choice)
    if config.continuous:
        found["continuous"] = continuous_loss(answer.mean, answer.log_variance, values)
    return found


def draw_codes(config: InfoGANConfig, count: int, device: torch.device) -> Tensor:
    """Codes (B, codes) by chance: a category each, continuous codes evenly from -1 to 1.

    Args:
        config: of the network.
        count: B.
        device: where they are drawn.
    """
    values = torch.empty(count, config.continuous, device=device).uniform_(-1, 1)
    if not config.categories:
        return values
    picked = torch.randint(config.categories, (count,), device=device)
    return torch.cat([F.one_hot(picked, config.categories).to(values), values], dim=1)


def disagreement(one: Tensor, other: Tensor) -> Tensor:
    """Minus the mutual information of the categories that two views of real pictures get.

    Ji, Henriques, Vedaldi 2019, "Invariant Information Clustering" (arXiv 1807.06653), equation 3.
    It is least, -log(categories), where both views always get the same category and every category
    is as frequent. InfoGAN itself never looks at real pictures here, and may spend two categories
    on two slants of a one: turned and zoomed, they are one.

    Args:
        one: (B, categories), shares that sum to 1.
        other: (B, categories), of the same pictures augmented anew.
    """
    joint = one.T @ other / len(one)
    joint = ((joint + joint.T) / 2).clamp(min=LEAST_SHARE)
    alone = joint.sum(dim=1).log()
    return (joint * (alone[:, None] + alone[None] - joint.log())).sum()
