"""`!sesame <dotted.key>` in `parameters:` and wherever else Sceptre resolves values."""

import datetime
from typing import Any

from sceptre.resolvers import Resolver

from .aws import answer_call
from .binary import find_binary
from .context import resolver_context
from .conversation import converse
from .errors import SesameError


class SesameResolver(Resolver):
    """Asks the binary for a value of the environment."""

    def resolve(self) -> str | list[str]:
        key = _as_written(self.argument)
        if not key:
            raise SesameError(f"{self.stack.name}: !sesame: expected a key, such as `!sesame networks.mail_servers`")
        try:
            done = converse(
                [find_binary(), "resolve", key],
                resolver_context(self.stack),
                lambda call: answer_call(call, self.stack.connection_manager),
            )
            if not done["ok"]:
                raise SesameError(done["summary"])
            return _checked(done.get("value"))
        except SesameError as error:
            raise SesameError(f"{self.stack.name}: !sesame {key}: {error}") from error


def _as_written(argument: Any) -> str:
    """Sceptre gives a tag's argument as YAML reads it, `!sesame 5` as a number and `!sesame true` as a boolean."""
    if isinstance(argument, bool):
        return "true" if argument else "false"
    if isinstance(argument, (str, int, float)):
        return str(argument)
    if isinstance(argument, datetime.date):
        return argument.isoformat()
    return ""


def _checked(value: Any) -> str | list[str]:
    """Sceptre would drop a parameter whose value is None, without a word."""
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        return value
    raise SesameError("the binary gave a value that is neither text nor a list of texts")
