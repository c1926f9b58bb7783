"""Training: the loop, objectives, data and checkpoints."""
