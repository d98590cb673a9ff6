"""Checks the parameters of a stack before anything is created, with the messages of AWS."""

import re
from typing import Any

from ..aws import Aws
from .errors import ValidationError

SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")


def effective(
    declared: dict[str, Any], given: list[dict[str, Any]], previous: dict[str, str]
) -> dict[str, str]:
    """The text of every parameter: given, kept from the last operation, or the default."""
    values: dict[str, str] = {}
    for item in given:
        key = item["ParameterKey"]
        if item.get("UsePreviousValue"):
            if item.get("ParameterValue"):
                raise ValidationError(
                    f"Invalid input for parameter key {key}. Cannot specify usePreviousValue "
                    "as true and non empty value for a parameter"
                )
            if key in previous:
                values[key] = previous[key]
        elif "ParameterValue" in item:
            values[key] = item["ParameterValue"]
    if unknown := [key for key in (item["ParameterKey"] for item in given) if key not in declared]:
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    for key, declaration in declared.items():
        if key not in values and "Default" in declaration:
            values[key] = as_text(declaration["Default"])
    if missing := [key for key in declared if key not in values]:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")
    for key, declaration in declared.items():
        _check(key, declaration, values[key])
    return {key: values[key] for key in declared}


def typed(declaration: dict[str, Any], text: str, aws: Aws) -> str | list[str]:
    """What a Ref to the parameter gives: text, or a list of texts. Numbers stay text, as in AWS."""
    kind = declaration["Type"]
    if stored := SSM_VALUE.fullmatch(kind):
        text = _from_parameter_store(text, aws)
        kind = stored.group(1)
    return split(text) if is_list(kind) else text


def is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")]


def as_text(value: Any) -> str:
    """YAML reads `true` and `7` as a boolean and a number; CloudFormation passes text on."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def shown(declared: dict[str, Any], values: dict[str, str]) -> list[dict[str, str]]:
    """The parameters as DescribeStacks shows them."""
    return [
        {
            "ParameterKey": key,
            "ParameterValue": "****" if as_text(declared[key].get("NoEcho", False)) == "true" else text,
        }
        for key, text in values.items()
    ]


def _from_parameter_store(name: str, aws: Aws) -> str:
    ssm = aws.client("ssm")
    try:
        return ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        raise ValidationError(
            f"Unable to fetch parameters [{name}] from parameter store for this account."
        ) from None


def _check(key: str, declaration: dict[str, Any], text: str) -> None:
    kind = declaration["Type"]
    for item in split(text) if is_list(kind) else [text]:
        problem = _problem(declaration, kind, item)
        if problem is None:
            continue
        if description := declaration.get("ConstraintDescription"):
            raise ValidationError(f"Parameter {key} failed to satisfy constraint: {description}")
        raise ValidationError(f"Parameter '{key}' {problem}")


def _problem(declaration: dict[str, Any], kind: str, text: str) -> str | None:
    if kind in ("Number", "List<Number>"):
        try:
            number = float(text)
        except ValueError:
            return "must be a number"
        if "MinValue" in declaration and number < float(declaration["MinValue"]):
            return f"must be a number not less than {declaration['MinValue']}"
        if "MaxValue" in declaration and number > float(declaration["MaxValue"]):
            return f"must be a number not greater than {declaration['MaxValue']}"
    if "AllowedValues" in declaration:
        if text not in [as_text(value) for value in declaration["AllowedValues"]]:
            return "must be one of AllowedValues"
    pattern = declaration.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(pattern, text):
        return f"must match pattern {pattern}"
    if is_list(kind):
        return None  # the length limits are for single values
    if "MinLength" in declaration and len(text) < int(declaration["MinLength"]):
        return f"must contain at least {declaration['MinLength']} characters"
    if "MaxLength" in declaration and len(text) > int(declaration["MaxLength"]):
        return f"must contain at most {declaration['MaxLength']} characters"
    return None
