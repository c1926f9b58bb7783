"""The networks, one family a file: a frozen config, shapes in comments, no input or output."""
