"""Makes the table of CloudFormation's resource types (`src/aws/resource_types.txt`) from the registry's schemas.

The schemas are those that cfn-lint ships, so the same release of cfn-lint makes the same bytes. A type has one line; what
differs between regions is taken together, since a template may be launched in any of them. The columns, divided by tabs:

1. the type
2. the property with its tags, `?` if it is taggable and the schema does not say where, empty if it is not
3. the primary identifier: paths, divided by commas
4. the properties of the first level; behind the name `!` required, `=` create-only, `~` conditionally create-only, `-`
   read-only
5. create-only paths below the first level; conditional ones end in `~`
6. what `Fn::GetAtt` takes beside the read-only properties of the first level; `*` stands for anything
7. the constraints of string properties that are part of the primary identifier or called a name:
   `property minimum maximum pattern`, a minus where there is none, divided by form feeds

The first line says of which day the schemas are, and which release of cfn-lint shipped them.
"""

import json
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import cfnlint.schema
from cfnlint.schema._schema import Schema

TABLE = Path(__file__).parents[2] / "src" / "aws" / "resource_types.txt"
SCHEMAS = Path(cfnlint.schema.__file__).parents[1] / "data" / "schemas"
# What CloudFormation's earlier resource specification listed, and the schemas do not.
EARLIER = {"AWS::AutoScaling::AutoScalingGroup": {"LaunchTemplateSpecification"}}
ANY = {".*": "*", "Outputs\\..*": "Outputs.*"}


def schemas() -> dict[str, list[dict]]:
    """All schemas of each type, those of its regions."""
    files = defaultdict(set)
    for provider in sorted((SCHEMAS / "providers").glob("*.json")):
        # SAM's types are the transform's, not CloudFormation's.
        if provider.stem != "sam":
            for kind, name in json.loads(provider.read_text("utf-8")).items():
                files[kind].add(name)
    load = lambda name: json.loads((SCHEMAS / "resources" / f"{name}.json").read_text("utf-8"))
    return {kind: [load(name) for name in sorted(names)] for kind, names in sorted(files.items())}


def paths(versions: list[dict], key: str) -> set[str]:
    """The paths of a list of JSON pointers, in any region."""
    return {pointer.removeprefix("/properties/") for one in versions for pointer in one.get(key, [])}


def tag_property(schema: dict) -> str:
    """Where a type has its tags."""
    tagging = schema.get("tagging", {})
    if not tagging.get("taggable", schema.get("taggable", False)):
        return ""
    named = tagging.get("tagProperty", "/properties/Tags").removeprefix("/properties/")
    return named if named in schema["properties"] else "?"


def attributes(kind: str, versions: list[dict]) -> set[str]:
    """What `Fn::GetAtt` takes, as cfn-lint knows it, beside the read-only properties."""
    found = {name for one in versions for name in Schema(one).get_atts}
    if kind == "AWS::CloudFormation::CustomResource":
        return {"*"}
    return {ANY.get(name, name) for name in found} | EARLIER.get(kind, set())


def names(schema: dict) -> list[str]:
    """The constraints of the properties that give a physical name."""
    hidden = set(schema.get("readOnlyProperties", []))
    rows = []
    for name, value in sorted(schema["properties"].items()):
        pointer = f"/properties/{name}"
        is_name = pointer in schema.get("primaryIdentifier", []) or name == "Name"
        if value.get("type") != "string" or pointer in hidden or not is_name:
            continue
        limits = [value.get("minLength", "-"), value.get("maxLength", "-"), value.get("pattern", "-")]
        if limits != ["-", "-", "-"]:
            rows.append(" ".join(map(str, [name, *limits])))
    return rows


def row(kind: str, versions: list[dict]) -> str:
    """The line of a type."""
    schema = versions[-1]
    create_only = paths(versions, "createOnlyProperties")
    conditional = paths(versions, "conditionalCreateOnlyProperties")
    read_only = paths(versions, "readOnlyProperties")
    required = set.intersection(*(set(one.get("required", [])) for one in versions))
    marks = {"!": required, "=": create_only, "~": conditional, "-": read_only}
    properties = sorted({name for one in versions for name in one["properties"]})
    deep = [path for path in create_only if "/" in path] + [f"{path}~" for path in conditional if "/" in path]
    columns = [
        kind,
        tag_property(schema),
        ",".join(pointer.removeprefix("/properties/") for pointer in schema.get("primaryIdentifier", [])),
        ",".join(name + "".join(mark for mark, of in marks.items() if name in of) for name in properties),
        ",".join(sorted(deep)),
        ",".join(sorted(attributes(kind, versions) - read_only)),
        "\f".join(names(schema)),
    ]
    assert not any("\t" in column or "\n" in column for column in columns), kind
    return "\t".join(columns)


def table() -> str:
    """The whole table."""
    date = json.loads((SCHEMAS / "version.json").read_text("utf-8"))["schema_date"][:10]
    lines = [f"{date} cfn-lint {version('cfn-lint')}", *(row(kind, of) for kind, of in schemas().items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8", newline="\n")
    print(f"{TABLE.name}: {TABLE.stat().st_size} bytes")
