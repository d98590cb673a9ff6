"""What the benchmark ran on, as far as the system says."""

import os
import platform
import re
import subprocess
from pathlib import Path

from .tools import Tools


def describe(tools: Tools) -> list[tuple[str, str]]:
    """Rows of a table: what, and what it is."""
    versions = (("sesame", tools.sesame), ("sceptre", tools.sceptre), ("cfn-lint", tools.cfn_lint))
    return [
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("Python", f"{platform.python_version()}"),
        *((name, _version(program)) for name, program in versions),
    ]


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _version(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"\d+(\.\w+)+", said)[0]
