"""A small model of how IAM decides: enough for the policies of this repository.

An explicit Deny wins; without an Allow in the policies, and in the permissions boundary if there is one, the answer is
no. An operator or a key form that the model does not know is an error, never a guess.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Request:
    action: str
    resource: str = "*"
    context: dict[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str | None:
        """The value of a condition key. Their names are not case-sensitive."""
        return {key.lower(): value for key, value in self.context.items()}.get(name.lower())


def allowed(request: Request, policies: Iterable[Document], boundary: Document | None = None) -> bool:
    policies = list(policies)
    limits = policies + ([boundary] if boundary else [])
    if any(_matches(policy, "Deny", request) for policy in limits):
        return False
    if boundary and not _matches(boundary, "Allow", request):
        return False
    return any(_matches(policy, "Allow", request) for policy in policies)


def _matches(policy: Document, effect: str, request: Request) -> bool:
    return any(
        statement["Effect"] == effect and _applies(statement, request) for statement in _list(policy["Statement"])
    )


def _applies(statement: Document, request: Request) -> bool:
    if "NotAction" in statement:
        action = not _any_like(request.action.lower(), _list(statement["NotAction"]), str.lower)
    else:
        action = _any_like(request.action.lower(), _list(statement["Action"]), str.lower)
    # A variable without a value matches nothing.
    patterns = [_fill(pattern, request) for pattern in _list(statement["Resource"])]
    resource = _any_like(request.resource, [pattern for pattern in patterns if pattern is not None])
    return action and resource and _conditions(statement.get("Condition", {}), request)


def _fill(pattern: str, request: Request) -> str | None:
    """Puts the values of the request for policy variables such as ${aws:username}."""
    for name in re.findall(r"\$\{([^}]+)\}", pattern):
        value = request.key(name)
        if value is None:
            return None
        pattern = pattern.replace(f"${{{name}}}", value)
    return pattern


def _conditions(conditions: dict[str, dict[str, Any]], request: Request) -> bool:
    return all(
        _condition(operator, request.key(key), [str(value) for value in _list(values)])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _condition(operator: str, actual: str | None, values: list[str]) -> bool:
    if operator == "Null":
        return str(actual is None).lower() in (value.lower() for value in values)
    name = operator.removesuffix("IfExists")
    negated = name in NEGATED
    compare = OPERATORS[NEGATED.get(name, name)]
    if actual is None:
        # A negated operator is true for a key that is absent.
        return negated or operator.endswith("IfExists")
    return any(compare(actual, value) for value in values) != negated


def _in_network(address: str, network: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network)


def _like(text: str, pattern: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in re.split(r"([*?])", pattern))
    return re.fullmatch(expression, text, re.DOTALL) is not None


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringLike": _like,
    "ArnLike": _like,
    "ArnEquals": _like,
    "Bool": lambda actual, value: actual.lower() == value.lower(),
    "IpAddress": _in_network,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "ArnNotLike": "ArnLike",
    "ArnNotEquals": "ArnEquals",
    "NotIpAddress": "IpAddress",
}


def _any_like(text: str, patterns: Iterable[str], change: Callable[[str], str] = str) -> bool:
    return any(_like(text, change(pattern)) for pattern in patterns)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
