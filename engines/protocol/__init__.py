"""What the window and the engine process say to each other. Imports msgspec and numpy only."""
