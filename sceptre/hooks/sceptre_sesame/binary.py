"""Where the `sesame` binary of this installation is."""

import os
import sysconfig
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from .errors import SesameError

DISTRIBUTION = "sceptre-sesame"
NAMES = ("sesame", "sesame.exe")


@lru_cache(maxsize=None)
def find_binary() -> str:
    """The binary that was installed with this package. PATH is never asked: it may name another version."""
    for candidate in (*_installed_files(), *_in_scripts_directory()):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
    raise SesameError(
        "the sesame binary of this installation is missing: reinstall the package `sceptre-sesame`"
    )


def _installed_files() -> list[Path]:
    try:
        files = metadata.distribution(DISTRIBUTION).files or []
    except metadata.PackageNotFoundError:
        return []
    return [Path(file.locate()).resolve() for file in files if file.name in NAMES]


def _in_scripts_directory() -> list[Path]:
    return [Path(sysconfig.get_path("scripts"), name) for name in NAMES]
