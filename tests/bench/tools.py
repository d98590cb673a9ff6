"""The programs that are compared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tools:
    """Paths of programs. `python` is the one that Sceptre and the plugin are installed in."""

    sesame: str
    sceptre: str
    cfn_lint: str
    python: str
