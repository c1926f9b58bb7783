"""Pure operations on planes and states: what tools do to pixels, without a window."""
