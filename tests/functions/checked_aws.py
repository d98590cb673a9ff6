"""What the fakes of AWS have in common: clients whose requests, answers and errors are checked against botocore's models.

A fake has a method for each operation that its function calls, with the service in front: `iam_list_users`. It takes the
parameters of the request, and returns the answer or raises Refusal. What a fake has no method for cannot be called.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.errorfactory import ClientExceptionsFactory
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.handlers import json_decode_policies
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.paginate import Paginator, PaginatorModel
from botocore.validate import ParamValidator

# Every operation may answer with these, and S3's model leaves out most of its errors.
COMMON_ERRORS = {"AccessDenied", "Throttling", "ThrottlingException", "TooManyRequestsException", "ValidationException"}
UNMODELLED_ERRORS = {"GetBucketLifecycleConfiguration": {"NoSuchLifecycleConfiguration"}}
THROTTLED = {"sesv2": "TooManyRequestsException", "lambda": "TooManyRequestsException", "iam": "Throttling"}


class Killed(BaseException):
    """Lambda ended the function at once: no except clause runs, and nothing after the call."""


class Refusal(Exception):
    """The service answers with an error, whose text may hold anything."""

    def __init__(self, code: str, message: str = "taro@example.jp is not authorized"):
        self.code, self.message = code, message


def no_answer(service: str) -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url=f"https://{service}")


def throttled(service: str, name: str) -> ClientError:
    """The error of a call that came too soon after others."""
    return error(service, operation_of(service, name), Refusal(THROTTLED.get(service, "ThrottlingException"), "Rate exceeded"))


@dataclass
class Call:
    """A call of a client, with a request that AWS takes."""

    service: str
    name: str  # as a client has it: list_users
    operation: OperationModel
    answer: Callable[[], Any]  # lets it happen


class CheckedAws:
    """A fake of AWS."""

    def client(self, service: str, *_: object) -> "Client":
        return Client(self, service)

    def headers(self) -> dict[str, str]:
        """Those of an answer that a function looks at."""
        return {}

    def around(self, call: Call) -> Any:
        """What happens when a client calls: a fake may count the call, keep it from happening, or lose its answer."""
        return call.answer()


class Client:
    """Looks like a boto3 client of one service."""

    def __init__(self, aws: CheckedAws, service: str):
        self._aws, self._service = aws, service
        self.exceptions = exceptions(service)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        service, operation = self._service, operation_of(self._service, name)
        implementation = getattr(self._aws, f"{service}_{name}")

        def call(**parameters: Any) -> Any:
            check_shape(parameters, operation.input_shape, operation.name)

            def answer() -> Any:
                try:
                    found = implementation(**parameters) or {}
                except Refusal as refusal:
                    raise error(service, operation, refusal) from None
                check_shape(found, operation.output_shape, f"answer of {operation.name}")
                if service == "iam":
                    json_decode_policies(found, operation)  # as a client of boto3 does
                metadata = {"HTTPStatusCode": 200, "HTTPHeaders": self._aws.headers()}
                return {**found, "ResponseMetadata": metadata}

            return self._aws.around(Call(service, name, operation, answer))

        return call

    def get_paginator(self, name: str) -> Paginator:
        operation = operation_of(self._service, name)
        config = PaginatorModel(loader().load_service_model(self._service, "paginators-1")).get_paginator(operation.name)
        return Paginator(getattr(self, name), config, operation)


@functools.cache
def loader() -> Loader:
    return Loader()


@functools.cache
def model(service: str) -> ServiceModel:
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


@functools.cache
def operation_of(service: str, name: str) -> OperationModel:
    for operation in model(service).operation_names:
        if xform_name(operation) == name:
            return model(service).operation_model(operation)
    raise AttributeError(f"{service} has no {name}")


@functools.cache
def exceptions(service: str) -> Any:
    return ClientExceptionsFactory().create_client_exceptions(model(service))


def error(service: str, operation: OperationModel, refusal: Refusal) -> ClientError:
    own = {shape.error_code for shape in operation.error_shapes} | UNMODELLED_ERRORS.get(operation.name, set())
    assert refusal.code in own | COMMON_ERRORS, f"{operation.name} has no error {refusal.code}"
    kind = exceptions(service).from_code(refusal.code)
    return kind({"Error": {"Code": refusal.code, "Message": refusal.message}}, operation.name)


_accepted: set[tuple[Any, ...]] = set()


def check_shape(value: Any, shape: Any, what: str) -> None:
    """botocore's own check; a form that was accepted before is not checked again, for it is slow."""
    if shape is None:
        assert not value, what
        return
    form = (what, _form(value))
    if form not in _accepted:
        report = ParamValidator().validate(value, shape)
        assert not report.has_errors(), f"{what}: {report.generate_report()}"
        _accepted.add(form)


def _form(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _form(item)) for key, item in sorted(value.items()))
    if isinstance(value, list):
        return tuple(sorted({repr(_form(item)) for item in value}))
    return type(value).__name__
