"""docs/benchmarks.md: what is measured stands between two markers, what people write stands around them."""

from collections.abc import Sequence
from pathlib import Path

from .measure import Measured

BEGIN = "<!-- measured by `make bench`: do not edit -->"
END = "<!-- end of what is measured -->"

NEW_PAGE = f"""\
# Benchmarks

`make bench` measures sesame, Sceptre and cfn-lint on one machine in one run, and writes the tables of this page.

{BEGIN}
{END}

## Where the time goes
"""

Row = Sequence[str]


def table(heading: Row, rows: Sequence[Row], numbers_from: int = 1) -> str:
    """A Markdown table; columns from `numbers_from` on are set to the right."""
    rule = ["---" if column < numbers_from else "---:" for column in range(len(heading))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heading, rule, *rows))


def milliseconds(seconds: float) -> str:
    """Three digits are what a median of a few runs can tell."""
    value = seconds * 1000
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f}"


def spread(measured: Measured) -> str:
    return f"{milliseconds(min(measured.seconds))}–{milliseconds(max(measured.seconds))}"


def mebibytes(peak: int, floor: int) -> str:
    """A peak that is not above the one of `true` is the benchmark's own, which a process begins with."""
    value = peak / 2**20
    return f"≤ {value:.0f}" if peak <= floor * 1.05 else f"{value:,.0f}"


def ratio(other: float, ours: float) -> str:
    value = other / ours
    return f"{value:,.0f} ×" if value >= 10 else f"{value:.1f} ×"


def write(page: Path, measured: str) -> None:
    """Replaces what stands between the markers. A page without them is refused: it may be somebody's."""
    text = page.read_text(encoding="utf-8") if page.exists() else NEW_PAGE
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page}: the lines `{BEGIN}` and `{END}` are missing")
    page.parent.mkdir(parents=True, exist_ok=True)
    new = page.with_suffix(".new")
    new.write_text(f"{before}{begin}\n\n{measured}\n{end}{after}", encoding="utf-8")
    new.replace(page)
