"""What a person sees. Widgets listen to models and send actions; they keep no state."""
