"""The engine process: reads requests, runs them one at a time, answers with events."""
