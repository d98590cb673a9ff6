"""Every request is checked against AWS's own model of it: lengths, ranges, patterns and the values of a list.

The models are botocore's. Its clients send nearly everything, and moto takes it; AWS refuses, before it looks at
anything else. S3 and CloudFormation check in words of their own, elsewhere.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import regex
from botocore.model import Shape
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from .operation import error

# The code of the error, where it is not ValidationException: each service's API reference, "Common Errors".
CODES = {
    "cloudwatch": "ValidationError",
    "firehose": "InvalidArgumentException",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "secretsmanager": "InvalidParameterException",
    "sesv2": "BadRequestException",
    "sns": "InvalidParameter",
    "sts": "ValidationError",
}
ELSEWHERE = {"s3", "cloudformation"}
_call_action = BaseResponse.call_action


def _checked(self: BaseResponse) -> Any:
    problems = list(_problems_of(self))
    if not problems:
        return _call_action(self)
    code = CODES.get(self.boto3_service_name, "ValidationException")
    count = "1 validation error" if len(problems) == 1 else f"{len(problems)} validation errors"
    status, headers, body = self.serialized(ActionResult(error(code, f"{count} detected: {'; '.join(problems)}")))
    return self._transform_response(self.response_headers, (body, {**headers, "status": status}))


def _problems_of(self: BaseResponse) -> Iterator[str]:
    service = self.boto3_service_name
    action = None if service in ELSEWHERE else self._get_action()
    if not action or action not in get_service_model(service).operation_names:
        return
    shape = get_service_model(service).operation_model(action).input_shape
    for key, value in (_parameters(self, service, action) if shape else {}).items():
        if key in shape.members:
            yield from problems(shape.members[key], value, _member(key))


def _parameters(self: BaseResponse, service: str, action: str) -> dict[str, Any]:
    request, model = self.normalized_request, get_service_model(service)
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)]
    return parser(model.operation_model(action)).parse(  # type: ignore[no-any-return]
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": self.uri_match,
        }
    )


def problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """What AWS would say of a value, at any depth, in its words."""
    if value is None:
        return
    for constraint in _broken(shape, value):
        hidden = shape.metadata.get("sensitive") or not isinstance(value, (str, int, float))
        shown = "Value" if hidden else f"Value '{value}'"
        yield f"{shown} at '{path}' failed to satisfy constraint: Member must {constraint}"
    if shape.type_name == "structure":
        for key, inner in value.items():
            if key in shape.members:
                yield from problems(shape.members[key], inner, f"{path}.{_member(key)}")
    elif shape.type_name == "list":
        for index, inner in enumerate(value):
            yield from problems(shape.member, inner, f"{path}.{index + 1}.member")
    elif shape.type_name == "map":
        for key, inner in value.items():
            yield from problems(shape.key, key, f"{path}.key")
            yield from problems(shape.value, inner, f"{path}.{key}")


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(value, bool) or shape.type_name in ("structure", "boolean", "timestamp"):
        return
    counted = isinstance(value, (str, bytes, list, dict))
    size = len(value) if counted else value
    what = "have length" if counted else "have value"
    if least is not None and size < least:
        yield f"{what} greater than or equal to {least}"
    if most is not None and size > most:
        yield f"{what} less than or equal to {most}"
    if isinstance(value, str):
        pattern = _compiled(shape.metadata.get("pattern", ""))
        if pattern and not pattern.fullmatch(value):
            yield f"satisfy regular expression pattern: {shape.metadata['pattern']}"
        if shape.metadata.get("enum") and value not in shape.metadata["enum"]:
            yield f"satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"


@cache
def _compiled(pattern: str) -> Any:
    """As Java reads it: a `\\w` is ASCII, a `\\p{L}` is any letter."""
    try:
        return regex.compile(pattern, 0 if r"\p{" in pattern else regex.ASCII) if pattern else None
    except regex.error:
        return None  # CloudTrail's two, with halves of characters as only Java has them


def _member(name: str) -> str:
    return name[0].lower() + name[1:]


BaseResponse.call_action = _checked  # type: ignore[method-assign]
