"""Directions through a model's latent space: found, measured, and named by what they change."""
