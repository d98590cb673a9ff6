"""How IAM decides: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

An explicit Deny wins; without an Allow in the policies, and in the permissions boundary if there is one, the answer is
no. An operator or a form that is not known here is an error, never a guess.
"""

import functools
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What somebody asks for. `context` has the condition keys of the request, in any case."""

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def allowed(request: Request, policies: Iterable[Document], boundary: Document | None = None) -> bool:
    policies = list(policies)
    limits = policies + ([boundary] if boundary else [])
    if any(_matches(policy, "Deny", request) for policy in limits):
        return False
    if boundary and not _matches(boundary, "Allow", request):
        return False
    return any(_matches(policy, "Allow", request) for policy in policies)


@dataclass(frozen=True)
class Caller:
    """Who asks, as the policy of a resource names it: ("Service", "ses.amazonaws.com"), or ("AWS", the ARN of a role).

    Whoever is of an account is also its "root", as a policy calls the account.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """

    kind: str
    name: str

    def is_in(self, principal: Any) -> bool:
        if principal == "*":
            return True
        named = as_list(principal.get(self.kind, []))
        if self.kind == "AWS":
            return not {self.name, "*", *_account(self.name)}.isdisjoint(named)
        return self.name in named


def service(name: str) -> Caller:
    return Caller("Service", f"{name}.amazonaws.com")


def lets_in(policy: Document, caller: Caller, request: Request) -> bool:
    """Whether the policy of a resource, or the trust policy of a role, allows somebody's request."""
    statements = as_list(policy["Statement"])
    if any("NotPrincipal" in statement for statement in statements):
        raise NotImplementedError("NotPrincipal")
    return allowed(request, [{"Statement": [each for each in statements if caller.is_in(each["Principal"])]}])


def condition_holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    """Whether every operator holds for every key, given the condition keys of a request."""
    found = _by_lower_name(context)
    return all(
        _operator_holds(name, found.get(key.lower()), _filled(values, found))
        for name, keys in condition.items()
        for key, values in keys.items()
    )


def _matches(policy: Document, effect: str, request: Request) -> bool:
    return any(
        statement["Effect"] == effect and _applies(statement, request) for statement in as_list(policy["Statement"])
    )


def _applies(statement: Document, request: Request) -> bool:
    # Actions are not case-sensitive, resources are.
    wanted, name = request.action.lower(), "NotAction" if "NotAction" in statement else "Action"
    named = any(_like(wanted, pattern.lower()) for pattern in as_list(statement[name]))
    # A trust policy has no Resource: it is about its role.
    patterns = _filled(statement.get("Resource", "*"), _by_lower_name(request.context))
    return (
        named != (name == "NotAction")
        and any(_like(request.resource, pattern) for pattern in patterns)
        and condition_holds(statement.get("Condition", {}), request.context)
    )


def _by_lower_name(context: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): value for key, value in context.items()}


def _filled(values: Any, found: Mapping[str, str]) -> list[str]:
    """The values as text, with the request's for variables such as ${aws:username}.

    One with a variable that the request does not have matches nothing, so it is left out.
    """
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in as_list(values)]
    return [
        re.sub(r"\$\{([^}]+)\}", lambda variable: found[variable[1].lower()], text)
        for text in texts
        if all(name.lower() in found for name in re.findall(r"\$\{([^}]+)\}", text))
    ]


def _operator_holds(name: str, found: str | None, wanted: list[str]) -> bool:
    quantifier, _, name = name.rpartition(":")
    if_exists, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    if name == "Null":
        return any((found is None) == (each.lower() == "true") for each in wanted)
    negated = name in NEGATED
    matches = OPERATORS.get(NEGATED.get(name, name))
    if matches is None:
        raise NotImplementedError(f"condition operator {name}")
    if found is None:
        # Without the key a negated operator holds, and "for all values" of none.
        return if_exists or quantifier == "ForAllValues" or (negated and quantifier != "ForAnyValue")
    return any(matches(found, each) for each in wanted) != negated


def _account(arn: str) -> tuple[str, str]:
    """The two ways in which a policy names the account of an ARN."""
    account = arn.split(":")[4]
    return account, f"arn:aws:iam::{account}:root"


def _same_in_any_case(found: str, wanted: str) -> bool:
    return found.casefold() == wanted.casefold()


def _like(found: str, wanted: str) -> bool:
    return _pattern(wanted).fullmatch(found) is not None


@functools.lru_cache(maxsize=4096)
def _pattern(wanted: str) -> re.Pattern[str]:
    parts = ({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in wanted)
    return re.compile("".join(parts), re.DOTALL)


def _like_arn(found: str, wanted: str) -> bool:
    """A star stays within its part."""
    parts, patterns = found.split(":", 5), wanted.split(":", 5)
    return len(parts) == len(patterns) and all(map(_like, parts, patterns))


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda found, wanted: compare(float(found), float(wanted))


def _in_network(found: str, wanted: str) -> bool:
    return ip_address(found) in ip_network(wanted, strict=False)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "Bool": _same_in_any_case,
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": _same_in_any_case,
    "StringLike": _like,
    "ArnEquals": _like_arn,
    "ArnLike": _like_arn,
    "NumericEquals": _number(operator.eq),
    "NumericLessThan": _number(operator.lt),
    "NumericLessThanEquals": _number(operator.le),
    "NumericGreaterThan": _number(operator.gt),
    "NumericGreaterThanEquals": _number(operator.ge),
    "IpAddress": _in_network,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "NotIpAddress": "IpAddress",
}
