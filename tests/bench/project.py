"""Sceptre projects of any size. The same size and seed give the same bytes."""

import random
from pathlib import Path

from .template import template

SEED = 20_241_201
# `sceptre generate` takes one group: all others are below this one.
TOP_GROUP = "live"
# A group is a team in an environment: a folder below the environment's.
STACKS_PER_GROUP = 10
ENVIRONMENTS = ("dev", "staging", "prod")

ROOT_CONFIG = """\
project_code: bench
region: {{ var.region | default("ap-northeast-1") }}
"""

GROUP_CONFIG = """\
environment_name: {environment}
team: team-{team:03}
stack_tags:
  Environment: {environment}
  Team: team-{team:03}
"""

STACK = """\
template:
  path: {template}
  type: file

parameters:
  Environment: !stack_attr stack_group_config.environment_name
  Service: {service}
  RetentionDays: "{retention}"
  AlarmThreshold: "{threshold}"
"""

REFERENCES = """\
  UpstreamTopicArn: !stack_output {previous}::TopicArn
  Upstream: {imported}
"""

# An import makes nothing wait; an output does.
DEPENDENCIES = """
dependencies:
  - {exporter}
"""


class Stack:
    """One stack of the project, known by its number."""

    def __init__(self, number: int) -> None:
        self.team = number // STACKS_PER_GROUP
        self.environment = ENVIRONMENTS[self.team % len(ENVIRONMENTS)]
        self.service = f"service-{number:05}"

    @property
    def path(self) -> str:
        return f"{TOP_GROUP}/{self.environment}/team-{self.team:03}/{self.service}.yaml"

    @property
    def prefix(self) -> str:
        """What the names of its exports begin with."""
        return f"{self.service}-{self.environment}"


def write_project(folder: Path, size: int, stacks_per_template: int = 1) -> None:
    """A project of `size` stacks. Every stack takes an output of the one before it in its team, the first one of a team
    of the first one of the team before. It imports from another stack of its team."""
    choices = random.Random(SEED)
    _write(folder / "config" / "config.yaml", ROOT_CONFIG)
    stacks = [Stack(number) for number in range(size)]
    exporters = {number: _exporter(number, choices) for number in range(1, size)}
    used = {_owner(exporter, stacks_per_template) for exporter in exporters.values()}
    for number, stack in enumerate(stacks):
        config = folder / "config" / stack.path
        if number % STACKS_PER_GROUP == 0:
            _write(config.parent / "config.yaml", GROUP_CONFIG.format(environment=stack.environment, team=stack.team))
        owner_number = _owner(number, stacks_per_template)
        owner = stacks[owner_number]
        path = f"team-{owner.team:03}/{owner.service}.yaml"
        if owner is stack:
            _write(folder / "templates" / path, template(stack.service, choices, has_upstream=number > 0, has_export=number in used))
        text = STACK.format(
            template=path,
            service=stack.service,
            retention=choices.choice((7, 14, 30, 60, 90)),
            threshold=choices.randint(1, 1000),
        )
        if number > 0:
            previous, exporter = stacks[_previous(number)], stacks[exporters[number]]
            text += REFERENCES.format(previous=previous.path, imported=exporter.prefix)
            if exporter is not previous:
                text += DEPENDENCIES.format(exporter=exporter.path)
        _write(config, text)


def _previous(number: int) -> int:
    return number - (1 if number % STACKS_PER_GROUP else STACKS_PER_GROUP)


def _exporter(number: int, choices: random.Random) -> int:
    place = number % STACKS_PER_GROUP
    return number - choices.randint(1, place) if place else _previous(number)


def _owner(number: int, stacks_per_template: int) -> int:
    """The stack whose template a stack uses. The first one has nothing before it: its template is its own."""
    return 0 if number == 0 else max(1, number - number % stacks_per_template)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
