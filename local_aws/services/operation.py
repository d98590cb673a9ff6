"""Adds one API operation to one of moto's services."""

from collections.abc import Callable
from typing import Any, TypeVar

from moto.core.exceptions import ServiceException

Operation = TypeVar("Operation", bound=Callable[..., Any])


def operation(response_class: type) -> Callable[[Operation], Operation]:
    """moto finds the method of an operation by its name in the service's response class."""

    def add(function: Operation) -> Operation:
        setattr(response_class, function.__name__, function)
        return function

    return add


def state(backend: Any, name: str) -> dict[str, Any]:
    """A dictionary of ours that lives, and is reset, with one of moto's backends."""
    return backend.__dict__.setdefault(f"local_aws_{name}", {})


class ServiceError(ServiceException):
    """Its own class: moto takes the service of an error from the module of the error's class."""


def error(code: str, message: str) -> ServiceError:
    return ServiceError(code, message)
