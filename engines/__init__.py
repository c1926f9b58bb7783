"""The models of Duet: networks, tasks and the process that serves them. Never imports Qt."""

#: The version of Duet; a test holds it equal to the distribution's.
__version__ = "0.1.0"
