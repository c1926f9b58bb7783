"""Pictures and sound in the forms that other programs read."""
