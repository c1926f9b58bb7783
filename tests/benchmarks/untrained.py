"""An untrained portrait model of any size: speed does not depend on what the weights are.

python tests/benchmarks/untrained.py FOLDER SIZE
"""

from __future__ import annotations

import sys
from pathlib import Path

from safetensors.torch import save_file

from engines.nets.registry import family
from engines.runtime.cards import WEIGHTS, Card, write_card
from engines.runtime.torch_export import export

#: Channels of the generator by the edge of its pictures; the shipped model's, and one level more.
WIDTHS = {256: (256, 192, 128, 64, 32, 24)}


def make(folder: Path, size: int) -> None:
    """Write the model's folder."""
    kin = family("portrait")
    widths = WIDTHS[size]
    config = kin.parse({"size": size, "generator": widths, "discriminator": widths[::-1]})
    network = kin.generator(config)
    folder.mkdir(parents=True)
    state = {key: value.half().contiguous() for key, value in network.state_dict().items()}
    save_file(state, folder / WEIGHTS, metadata={"family": kin.name, "config": kin.dump(config)})
    (folder / "model.onnx").touch()  # the card wants it there before it is made
    card = Card(name=folder.name, title=folder.name, task="generate", family=kin.name, size=size)
    write_card(folder, card)
    export(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
