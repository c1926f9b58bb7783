"""Every tool: what a person can ask for, and with which parameters."""

from __future__ import annotations

from engines.protocol.params import Tool
from engines.protocol.tools.image import DIRECTION, GENERATE, INPAINT, LATENT, PROJECT, SKETCH, WALK
from engines.protocol.tools.music import COMPOSE

__all__ = [
    "COMPOSE",
    "DIRECTION",
    "GENERATE",
    "INPAINT",
    "LATENT",
    "PROJECT",
    "SKETCH",
    "TOOLS",
    "WALK",
]

TOOLS: dict[str, Tool] = {
    tool.task: tool
    for tool in (GENERATE, COMPOSE, INPAINT, LATENT, DIRECTION, WALK, PROJECT, SKETCH)
}
