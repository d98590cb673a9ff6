"""Commands of the AWS CLI as they stand on a page, and the API calls that they make. The CLI itself is not needed."""

import json
import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore import xform_name
from botocore.validate import ParamValidator

# Options of the CLI itself.
OWN = {"query": 1, "output": 1, "region": 1, "cli-binary-format": 1, "no-cli-pager": 0}
# Services that the CLI calls by another name.
NAMES = {"s3api": "s3"}
# Options that the CLI calls by another name than the API (AWS CLI reference, "sns subscribe").
OPTIONS = {("sns", "subscribe", "notification-endpoint"): "endpoint"}
# Operations that take the name of a file for their answer.
WITH_FILE = {("lambda", "invoke")}


class Call(NamedTuple):
    service: str
    operation: str  # as boto3 names it
    parameters: dict[str, Any]


def commands(page: Path) -> list[str]:
    """Every line of the sh blocks of a page, without its indentation, and every `aws` command within a line."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", text)
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.strip()]
    return lines + re.findall(r"`(aws [^`]+)`", text)


def structure(text: str, shape: Any) -> dict[str, Any]:
    """The shorthand of the CLI, key=value,key=value, for members that are plain values."""
    pairs = dict(pair.split("=", 1) for pair in text.split(","))
    return {key: plain(value, shape.members[key]) for key, value in pairs.items()}


def plain(text: str, shape: Any) -> int | float | str:
    if shape.type_name in ("double", "float"):
        return float(text)
    return int(text) if shape.type_name in ("integer", "long") else text


def parse(command: str) -> Call:
    """The call of an `aws` command, checked against botocore's model."""
    words = shlex.split(command)
    assert words.pop(0) == "aws", command
    service, operation = words.pop(0), words.pop(0).replace("-", "_")
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = boto3.client(NAMES.get(service, service), region_name="ap-northeast-1", **keys)
    assert operation in client.meta.method_to_api_mapping, f"{service} has no operation {operation}"
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
    members = {xform_name(name, "-"): (name, member) for name, member in shape.members.items()}
    parameters: dict[str, Any] = {}
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            assert (service, operation) in WITH_FILE and not words, f"{command}: {word}"
            break
        option = OPTIONS.get((service, operation, word[2:]), word[2:])
        if option in OWN:
            del words[: OWN[option]]
            continue
        negated = option.startswith("no-") and option not in members
        name, member = members[option[3:] if negated else option]
        if member.type_name == "boolean":
            parameters[name] = not negated
        elif member.type_name in ("structure", "list", "map"):
            values = [words.pop(0)]
            while words and not words[0].startswith("--"):
                values.append(words.pop(0))
            if values[0][:1] in "[{":
                parameters[name] = json.loads(values[0])
            elif member.type_name == "structure":
                [value] = values
                parameters[name] = structure(value, member)
            elif member.type_name == "list" and member.member.type_name == "structure":
                parameters[name] = [structure(value, member.member) for value in values]
            else:
                parameters[name] = values
        else:
            parameters[name] = plain(words.pop(0), member)
    report = ParamValidator().validate(parameters, shape)
    assert not report.has_errors(), f"{command}: {report.generate_report()}"
    return Call(service, operation, parameters)
