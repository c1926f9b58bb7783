"""A model folder from a checkpoint: what the library, the window and the commands use."""

from __future__ import annotations

import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from engines.nets.registry import Family, family
from engines.runtime import files
from engines.runtime.cards import (
    PREVIEW,
    TRAINING,
    WEIGHTS,
    Card,
    Licence,
    TrainingNotes,
    write_card,
)
from engines.runtime.torch_export import export_weights, save_half
from engines.train import checkpoint
from engines.train import recipe as recipes
from engines.train.pictures import settle_generator
from engines.train.recipe import Recipe
from engines.train.sheet import tile, to_bytes

PREVIEW_COLUMNS, PREVIEW_SIDE, PREVIEW_SEED = 2, 256, 7


def publish(source: Path, target: Path) -> Card:
    """Write a whole model folder from a checkpoint file.

    Args:
        source: ``checkpoint.safetensors`` or ``best.safetensors`` of a run.
        target: the folder to fill; its name becomes the model's. Measured quality on a card that
            is already there is dropped, since it belongs to other weights.

    Returns:
        The card.

    Raises:
        EngineError: kind ``bad_input``, when ``source`` is no checkpoint.
    """
    progress = checkpoint.read_progress(source)
    recipe = recipes.parse(progress.recipe, str(source))
    kin = family(recipe.family)
    config = kin.parse(recipe.network)
    states = checkpoint.read_networks(source)
    network = kin.generator(config)
    network.load_state_dict(states["average"])
    if kin.task == "generate":
        settle_generator(network, kin.latent(config), recipe.schedule.seed)
    target.mkdir(parents=True, exist_ok=True)
    save_half(target / WEIGHTS, network.state_dict(), _metadata(recipe, kin, config))
    training = {
        f"{name}.{key}": tensor
        for name in ("generator", "discriminator")
        for key, tensor in states[name].items()
    }
    save_half(target / TRAINING, training, _metadata(recipe, kin, config))
    export_weights(target)
    with files.replacing(target / PREVIEW) as temporary:
        picture = picture_for(recipe, source.parent, network.eval(), kin, config)
        Image.fromarray(picture).save(temporary, lossless=True)
    card = _card(recipe, progress, kin, config, network, target.name)
    write_card(target, card)
    return card


def picture_for(
    recipe: Recipe, run: Path, network: nn.Module, kin: Family, config: Any
) -> NDArray[np.uint8]:
    """What the card of a run's model shows: the run's own sheet where it may, else a preview."""
    shown = _sheet_preview(recipe, run, config)
    return preview(network, kin, config) if shown is None else shown


def preview(network: nn.Module, kin: Family, config: Any) -> NDArray[np.uint8]:
    """A picture of 256 pixels square that shows what the model makes or mends."""
    if kin.task == "compose":
        from engines.train.melodies import preview_roll

        return preview_roll(network, PREVIEW_SIDE)
    if kin.task == "inpaint":
        from engines.train.inpaint_picture import preview_fills

        any_form = kin.multiple > 0
        return preview_fills(network, config.size, kin.latent(config), PREVIEW_SIDE, any_form)
    if kin.name == "infogan":
        from engines.evaluate.code_sheet import code_pictures, laid_out

        rows = config.categories or config.continuous
        return _resized(laid_out(code_pictures(network, PREVIEW_SEED, columns=rows)))
    z = torch.randn(PREVIEW_COLUMNS**2, kin.latent(config), generator=_fixed())
    truncation = torch.full((1,), 0.8)  # what a picker shows should be typical
    with torch.no_grad():
        return _resized(tile(to_bytes(network(z, truncation)), PREVIEW_COLUMNS))


def _resized(sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A square sheet at the size of a preview."""
    side = (PREVIEW_SIDE, PREVIEW_SIDE)
    return np.asarray(Image.fromarray(sheet).resize(side, Image.Resampling.LANCZOS))


def _sheet_preview(recipe: Recipe, run: Path, config: Any) -> NDArray[np.uint8] | None:
    """A real picture and its fill from the run's own sheet, where the data's licence allows it."""
    if recipe.data.kind != "inpaint" or not recipe.data.shown:
        return None
    from engines.train.inpaint_picture import preview_of_sheet
    from engines.train.loop import SAMPLES

    return preview_of_sheet(run / SAMPLES, config.size, PREVIEW_SIDE)


def _fixed() -> torch.Generator:
    return torch.Generator().manual_seed(PREVIEW_SEED)


def _metadata(recipe: Recipe, kin: Family, config: Any) -> dict[str, str]:
    return {"family": kin.name, "config": kin.dump(config), "recipe": recipe.text}


def _card(
    recipe: Recipe,
    progress: checkpoint.Progress,
    kin: Family,
    config: Any,
    network: nn.Module,
    name: str,
) -> Card:
    return Card(
        name=name,
        title=recipe.title,
        task=kin.task,  # type: ignore[arg-type]  # the registry holds these words only
        family=recipe.family,
        summary=recipe.summary,
        size=0 if kin.task == "compose" else config.size,
        parameters=sum(p.numel() for p in network.parameters()),
        levels=kin.offset(config)[0],
        training=TrainingNotes(
            recipe=f"{recipe.name}.toml",
            recipe_sha256=recipe.sha256,
            data=recipe.data.source,
            steps=progress.step,
            images_seen=progress.samples,
            seconds=round(progress.seconds, 1),
            hardware=_hardware(),
            date=time.strftime("%Y-%m-%d", time.gmtime()),
        ),
        licence=Licence(weights=recipe.licence, credit=tuple(recipe.data.credit)),
    )


def _hardware() -> str:
    """The machine in words: a GPU's name, or the processor's."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        named = next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        named = platform.processor() or platform.machine()
    return f"{named}, {torch.get_num_threads()} threads"
