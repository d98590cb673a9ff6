"""The YAML of configs and variable files means to the binary what it means to Sceptre, which reads it with PyYAML."""

import datetime
import json
import math
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SESAME = Path(sys.executable).parent / "sesame"

SCALARS = """
yes Yes YES no No NO on On ON off Off OFF y n Y N yEs true True TRUE tRue false ~ null Null nULL none None
0 00 007 08 09 010 -010 +010 0o10 0x1F 0x 0X1F -0x_1f 0b101 0b2 -0b1_0 1_000 _1 1_ 1__0 -1 +1 - + 12345678901234567890
1:30 1:60 -1:30 190:20:30 01:30 1:30.5 -190:20:30.15 0:0 1: 60:00 1:5 20:30:40
1.5 1. .5 . -.5 +.5 +1.5 1e3 1.0e3 1.0e+3 1.5E-7 1e+3 .5e+3 1_0.5 1.e+3 .inf -.INF +.Inf .nan .NaN inf nan 1.2.3 0.1
123456789.123456789 1.0e+16 1.0e+15 1.0e-4 1.0e-5 100000000000000000000.0
2020-01-02 2020-1-2 2020-01-02T03:04:05 2020-01-02t3:04:05.5Z 2020-01-02T03:04:05.123456789+09:00 2020-01-02T03:04:05-5
2020-01-02T03:04:05+0900 20-01-02 2020-01 2020-01-02T03:04 10.0.0.0/8 arn:aws:s3:::b a=b << = -- --- ---x .. ... ..x
0.0.0.0 0777 0o777 1e 0xg 1a +a 007.5 08.5 09e3 0_1 0b 0b_ 0x_ 1,000 1-2 5m ١
""".split()

TEXTS = [
    "2020-01-02 03:04:05",
    "2020-01-02   03:04:05 +1:30",
    "2020-01-02 03:04:05.1 Z",
    "'yes'",
    '"010"',
    '"\\u263a"',
    "!!str yes",
    "!!str 010",
    "!!bool yes",
    "!!bool 'off'",
    "!!int 010",
    "!!int '0b11'",
    "!!float 1",
    "!!float 1:30",
    "!!float '1.5'",
    "!!null ''",
    "!!null x",
    "!!timestamp 2020-01-02",
    "!!seq [1, yes]",
    "!!map {a: 010}",
    "! x",
    "! 010",
    "! yes",
    "! 'yes'",
    "[yes, no, {on: 1}, [010]]",
    "{a: &x 010, b: *x}",
    "{<<: {x: 1, <<: {y: 2}}, z: 3}",
    "{<<: {x: 1}, <<: {y: 2}, z: 3}",
    "{<<: [{x: 1}, {x: 2, y: 3}], z: 4}",
    "{x: 9, <<: {x: 1}}",
    "{<<: {x: 1}, x: 9}",
    "{'<<': {x: 1}, z: 3}",
    "{!!merge k: {x: 1}, z: 3}",
    "{a: &a {x: 1, q: yes}, b: &b {<<: *a, y: 2}, c: {<<: *b, z: 3}}",
    "{a: &d {x: 1}, b: &e {x: 2, y: 2}, c: {<<: [*d, *e], <<: {x: 5, w: 6}}}",
    "{=: 1}",
    "{010: x, 1.5: y}",
    "|\n    yes\n",
    ">-\n    010\n    on\n",
    "{}",
    "[]",
    "",
]

REFUSED = [
    "=",
    "2020-13-01",
    "2020-02-30",
    "2020-01-02T25:00:00",
    "{<<: 1}",
    "{<<: [1]}",
    "{[a]: 1}",
    "{a: *nobody}",
    "!!bool maybe",
    "!!int ten",
    "!!float ten",
    "a: b: c",
    "@x",
    "`x`",
    "%x",
    "[1",
]


def generated(count=600):
    """Scalars of the characters that types are made of; always the same."""
    chance = random.Random("sesame")
    found = set()
    while len(found) < count:
        first = chance.choice("0123456789+-.ynotfYNOTF~0011")
        text = first + "".join(chance.choices("0123456789__:::..eE+-xbabcdefT", k=chance.randint(0, 9)))
        try:
            yaml.safe_load(f"v: {text}\n")
        except (yaml.YAMLError, ValueError, OverflowError, KeyError):
            continue
        # `1:` and `- x` are collections, which is nothing about scalars.
        if not text.endswith(":") and text != "-":
            found.add(text)
    return sorted(found)


def as_json(value):
    """A value as `sesame explain --format json` writes it."""
    match value:
        case dict():
            return {str(key).lower() if key is True else str(key): as_json(item) for key, item in value.items()}
        case list():
            return [as_json(item) for item in value]
        case datetime.date():
            return {"!!timestamp": str(value)}
        case bool() | None | str():
            return value
        case int():
            return value if -(2**63) <= value < 2**64 else str(value)
        case float():
            return value if math.isfinite(value) else None


class Refused(Exception):
    """The binary does not read a config."""


class Reader:
    """Reads the YAML of a stack's `sceptre_user_data` with the binary."""

    def __init__(self, folder):
        self.folder = folder
        self.config = folder / "config" / "a.yaml"
        self.config.parent.mkdir()
        (self.config.parent / "config.yaml").write_text("project_code: demo\nregion: eu-west-1\n")

    def explain(self, *options):
        run = subprocess.run(
            [SESAME, "explain", "a.yaml", "sceptre_user_data", "--format", "json", *options],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
        )
        if run.returncode == 0:
            return json.loads(run.stdout)["value"]
        raise Refused(run.stdout + run.stderr)

    def read(self, user_data):
        self.config.write_text(f"template: {{path: a.yaml}}\nsceptre_user_data:\n{user_data}")
        return self.explain()


@pytest.fixture
def reader(tmp_path):
    return Reader(tmp_path)


def entries(texts):
    return "".join(f"  v{number}: {text}\n" for number, text in enumerate(texts))


def loadable(text):
    try:
        yaml.safe_load(f"v: {text}\n")
    except (yaml.YAMLError, ValueError, LookupError):
        return False
    return True


@pytest.mark.parametrize(
    "texts",
    [[text for text in SCALARS if loadable(text)], TEXTS, generated()],
    ids=["scalars", "texts", "generated"],
)
def test_values_are_those_of_sceptre(reader, texts):
    user_data = entries(texts)
    theirs = as_json(yaml.safe_load(user_data))
    ours = reader.read(user_data)
    differing = {
        text: (ours.get(f"v{number}"), theirs[f"v{number}"])
        for number, text in enumerate(texts)
        if repr(ours.get(f"v{number}")) != repr(theirs[f"v{number}"])
    }
    assert differing == {}


@pytest.mark.parametrize("text", REFUSED)
def test_what_sceptre_cannot_read_is_refused(reader, text):
    with pytest.raises((yaml.YAMLError, ValueError, LookupError)):
        yaml.safe_load(f"v: {text}\n")
    with pytest.raises(Refused):
        reader.read(f"  v: {text}\n")


def test_variable_files_are_read_like_configs(reader):
    texts = [text for text in SCALARS if loadable(text)]
    variables = reader.folder / "variables.yaml"
    variables.write_text("".join(f"v{number}: {text}\n" for number, text in enumerate(texts)))
    theirs = yaml.safe_load(variables.read_text())
    branches = "".join(
        f"  v{number}: {{{{ 'yes' if var.v{number} else 'no' }}}}//'{{{{ var.v{number} }}}}'\n"
        for number in range(len(texts))
    )
    reader.config.write_text(f"template: {{path: a.yaml}}\nsceptre_user_data:\n{branches}")
    ours = reader.explain("--var-file", str(variables))
    assert ours == {name: f"{'yes' if value else 'no'}//'{value}'" for name, value in theirs.items()}
