"""The pages of the modes and the panels on them."""
