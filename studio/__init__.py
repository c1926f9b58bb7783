"""The window. Never imports torch; talks to the engines through their protocol only."""
