"""One AWS call of the binary, made by Sceptre's connection manager.

The connection manager knows the stack's profile, role, region and endpoint, and retries when AWS asks for patience.
"""

import re
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from sceptre.connection_manager import ConnectionManager
from sceptre.resolvers import RecursiveResolve

from .errors import SesameError
from .json_safe import json_safe

_OPERATION = re.compile(r"[a-z][a-z0-9_]*")


def answer_call(call: Any, connection_manager: ConnectionManager) -> dict[str, Any]:
    """The answer to a call. Whatever AWS refuses is an answer too: the binary decides what to make of it."""
    number, service, operation, parameters = _read(call)
    try:
        result = connection_manager.call(service=service, command=operation, kwargs=parameters)
        if not isinstance(result, dict):
            raise AttributeError(f"`{operation}` is not an operation of `{service}`")
        result.pop("ResponseMetadata", None)
        return {"id": number, "result": json_safe(result)}
    except RecursiveResolve:
        raise  # Sceptre's own signal: it resolves the value again later.
    except Exception as error:  # boto3 raises many types, and an unknown operation is an AttributeError.
        return {"id": number, "error": _describe(error)}


def _read(call: Any) -> tuple[int, str, str, dict[str, Any]]:
    if isinstance(call, dict):
        number, service, operation = (call.get(key) for key in ("id", "service", "operation"))
        parameters = call.get("parameters", {})
        if (
            isinstance(number, int)
            and isinstance(service, str)
            and isinstance(operation, str)
            and _OPERATION.fullmatch(operation)
            and isinstance(parameters, dict)
        ):
            return number, service, operation, parameters
    raise SesameError("the binary made an AWS call that is not of the form id, service, operation, parameters")


def _describe(error: Exception) -> dict[str, Any]:
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        return {"code": details.get("Code", "Unknown"), "message": details.get("Message", str(error))}
    message = str(error)
    if isinstance(error, ParamValidationError):
        # botocore quotes the wrong value, which may be a secret.
        message = re.sub(r", value: .*?(?=, (?:type|valid))", "", message, flags=re.DOTALL)
    # No network, no credentials: AWS has not said anything.
    unreached = isinstance(error, BotoCoreError) and not isinstance(error, ParamValidationError)
    return {"code": type(error).__name__, "message": message, **({"unreached": True} if unreached else {})}
