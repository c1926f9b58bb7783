"""Melodies as data: chords, scores, encodings and metrics. numpy only, no torch, no Qt."""
