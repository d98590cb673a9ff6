"""The tests of this folder read pages, rendered templates and configuration, and call no service."""

import sys
from pathlib import Path

# What reads templates and stack files is shared with the tests of the platform.
sys.path.insert(0, str(Path(__file__).parents[1] / "platform"))
