"""The hook points that sesame knows are those at which Sceptre runs hooks, as Sceptre's own source has them."""

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

from sceptre.plan.actions import StackActions

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
SESAME = Path(sys.executable).parent / "sesame"


def points_of_sceptre() -> set[str]:
    """Before and after each method that has hooks, by its own name and by its aliases."""
    names = set()
    for method in ast.parse(inspect.getsource(StackActions)).body[0].body:
        for decorator in getattr(method, "decorator_list", []):
            source = ast.unparse(decorator)
            if source.startswith("add_stack_hooks"):
                names.add(method.name)
                names |= {node.value.id for node in ast.walk(decorator) if isinstance(node, ast.Attribute)}
    return {f"{moment}_{name}" for name in names for moment in ("before", "after")}


def test_sesame_knows_the_points_of_sceptre():
    schema = subprocess.run([SESAME, "schema", "stack"], cwd=SMALL, capture_output=True, check=True, text=True).stdout
    points = json.loads(schema)["properties"]["hooks"]["allOf"][0]["properties"]
    expected = points_of_sceptre()
    assert {"before_create", "after_dump_template", "before_generate"} < expected
    assert set(points) == expected
