"""The models of Duet: networks, tasks and the process that serves them. Never imports Qt."""
