"""What the studio knows and remembers: observable state, no widgets."""
