"""How a clip sounds: parts and patterns, synthesisers, samples."""
