"""Clips as files: MIDI, MusicXML, sound."""
