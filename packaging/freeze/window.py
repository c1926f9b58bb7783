"""The program ``duet`` of a frozen installation."""

import sys

from studio.app import main

sys.exit(main())
