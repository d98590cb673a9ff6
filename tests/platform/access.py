"""Policies against a table of what they should let and stop.

A row says which actions, on which resources, for whom and in which requests. Of all actions that AWS has, a policy may
name those of the table only. For each of them `check` asks the policy for a grid of requests: every resource of the
table and its neighbours (another account, region, environment, name), in every context that a row of it names. The
policy must say what the table says; so what is too much is found like what is missing.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from local_aws.semantics.iam import Document, Request, allowed

from .cloudformation import ACCOUNT, OTHER, fill

# The service authorization data that cfn-lint checks actions with.
SERVICES = json.loads(files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text())
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
STRANGERS = (ACCOUNT, "999999999999", "apigateway.amazonaws.com")
Context = dict[str, str | None]  # None: the request does not have the key


@dataclass(frozen=True)
class Row:
    """`when`: contexts of which one must be part of the request. `outside`: contexts of requests that are not meant."""

    actions: frozenset[str]
    resources: tuple[str, ...]
    when: tuple[Context, ...]
    outside: tuple[Context, ...]
    principal: str

    def covers(self, action: str, resource: str, context: Context, principal: str) -> bool:
        return (
            action in self.actions
            and self.principal in (principal, "*")
            and any(like(resource, pattern) for pattern in self.resources)
            and any(all(context.get(key) == value for key, value in wanted.items()) for wanted in self.when)
        )


def row(
    actions: str | frozenset[str],
    *resources: str,
    principal: str = "",
    when: Iterable[Context] = (),
    outside: Iterable[Context] = (),
    only: Mapping[str, str | list[str]] | None = None,
) -> Row:
    """`only`: for each condition key the value, or the values, without which a request is not meant."""
    whens, outsides = list(when), list(outside)
    if only:
        choices = [[(key, each) for each in ([wanted] if isinstance(wanted, str) else wanted)] for key, wanted in only.items()]
        whens += [dict(pairs) for pairs in product(*choices)]
        for key in only:
            outsides += [{**whens[0], key: None}, {**whens[0], key: another(key, whens[0][key])}]
    names = expand(actions) if isinstance(actions, str) else actions
    return Row(names, resources or ("*",), tuple(whens or [{}]), tuple(outsides), principal)


def another(key: str, value: str) -> str:
    if key == "aws:SourceIp":
        return "198.51.100.1"
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    return f"other.{value}" if "@" not in value else value.replace("@", "@sub.")


# Actions


@cache
def expand(patterns: str) -> frozenset[str]:
    """The actions of AWS that match one of some patterns, in lower case."""
    found: set[str] = set()
    for pattern in patterns.lower().split():
        service, _, name = pattern.partition(":")
        if pattern == "*":
            return frozenset(f"{each}:{action}" for each, facts in SERVICES.items() for action in facts["Actions"])
        matching = {f"{service}:{action}" for action in SERVICES[service]["Actions"] if like(action, name)}
        assert matching, f"{pattern} is no action of AWS"
        found |= matching
    return frozenset(found)


@cache
def all_but(patterns: str) -> frozenset[str]:
    return expand("*") - expand(patterns)


def named_actions(statement: Document) -> frozenset[str]:
    if "NotAction" in statement:
        return all_but(" ".join(listed(statement["NotAction"])))
    return expand(" ".join(listed(statement["Action"])))


# Resources


def like(text: str, pattern: str) -> bool:
    """As IAM compares: only `*` and `?` are special."""
    return _pattern(pattern).fullmatch(text) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern), re.DOTALL)


def example(pattern: str) -> str:
    """A resource that matches a pattern."""
    return pattern if pattern == "*" else pattern.replace("*", "some/thing").replace("?", "A")


def neighbours(resource: str) -> set[str]:
    """Resources that somebody could take for this one."""
    if not resource.startswith("arn:"):
        return set()
    partition, service, region, account, name = resource.removeprefix("arn:").split(":", 4)
    found = {f"arn:{partition}:{service}:{region}:{account}:other", resource + "x", resource[:-1], resource + "/x"}
    found |= {f"arn:{partition}:{service}:us-east-1:{account}:{name}"} if region else set()
    found |= {f"arn:{partition}:{service}:{region}:999999999999:{name}"} if account else set()
    for mine, others in OTHER.items():
        found |= {resource.replace(f"{before}{mine}", f"{before}{others}") for before in ("-", "/", ":")}
    kind, slash, rest = name.partition("/")
    found.add(f"arn:{partition}:{service}:{region}:{account}:{kind}{slash}x{rest}")
    return found - {resource}


def concerns(resource: str, action: str) -> bool:
    return resource == "*" or resource.split(":")[2] == action.partition(":")[0]


# Checks


def check(document: Document, rows: Iterable[Row], environment: str, effect: str = "Allow") -> None:
    """The statements of one effect do what the rows say."""
    rows = [filled(each, environment) for each in rows]
    statements = [each for each in listed(document["Statement"]) if each["Effect"] == effect]
    principals = {each.principal for each in rows}
    if any("Principal" in each for each in statements):
        principals |= set(STRANGERS)
    for principal in sorted(principals):
        told = [(each, named_actions(each)) for each in statements if speaks_of(each, principal)]
        wanted = [each for each in rows if each.principal in (principal, "*")]
        named = frozenset().union(*(each.actions for each in wanted))
        found = frozenset().union(*(actions for _, actions in told))
        where = f"{effect} {principal}"
        assert found == named, f"{where}: too many {sorted(found - named)[:9]}, missing {sorted(named - found)[:9]}"
        for action, these, those in _classes(named, wanted, told):
            _check_grid(action, these, those, effect, principal)


def _classes(
    actions: Iterable[str], rows: list[Row], statements: list[tuple[Document, frozenset[str]]]
) -> Iterator[tuple[str, list[Row], list[Document]]]:
    """One action, with its rows and statements, of all those of a service that have the same."""
    seen = set()
    for action in sorted(actions):
        these = [each for each in rows if action in each.actions]
        those = [statement for statement, named in statements if action in named]
        key = (action.partition(":")[0], *map(id, these), *map(id, those))
        if key not in seen:
            seen.add(key)
            yield action, these, those


def _check_grid(action: str, rows: list[Row], statements: list[Document], effect: str, principal: str) -> None:
    limits = [EVERYTHING, {"Statement": statements}] if effect == "Deny" else [{"Statement": statements}]
    examples = {example(pattern) for each in rows for pattern in each.resources}
    contexts = [context for each in rows for context in (*each.when, *each.outside)]
    # A statement may name resources of several services; one of another than the action's is never asked for.
    told = {example(pattern) for each in statements for pattern in listed(each["Resource"]) if concerns(pattern, action)}
    for resource in told.union(examples, *map(neighbours, examples)):
        for context in contexts:
            expected = any(each.covers(action, resource, context, principal) for each in rows)
            given = {key: value for key, value in context.items() if value is not None}
            decided = allowed(Request(action, resource, given), limits) is (effect == "Allow")
            assert decided is expected, f"{effect} {principal} {action} {resource} {context}: {decided}"


def filled(item: Row, environment: str) -> Row:
    def of(contexts: Iterable[Context]) -> tuple[Context, ...]:
        return tuple({key: value and fill(value, environment) for key, value in each.items()} for each in contexts)

    resources = tuple(fill(each, environment) for each in item.resources)
    return Row(item.actions, resources, of(item.when), of(item.outside), item.principal)


def speaks_of(statement: Document, principal: str) -> bool:
    if "Principal" not in statement:
        return True
    wanted = statement["Principal"]
    values = ["*"] if wanted == "*" else [each for kind in wanted.values() for each in listed(kind)]
    return any(each in ("*", principal, f"arn:aws:iam::{principal}:root") for each in values)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
