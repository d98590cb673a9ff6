"""Filter patterns of CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html

terms            ERROR "bad request" -exclude, or any of: ?ERROR ?"エラー"; %regex%
json_lines       { ($.a.b = "x*") && ($.list[0] > 3 || $.c NOT EXISTS) }
space_delimited  [ip, user, ..., status = 4*, bytes > 100]
"""

from . import json_lines, space_delimited, terms
from .common import InvalidPattern, Matcher
from .json_lines import value_of

__all__ = ["InvalidPattern", "matches", "value_of"]

LONGEST = 1024


def matches(pattern: str, line: str) -> bool:
    return _matcher(pattern)(line)


def _matcher(pattern: str) -> Matcher:
    if len(pattern) > LONGEST:
        raise InvalidPattern(f"longer than {LONGEST} characters")
    text = pattern.strip()
    if not text:
        return lambda line: True
    if text.startswith("{"):
        return json_lines.matcher(text)
    if text.startswith("["):
        return space_delimited.matcher(text)
    return terms.matcher(text)
