"""The tests of this folder read the rendered templates and the Sceptre configuration, and call no service."""

import sys
from pathlib import Path

# The folder has the name of a module of the standard library, so its helpers are imported by their own names.
sys.path.insert(0, str(Path(__file__).parent))
