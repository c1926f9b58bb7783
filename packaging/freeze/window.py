"""The program ``duet`` of a frozen installation."""

import os
import sys

# The start-up program points this at the folder's own libraries. They are loaded by now, and ssh,
# the browser and whatever else is started from here need the system's.
os.environ.pop("LD_LIBRARY_PATH", None)
if original := os.environ.pop("LD_LIBRARY_PATH_ORIG", ""):
    os.environ["LD_LIBRARY_PATH"] = original

from studio.app import main

sys.exit(main())
