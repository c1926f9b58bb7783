"""The canvas: what is seen of a document, and what the pointer does to it."""
