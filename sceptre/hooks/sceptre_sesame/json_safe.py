"""Values of Sceptre and boto3 in the forms that JSON has."""

import base64
import datetime
import math
from collections.abc import Mapping
from typing import Any

# Stands for a value that cannot be written, such as a resolver that nobody has resolved: it is left out.
_NOTHING = object()


def json_safe(value: Any) -> Any:
    """The value as JSON has it: dates as ISO 8601 text, bytes as base64; what has no form is left out."""
    safe = _convert(value)
    return None if safe is _NOTHING else safe


def _convert(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        converted = ((_key(key), _convert(item)) for key, item in value.items())
        return {key: item for key, item in converted if item is not _NOTHING}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [item for item in map(_convert, value) if item is not _NOTHING]
    if hasattr(value, "read"):  # the body of an S3 object, say
        return _convert(value.read())
    return _NOTHING


def _key(key: Any) -> str:
    """YAML has keys of other types than text: they are written as YAML would write them."""
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)
