"""Files of the user that must survive a crash."""
