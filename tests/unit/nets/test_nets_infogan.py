"""InfoGAN's codes: what z means, what truncation and offset leave alone, what Q says."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engines.nets.infogan import Discriminator, Generator, InfoGANConfig

TINY = InfoGANConfig(
    size=16, noise=4, categories=3, continuous=2, generator=(8, 8), discriminator=(8, 8),
    features=8, recognition=8,
)  # fmt: skip


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(0)
    return Generator(TINY).eval()


def test_given_codes_equal_those_of_a_z(generator: Generator) -> None:
    z = torch.randn(6, TINY.latent)
    codes = generator.codes(z)
    with torch.no_grad():
        assert torch.equal(generator.from_codes(z[:, :4], codes), generator(z))


def test_codes_of_z_by_hand(generator: Generator) -> None:
    z = torch.tensor([[9.0, 9, 9, 9, 0.1, 0.3, -2.0, 0.0, 1.0]])
    (codes,) = generator.codes(z).tolist()
    assert codes[:3] == [0, 1, 0]
    # Between -1 and +1 standard deviation lie 68.27% of a normal: its ends are at ±0.6827.
    assert codes[3:] == pytest.approx([0.0, 0.6827], abs=1e-4)


def test_codes_are_even(generator: Generator) -> None:
    codes = generator.codes(torch.randn(20_000, TINY.latent))
    assert codes[:, :3].mean(dim=0).tolist() == pytest.approx([1 / 3] * 3, abs=0.02)
    for column in codes[:, 3:].T:
        quarters = torch.histc(column, 4, -1, 1) / 20_000
        assert quarters.tolist() == pytest.approx([0.25] * 4, abs=0.02)


def test_an_offset_chooses_the_category_and_adds_to_the_rest(generator: Generator) -> None:
    z = torch.randn(5, TINY.latent)
    offset = torch.zeros(5, 1, TINY.codes)
    offset[:, 0, 2], offset[:, 0, 4] = 20.0, -0.5
    before, after = generator.codes(z), generator.codes(z, offset)
    assert after[:, :3].tolist() == [[0, 0, 1]] * 5
    assert torch.equal(after[:, 3], before[:, 3])
    assert torch.allclose(after[:, 4], before[:, 4] - 0.5)


def test_truncation_leaves_the_codes(generator: Generator) -> None:
    z = torch.randn(2, TINY.latent)
    z[1, 4:] = z[0, 4:]
    with torch.no_grad():
        alike = generator(z, torch.zeros(1))
        moved = generator(z, torch.zeros(1), torch.tensor([[[0.0, 0, 0, 0, 0]], [[0, 0, 0, 1, 0]]]))
    assert torch.allclose(alike[0], alike[1], atol=1e-6)
    assert not torch.allclose(moved[0], moved[1], atol=1e-4)


def test_grey_pictures_have_three_equal_channels(generator: Generator) -> None:
    with torch.no_grad():
        pictures = generator(torch.randn(2, TINY.latent))
    assert torch.equal(pictures[:, 0], pictures[:, 1])
    assert torch.equal(pictures[:, 0], pictures[:, 2])
    coloured = Generator(replace(TINY, grey=False)).eval()
    with torch.no_grad():
        pictures = coloured(torch.randn(2, TINY.latent))
    assert not torch.equal(pictures[:, 0], pictures[:, 1])


@pytest.mark.parametrize(("spread", "norm"), [(False, True), (True, False)])
def test_q_answers_for_every_code(spread: bool, norm: bool) -> None:
    network = Discriminator(replace(TINY, spread=spread, norm=norm))
    answer = network.read(network.features(torch.zeros(4, 3, 16, 16)))
    assert [part.shape for part in answer] == [(4, 3), (4, 2), (4, 2)]
    assert answer.log_variance.any() == spread or not norm
    assert not answer.log_variance.any() or spread


def test_without_a_category_there_are_continuous_codes_only() -> None:
    config = replace(TINY, categories=0)
    torch.manual_seed(0)
    z = torch.randn(3, config.latent)
    assert z.shape == (3, 6)
    codes = Generator(config).codes(z)
    assert torch.allclose(codes, torch.erf(z[:, 4:] / 2**0.5))
    network = Discriminator(config)
    assert network.read(network.features(torch.zeros(3, 3, 16, 16))).choice.shape == (3, 0)


@pytest.mark.parametrize(
    "values",
    [
        {"categories": 1},
        {"categories": 0, "continuous": 0},
        {"noise": -1},
        {"size": 28},
        {"generator": (8,)},
    ],
)
def test_impossible_shapes_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(TINY, **values)  # type: ignore[arg-type]
