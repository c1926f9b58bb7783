"""The program ``duet-engine`` of a frozen installation; the window starts it too."""

import sys

from engines.cli import main

sys.exit(main())
