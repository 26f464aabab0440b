"""Makes the plain modules of this folder importable: some of them are run by MicroPython too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
