"""What tasks stand on: back ends, the library, cancellation."""
