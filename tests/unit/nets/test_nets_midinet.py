"""MidiNet: the sizes of the authors' code, and the faults of public ports."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from engines.nets.midinet import (
    Conditioner,
    Discriminator,
    Generator,
    MidiNetConfig,
    initialise,
)


def parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def inputs(batch: int = 3) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    chord = F.one_hot(torch.arange(batch) % 12, 13).float()
    steps = torch.randint(60, 84, (batch, 16))
    return torch.randn(batch, 100), chord, F.one_hot(steps, 128).float()[:, None]


def test_parameter_counts_are_the_authors() -> None:
    assert parameters(Conditioner()) == 3_776
    assert parameters(Generator(MidiNetConfig())) == 530_625
    assert parameters(Discriminator(MidiNetConfig())) == 312_703


@pytest.mark.parametrize("variant", ["stable", "creative"])
@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("previous", [False, True])
def test_every_variant_makes_and_judges_bars(variant: str, norm: bool, previous: bool) -> None:
    config = MidiNetConfig(
        variant=variant,  # type: ignore[arg-type]
        spectral_norm=norm,
        previous_in_discriminator=previous,
    )
    z, chord, before = inputs()
    bar = Generator(config)(z, chord, before)
    assert bar.shape == (3, 1, 16, 128)
    assert bar.min() >= 0
    assert bar.max() <= 1
    logits, features = Discriminator(config)(bar, chord, before)
    assert logits.shape == (3, 1)
    assert features.shape == (3, 14, 8)
    logits.sum().backward()


def test_the_conditioner_halves_the_bar() -> None:
    maps = Conditioner()(inputs()[2])
    assert [tuple(m.shape) for m in maps] == [(3, 16, h) for h in (16, 8, 4, 2)]


def test_pitch_wide_products_equal_the_convolutions() -> None:
    z, chord, before = inputs()
    conditioner = Conditioner().eval()
    rows = F.conv2d(before, conditioner.rows.weight[:, None, None, :], conditioner.rows.bias)
    expected = F.leaky_relu(conditioner.norms[0](rows[..., 0]), 0.2)
    assert torch.allclose(conditioner(before)[0], expected, atol=1e-5)

    discriminator = Discriminator(MidiNetConfig()).eval()
    planes = chord[:, :, None, None].expand(-1, -1, 16, 128)
    weight = discriminator.pairs.weight.view(14, 14, 2, 128)
    seen = torch.cat([before, planes], dim=1)  # (B, 14, 16, 128)
    map_ = F.conv2d(seen, weight, discriminator.pairs.bias, stride=2)[..., 0]  # (B, 14, 8)
    _, features = discriminator(before, chord)
    assert torch.allclose(features, F.leaky_relu(map_, 0.2), atol=1e-4)

    generator = Generator(MidiNetConfig()).eval()
    caught: list[torch.Tensor] = []
    generator.to_rows.register_forward_pre_hook(lambda _, args: caught.append(args[0]))
    bar = generator(z, chord, before)
    last = caught[0].transpose(1, 2)[..., None]  # (B, 157, 16, 1)
    kernel = generator.to_rows.weight.t()[:, None, None, :]  # (157, 1, 1, 128)
    assert torch.allclose(
        bar, torch.sigmoid(F.conv_transpose2d(last, kernel, generator.bias)), atol=1e-5
    )


def test_normalisation_is_trained_and_kept() -> None:
    # Ports that make BatchNorm inside forward never train it and cannot sample without it.
    for network in (Generator(MidiNetConfig()), Discriminator(MidiNetConfig())):
        norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm1d)]
        assert len(norms) == {Generator: 9, Discriminator: 2}[type(network)]
        assert all(norm.momentum == 0.1 for norm in norms)  # ports: 0.9, TensorFlow's meaning
        assert any("running_mean" in key for key in network.state_dict())
        assert "BatchNorm" not in inspect.getsource(type(network).forward)


def test_chord_previous_bar_and_noise_are_all_heard() -> None:
    generator = Generator(MidiNetConfig()).eval()
    z, chord, before = inputs()
    plain = generator(z, chord, before)
    assert not torch.equal(plain, generator(z, chord.roll(1, 0), before))
    assert not torch.equal(plain, generator(z, chord, torch.zeros_like(before)))
    assert not torch.equal(plain, generator(torch.zeros_like(z), chord, before))


def test_the_creative_variant_hears_them_at_the_last_level_only() -> None:
    config = MidiNetConfig(variant="creative")
    generator = Generator(config)
    assert parameters(generator) < parameters(Generator(MidiNetConfig()))
    assert generator.fc1.in_features == 100
    assert generator.to_rows.in_features == 157


def test_the_gate_closes_every_level_but_the_last() -> None:
    config = MidiNetConfig(variant="gated")
    torch.manual_seed(2)
    gated, stable = Generator(config).eval(), Generator(MidiNetConfig()).eval()
    assert parameters(gated) == parameters(stable)
    stable.load_state_dict(gated.state_dict())
    z, chord, before = inputs()
    none, full = torch.zeros(3, 1), torch.ones(3, 1)
    assert torch.equal(gated(z, chord, before, none), stable(z, chord, before))
    caught: list[torch.Tensor] = []
    gated.to_rows.register_forward_pre_hook(lambda _, args: caught.append(args[0]))
    other = gated(z, chord.roll(1, 0), before.roll(1, 0), full)
    assert not torch.equal(gated(z, chord, before, full), other)
    # What reaches the last level from below is the noise's alone.
    assert torch.equal(caught[0][..., :128], caught[1][..., :128])
    half = gated(z, chord, before, full / 2)
    assert not torch.equal(half, gated(z, chord, before, none))


@pytest.mark.parametrize("deaf", ["hears_chord", "hears_previous"])
def test_what_a_network_shall_not_hear_changes_nothing(deaf: str) -> None:
    config = MidiNetConfig(previous_in_discriminator=True, **{deaf: False})  # type: ignore[arg-type]
    generator, discriminator = Generator(config).eval(), Discriminator(config).eval()
    z, chord, before = inputs()
    other = (chord.roll(1, 0), before) if deaf == "hears_chord" else (chord, before.roll(1, 0))
    assert torch.equal(generator(z, chord, before), generator(z, *other))
    bar = generator(z, chord, before)
    assert torch.equal(discriminator(bar, chord, before)[0], discriminator(bar, *other)[0])


def test_the_plain_discriminator_does_not_see_the_bar_before() -> None:
    _, chord, before = inputs()
    plain = Discriminator(MidiNetConfig()).eval()
    seeing = Discriminator(MidiNetConfig(previous_in_discriminator=True)).eval()
    other = torch.zeros_like(before)
    assert torch.equal(plain(before, chord, before)[0], plain(before, chord, other)[0])
    assert not torch.equal(seeing(before, chord, before)[0], seeing(before, chord, other)[0])


@pytest.mark.parametrize("norm", [False, True])
def test_weights_start_small(norm: bool) -> None:
    network = Discriminator(MidiNetConfig(spectral_norm=norm))
    initialise(network)
    weight = network.fc1.parametrizations.weight.original if norm else network.fc1.weight
    assert weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert network.fc1.bias.abs().max() == 0


def test_onnx_equals_torch(tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    from engines.nets.registry import family
    from engines.runtime.torch_export import to_onnx

    config = MidiNetConfig(variant="gated")
    torch.manual_seed(1)
    network = Generator(config).eval()
    path = tmp_path / "model.onnx"
    path.write_bytes(to_onnx(network, family("midinet"), config).SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for batch in (1, 5):
        z, chord, before = inputs(batch)
        creativity = torch.linspace(0.2, 1, batch)[:, None]
        expected = network(z, chord, before, creativity).detach().numpy()
        feed = {"z": z, "chord": chord, "previous": before, "creativity": creativity}
        (roll,) = session.run(["roll"], {name: value.numpy() for name, value in feed.items()})
        assert np.abs(roll - expected).max() < 2e-3
