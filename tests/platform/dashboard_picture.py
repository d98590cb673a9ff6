"""Draws the layout of a dashboard as SVG: each widget where it stands, with its title and what it shows.

python -m tests.platform.dashboard_picture FOLDER     all dashboards of prod, one file each
"""

import json
import re
import sys
from html import escape
from pathlib import Path
from typing import Any

COLUMNS, CELL, LINE = 24, 50, 15
COLOURS = {"alarm": "#fde2e2", "metric": "#e3eefb", "log": "#e9f5e6"}


def problems(body: dict[str, Any]) -> list[str]:
    """Widgets that lie over each other, stand outside the grid, or show nothing."""
    found, taken = [], {}
    for widget in body["widgets"]:
        title = widget["properties"].get("title", "?")
        if len(title) > 6 * widget["width"]:
            found.append(f"{title} is too long for its widget")
        if not contents(widget):
            found.append(f"{title} is empty")
        if widget["x"] < 0 or widget["x"] + widget["width"] > COLUMNS or min(widget["width"], widget["height"]) < 1:
            found.append(f"{title} stands outside the grid")
        for x in range(widget["x"], widget["x"] + widget["width"]):
            for y in range(widget["y"], widget["y"] + widget["height"]):
                if (x, y) in taken:
                    found.append(f"{title} lies over {taken[x, y]}")
                taken[x, y] = title
    rows = {y for _, y in taken}
    found += [f"row {y} is empty" for y in range(max(rows, default=0)) if y not in rows]
    return sorted(set(found))


def contents(widget: dict[str, Any]) -> list[str]:
    """A line for each alarm, metric or source of a log query."""
    properties = widget["properties"]
    if widget["type"] == "alarm":
        return [arn.rpartition(":")[2] for arn in properties["alarms"]]
    if widget["type"] == "log":
        return re.findall(r"SOURCE '([^']+)'", properties["query"])
    found, above = [], []
    for row in properties["metrics"]:
        words = [word for word in row if isinstance(word, str)]
        options = next((word for word in row if isinstance(word, dict)), {})
        above = [above[i] if word == "." else word for i, word in enumerate(words)] if words else above
        text = options.get("expression") or f"{above[0]} {above[1]}  {' '.join(above[2:])}"
        if options.get("visible", True):
            found.append(f"{options['label']}: {text}" if "label" in options else text)
    return found


def picture(name: str, body: dict[str, Any]) -> str:
    height = max(widget["y"] + widget["height"] for widget in body["widgets"]) * CELL + 40
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * CELL}" height="{height}" font-family="sans-serif">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="8" y="26" font-size="20">{escape(name)}</text>',
    ]
    for number, widget in enumerate(body["widgets"]):
        x, y = widget["x"] * CELL + 3, widget["y"] * CELL + 40
        wide, high = widget["width"] * CELL - 6, widget["height"] * CELL - 6
        drawn.append(f'<clipPath id="w{number}"><rect x="{x}" y="{y}" width="{wide}" height="{high}"/></clipPath>')
        drawn.append(f'<g clip-path="url(#w{number})">')
        drawn.append(
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="{COLOURS[widget["type"]]}"'
            ' stroke="#667" fill-opacity="0.8"/>'
        )
        title = widget["properties"].get("title", "")
        drawn.append(f'<text x="{x + 8}" y="{y + 20}" font-size="14" font-weight="bold">{escape(title)}</text>')
        lines = contents(widget)
        columns = 4 if widget["type"] == "alarm" else 1
        for index, text in enumerate(lines):
            left = x + 8 + (index % columns) * (wide // columns)
            top = y + 42 + (index // columns) * LINE
            drawn.append(f'<text x="{left}" y="{top}" font-size="11">{escape(text)}</text>')
        drawn.append("</g>")
    return "\n".join([*drawn, "</svg>"]) + "\n"


def main() -> None:
    from .cloudformation import stacks

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for current in stacks("prod"):
        for properties in current.all("AWS::CloudWatch::Dashboard").values():
            name = properties["DashboardName"]
            (folder / f"{name}.svg").write_text(
                picture(name, json.loads(properties["DashboardBody"])), encoding="utf-8"
            )


if __name__ == "__main__":
    main()
