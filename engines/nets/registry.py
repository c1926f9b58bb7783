"""Every network family by name: what the trainer, the exporter and the torch back end build."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from torch import nn

from engines.nets import context_encoder, dcgan, infogan, inpaint, midinet, portrait
from engines.protocol.errors import bad_model


@dataclass(frozen=True)
class Family:
    """A pair of networks that belong together.

    Attributes:
        name: the name in recipes, cards and weights.
        task: the task a trained generator serves.
        config: frozen dataclass of both networks' shapes.
        generator: builds the generator.
        discriminator: builds the discriminator.
        latent: length of z, of a config.
        offset: levels and length of the latent that sliders move, of a config; (0, 0) where there
            is none. The coarsest level comes first.
        multiple: a network that takes pictures takes any height and width that are multiples of
            this; 0 where they are fixed (or where it takes no picture).
    """

    name: str
    task: str
    config: type[Any]
    generator: Callable[[Any], nn.Module]
    discriminator: Callable[[Any], nn.Module]
    latent: Callable[[Any], int]
    offset: Callable[[Any], tuple[int, int]] = lambda config: (0, 0)
    multiple: int = 0

    def parse(self, values: dict[str, Any]) -> Any:
        """The config from plain values, as read from a recipe or a file of weights.

        Raises:
            EngineError: kind ``bad_model``, for unknown names, wrong types or impossible shapes.
        """
        try:
            known = {field: values[field] for field in values}
            unknown = set(known) - set(self.config.__dataclass_fields__)
            if unknown:
                raise ValueError(f"it has no {', '.join(sorted(unknown))}")
            return msgspec.convert(known, self.config)
        except (msgspec.ValidationError, ValueError, TypeError) as error:
            raise bad_model(
                f"This is no shape of the family {self.name}: {error}.",
                "Compare it with the recipes that come with Duet.",
            ) from error

    def dump(self, config: Any) -> str:
        """The config as JSON, for the metadata of a file of weights."""
        return json.dumps(asdict(config), sort_keys=True)


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="dcgan",
            task="generate",
            config=dcgan.DCGANConfig,
            generator=dcgan.Generator,
            discriminator=dcgan.Discriminator,
            latent=lambda config: config.latent,
            offset=lambda config: (1, config.latent),
        ),
        Family(
            name="portrait",
            task="generate",
            config=portrait.PortraitConfig,
            generator=portrait.Generator,
            discriminator=portrait.Discriminator,
            latent=lambda config: config.latent,
            offset=lambda config: (config.levels, config.style),
        ),
        Family(
            name="infogan",
            task="generate",
            config=infogan.InfoGANConfig,
            generator=infogan.Generator,
            discriminator=infogan.Discriminator,
            latent=lambda config: config.latent,
            offset=lambda config: (1, config.codes),
        ),
        Family(
            name="midinet",
            task="compose",
            config=midinet.MidiNetConfig,
            generator=midinet.Generator,
            discriminator=midinet.Discriminator,
            latent=lambda config: config.z_dim,
        ),
        Family(
            name="context_encoder",
            task="inpaint",
            config=context_encoder.ContextEncoderConfig,
            generator=context_encoder.Generator,
            discriminator=context_encoder.Discriminator,
            latent=lambda config: 1,  # every inpainter is called alike; this one ignores it
        ),
        Family(
            name="inpaint",
            task="inpaint",
            config=inpaint.InpaintConfig,
            generator=inpaint.Generator,
            discriminator=inpaint.Discriminator,
            latent=lambda config: config.latent,
            multiple=inpaint.MULTIPLE,
        ),
    )
}


def family(name: str) -> Family:
    """The family of that name.

    Raises:
        EngineError: kind ``bad_model``, for a name nobody registered.
    """
    if name not in FAMILIES:
        raise bad_model(
            f"There is no network family called {name!r}.", f"Known are {', '.join(FAMILIES)}."
        )
    return FAMILIES[name]
