"""Widgets that know nothing of the studio around them."""
