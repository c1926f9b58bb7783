"""KID, precision and recall on vectors of known distributions; SqueezeNet from a file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter
from safetensors.torch import save_file

from engines.evaluate.kid import kid, mmd2, precision_recall
from engines.evaluate.squeezenet import SqueezeNet
from engines.protocol.errors import EngineError

#: Channels of SqueezeNet 1.0: squeeze, then each half of expand.
FIRES = {2: (16, 64), 3: (16, 64), 4: (32, 128), 5: (32, 128), 6: (48, 192), 7: (48, 192)}
FIRES |= {8: (64, 256), 9: (64, 256)}


def normal(seed: int, count: int = 300, mean: float = 0.0, scale: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (mean + scale * rng.standard_normal((count, 16))).astype(np.float32)


def test_real_against_real_is_zero_but_for_chance() -> None:
    values = [mmd2(normal(2 * i), normal(2 * i + 1)) for i in range(20)]
    assert abs(np.mean(values)) < 2 * np.std(values) / np.sqrt(20) + 1e-3


def test_a_shift_is_far_beyond_chance() -> None:
    near, spread = kid(normal(0), normal(1))
    far, _ = kid(normal(0), normal(1, mean=0.5))
    assert far > abs(near) + 10 * spread
    assert kid(normal(0), normal(1)) == (near, spread)


def test_mmd_agrees_with_the_definition() -> None:
    x, y = normal(0, 6), normal(1, 6)

    def k(a: np.ndarray, b: np.ndarray) -> float:
        return float((a.astype(float) @ b.astype(float) / 16 + 1) ** 3)

    pairs = [(i, j) for i in range(6) for j in range(6)]
    same = sum(k(x[i], x[j]) + k(y[i], y[j]) for i, j in pairs if i != j) / 30
    cross = sum(k(x[i], y[j]) for i, j in pairs) / 36
    assert mmd2(x, y) == pytest.approx(same - 2 * cross)


def test_precision_falls_with_wild_samples_and_recall_with_narrow_ones() -> None:
    wild = precision_recall(normal(0), normal(1, scale=3.0))
    narrow = precision_recall(normal(0), normal(1, scale=0.2))
    alike = precision_recall(normal(0), normal(1))
    assert alike[0] > 0.6
    assert alike[1] > 0.6
    assert wild[0] < 0.1
    assert narrow[0] > 0.9
    assert narrow[1] < 0.1


def squeezenet_weights() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    shapes = {"conv1": (96, 3, 7, 7)}
    inputs = 96
    for number, (squeeze, expand) in FIRES.items():
        shapes[f"fire{number}/conv1x1_1"] = (squeeze, inputs, 1, 1)
        shapes[f"fire{number}/conv1x1_2"] = (expand, squeeze, 1, 1)
        shapes[f"fire{number}/conv3x3_2"] = (expand, squeeze, 3, 3)
        inputs = 2 * expand
    weights = {f"{name}.weight": 0.05 * torch.randn(shape) for name, shape in shapes.items()}
    return weights | {f"{name}.bias": torch.zeros(shape[0]) for name, shape in shapes.items()}


def test_features_of_any_size_have_512_numbers(tmp_path: Path) -> None:
    save_file(squeezenet_weights(), tmp_path / "net.safetensors")
    net = SqueezeNet(tmp_path / "net.safetensors")
    for size in (64, 128):
        pictures = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
        features = net.features(pictures)
        assert features.shape == (2, 512)
        assert np.isfinite(features).all()


def test_the_network_reads_blue_first(tmp_path: Path) -> None:
    weights = squeezenet_weights()
    weights["conv1.weight"][:, 1:] = 0  # looks at the first channel alone
    save_file(weights, tmp_path / "net.safetensors")
    net = SqueezeNet(tmp_path / "net.safetensors")
    dark, red, blue = np.zeros((3, 1, 64, 64, 3), np.uint8)
    red[..., 0], blue[..., 2] = 255, 255
    assert np.array_equal(net.features(dark), net.features(red))
    assert not np.array_equal(net.features(dark), net.features(blue))


def test_files_that_are_not_squeezenet_are_refused(tmp_path: Path) -> None:
    weights = squeezenet_weights()
    del weights["fire7/conv3x3_2.bias"]
    save_file(weights, tmp_path / "short.safetensors")
    (tmp_path / "text.safetensors").write_text("not tensors at all")
    for name, words in (
        ("short", "fire7/conv3x3_2.bias"),
        ("text", "text.safetensors"),
        ("missing", "missing.safetensors"),
    ):
        with pytest.raises(EngineError, match=words) as caught:
            SqueezeNet(tmp_path / f"{name}.safetensors")
        assert caught.value.kind == "bad_input"


def test_imagenet_features_tell_blurred_portraits_from_real_ones(shared_data: Path) -> None:
    net = SqueezeNet(shared_data / "features" / "squeezenet1_0_imagenet_fp16.safetensors")
    with zipfile.ZipFile(shared_data / "portraits" / "peeps.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".webp"))[:120]
        faces = [Image.open(archive.open(name)).convert("RGB").resize((64, 64)) for name in names]
    soft = [face.filter(ImageFilter.GaussianBlur(0.7)) for face in faces[60:]]
    first, second = net.features(np.stack(faces[:60])), net.features(np.stack(faces[60:]))
    near, spread = kid(first, second)
    far, _ = kid(first, net.features(np.stack(soft)))
    assert abs(near) < 60
    assert far > 300 + abs(near)
    assert spread >= 0
