"""The window's side of the protocol: start an engine, talk to it, survive its death."""
