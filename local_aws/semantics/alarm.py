"""Alarms of CloudWatch: the state that an alarm gets from its metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html (datapoints, missing data)
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (expressions)
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html (rules)

The model behind ANOMALY_DETECTION_BAND is AWS's own. Here the band is mean and standard deviation of the
metric in the periods before those that are evaluated.
"""

import ast
import operator
import re
import statistics
from typing import Any

from . import Undefined
from .metrics import Metrics, metric

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
TRAINING = 12  # periods that the band is made from
MORE = 2  # CloudWatch looks at some periods more than it evaluates

COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
BANDS = {
    "GreaterThanUpperThreshold": lambda value, low, high: value > high,
    "LessThanLowerThreshold": lambda value, low, high: value < low,
    "LessThanLowerOrGreaterThanUpperThreshold": lambda value, low, high: value < low or value > high,
}

Values = list[float | None]


def state(alarm: dict[str, Any], metrics: Metrics, now: int, before: str = INSUFFICIENT) -> str:
    """The state of an alarm, given as in a template or in the answer of DescribeAlarms."""
    wanted = int(alarm["EvaluationPeriods"])
    needed = int(alarm.get("DatapointsToAlarm") or wanted)
    if not 1 <= needed <= wanted:
        raise ValueError(f"{needed} of {wanted} datapoints")
    breaching = _breaching(alarm, metrics, now, wanted + MORE)
    return decide(breaching, wanted, needed, alarm.get("TreatMissingData") or "missing", before)


def decide(breaching: list[bool | None], wanted: int, needed: int, missing: str, before: str) -> str:
    """M out of N, where None stands for a period without data."""
    known = [each for each in breaching if each is not None]
    if len(known) >= wanted:
        return ALARM if sum(known[-wanted:]) >= needed else OK
    bad, absent = sum(known), wanted - len(known)
    if missing == "breaching":
        return ALARM if bad + absent >= needed else OK
    if missing == "notBreaching":
        return ALARM if bad >= needed else OK
    if missing == "ignore":
        if bad >= needed:
            return ALARM
        return before if bad + absent >= needed else OK
    if missing != "missing":
        raise ValueError(f"TreatMissingData: {missing}")
    if not known:
        return INSUFFICIENT
    return ALARM if bad >= min(needed, len(known)) else OK


def _breaching(alarm: dict[str, Any], metrics: Metrics, now: int, count: int) -> list[bool | None]:
    how = alarm["ComparisonOperator"]
    if "Metrics" not in alarm or not alarm["Metrics"]:
        what = metric(alarm["Namespace"], alarm["MetricName"], _dimensions(alarm))
        values = metrics.values(what, alarm["Statistic"], int(alarm["Period"]), now, count)
        return [None if each is None else COMPARISONS[how](each, float(alarm["Threshold"])) for each in values]
    parts = {part["Id"]: part for part in alarm["Metrics"]}
    if how in BANDS:
        band = re.fullmatch(
            r"ANOMALY_DETECTION_BAND\((\w+)(?:, *([\d.]+))?\)", parts[alarm["ThresholdMetricId"]]["Expression"]
        )
        if not band:
            raise Undefined("a band of something else than one metric")
        values = _value(band[1], parts, metrics, now, count + TRAINING)
        low, high = _band(values[:TRAINING], float(band[2] or 2))
        return [None if each is None else BANDS[how](each, low, high) for each in values[TRAINING:]]
    [result] = [part["Id"] for part in alarm["Metrics"] if part.get("ReturnData", True)]
    values = _value(result, parts, metrics, now, count)
    return [None if each is None else COMPARISONS[how](each, float(alarm["Threshold"])) for each in values]


def _band(history: Values, width: float) -> tuple[float, float]:
    known = [each for each in history if each is not None]
    if len(known) < 2:
        return float("-inf"), float("inf")  # not trained
    mean, deviation = statistics.fmean(known), max(statistics.pstdev(known), 0.01)
    return mean - width * deviation, mean + width * deviation


def _dimensions(item: dict[str, Any]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in item.get("Dimensions") or []}


def _value(id: str, parts: dict[str, Any], metrics: Metrics, now: int, count: int) -> Values:
    part = parts[id]
    if stat := part.get("MetricStat"):
        inner = stat["Metric"]
        what = metric(inner["Namespace"], inner["MetricName"], _dimensions(inner))
        return metrics.values(what, stat["Stat"], int(stat["Period"]), now, count)
    used = {node.id for node in ast.walk(_parsed(part["Expression"])) if isinstance(node, ast.Name)} & set(parts)
    return expression(part["Expression"], {other: _value(other, parts, metrics, now, count) for other in used})


# Expressions

ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
ORDER = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def expression(text: str, series: dict[str, Values]) -> Values:
    """A metric math expression over time series: arithmetic, comparisons, IF, FILL, MAX, MIN and SUM of lists.
    A period without a value of one operand, or with a division by zero, has no value."""
    tree = _parsed(text)
    length = max((len(values) for values in series.values()), default=0)
    return [_at(tree, series, position) for position in range(length)]


def _parsed(text: str) -> ast.expr:
    """The syntax is that of Python, but for two operators."""
    return ast.parse(text.replace("&&", " and ").replace("||", " or "), mode="eval").body


def _at(node: ast.AST, series: dict[str, Values], position: int) -> float | None:
    def inner(other: ast.AST) -> float | None:
        return _at(other, series, position)

    match node:
        case ast.Constant(value=value):
            return float(value)
        case ast.Name(id=id):
            return series[id][position]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = inner(operand)
            return None if value is None else -value
        case ast.BinOp(left=left, op=op, right=right):
            a, b = inner(left), inner(right)
            if a is None or b is None or (isinstance(op, ast.Div) and b == 0):
                return None
            return ARITHMETIC[type(op)](a, b)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            a, b = inner(left), inner(right)
            return None if a is None or b is None else float(ORDER[type(op)](a, b))
        case ast.BoolOp(op=op, values=values):
            known = [inner(each) for each in values]
            if None in known:
                return None
            return float((all if isinstance(op, ast.And) else any)(known))
        case ast.Call(func=ast.Name(id="IF"), args=[test, yes, no]):
            chosen = inner(test)
            return None if chosen is None else inner(yes if chosen else no)
        case ast.Call(func=ast.Name(id="FILL"), args=[value, ast.Constant(value=instead)]):
            found = inner(value)
            return float(instead) if found is None else found
        case ast.Call(func=ast.Name(id=name), args=[ast.List(elts=items)]) if name in ("MAX", "MIN", "SUM"):
            known = [each for each in map(inner, items) if each is not None]
            return {"MAX": max, "MIN": min, "SUM": sum}[name](known) if known else None
    raise Undefined(f"not an expression that is known here: {ast.unparse(node)}")


# Composite alarms

_RULE = re.compile(
    r'\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^\s")]+))\s*\)|(AND|OR|NOT|TRUE|FALSE|\(|\)))'
)


def alarms_of(rule: str) -> list[str]:
    """The alarms that a rule names, by name."""
    return [token[1].rpartition(":alarm:")[2] for kind, token in _tokens(rule) if kind == "state"]


def rule_holds(rule: str, states: dict[str, str]) -> bool:
    """Whether a rule is true, by the states of the alarms it names. NOT binds before AND, AND before OR."""
    tokens = _tokens(rule)

    def take_or() -> bool:
        value = take_and()
        while tokens and tokens[0] == ("word", "OR"):
            tokens.pop(0)
            other = take_and()
            value = value or other
        return value

    def take_and() -> bool:
        value = take_not()
        while tokens and tokens[0] == ("word", "AND"):
            tokens.pop(0)
            other = take_not()
            value = value and other
        return value

    def take_not() -> bool:
        kind, token = tokens.pop(0) if tokens else ("", "")
        if kind == "state":
            wanted, name = token
            return states[name.rpartition(":alarm:")[2]] == wanted
        if token == "NOT":
            return not take_not()
        if token in ("TRUE", "FALSE"):
            return token == "TRUE"
        if token == "(":
            value = take_or()
            if not tokens or tokens.pop(0) != ("word", ")"):
                raise ValueError(f"no closing parenthesis: {rule}")
            return value
        raise ValueError(f"not a rule: {rule}")

    value = take_or()
    if tokens:
        raise ValueError(f"more than a rule: {tokens}")
    return value


def _tokens(rule: str) -> list[tuple[str, Any]]:
    found, position, text = [], 0, rule.strip()
    while position < len(text):
        match = _RULE.match(text, position)
        if not match:
            raise ValueError(f"not a rule: {text[position:]}")
        position = match.end()
        found.append(("state", (match[1], match[2] or match[3])) if match[1] else ("word", match[4]))
    return found
