"""What networks learn from and are measured against: pictures and melodies, read only."""
