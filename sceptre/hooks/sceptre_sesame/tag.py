"""The class behind the YAML tag `!sesame`."""

from .hook import SesameHook
from .resolver import SesameResolver


class Sesame(SesameHook, SesameResolver):
    """Hook and resolver in one, because Sceptre keeps one class per tag name: of a hook and a resolver that are
    both called `sesame`, the resolver would win, and hooks would be skipped without a word."""
