"""The examples of AWS's pages on filter patterns, and Japanese lines."""

import pytest

from ...semantics import Undefined
from ...semantics.filter_pattern import InvalidPattern, matches, value_of

CLOUDTRAIL = """{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
  "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "ThisFlag": true, "code": 404,
  "cluster.name": "c", "message": "エラー: 認証失敗"}"""


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        ("", "anything", True),
        # terms
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "[error 400] bad request", False),
        ("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", True),
        ("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", False),
        ("?ERROR ?ARGUMENTS", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("?ERROR ?ARGUMENTS", "[INFO] fine", False),
        ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", True),
        ('"INTERNAL SERVER ERROR"', "INTERNAL ERROR of the SERVER", False),
        ("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", True),
        ("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", False),
        ('-"BAD REQUEST"', "[ERROR 400] BAD REQUEST", False),
        # What the security design writes means four words at once.
        ("ERROR OR WARNING OR DENY", "ERROR: something", False),
        ('?"エラー" ?"警告"', '{"term": "エラー 鍵の不正操作"}', True),
        ('?"エラー" ?"警告"', '{"term": "警告 アクセス拒否"}', True),
        ('?"エラー" ?"警告"', '{"term": "ログイン"}', False),
        ('?"アクセス拒否"', "東京リージョンでアクセス拒否が発生", True),
        ('"アクセス拒否" -"認証失敗"', "アクセス拒否と認証失敗", False),
        ('?"IP制限違反"', '{"term": "警告 IP制限違反"}', True),
        ("%ERROR|WARN%", "a WARN here", True),
        ("%4[0-9]{2}$%", "status 404", True),
        ("%4[0-9]{2}$%", "status 404 again", False),
        # JSON
        ('{ $.eventType = "UpdateTrail" }', CLOUDTRAIL, True),
        ('{ $.eventType = "Update*" }', CLOUDTRAIL, True),
        ('{ $.eventType = "*Trail" }', CLOUDTRAIL, True),
        ('{ $.eventType = "Trail" }', CLOUDTRAIL, False),
        ("{ $.sourceIPAddress != 123.123.* }", CLOUDTRAIL, True),
        ('{ $.arrayKey[0] = "value" }', CLOUDTRAIL, True),
        ("{ $.objectList[1].id = 2 }", CLOUDTRAIL, True),
        ("{ $.objectList[2].id = 2 }", CLOUDTRAIL, False),
        ("{ $.SomeObject IS NULL }", CLOUDTRAIL, True),
        ("{ $.SomeOtherObject NOT EXISTS }", CLOUDTRAIL, True),
        ("{ $.code EXISTS }", CLOUDTRAIL, True),
        ("{ $.ThisFlag IS TRUE }", CLOUDTRAIL, True),
        ("{ $.ThisFlag IS FALSE }", CLOUDTRAIL, False),
        ("{ $.missing IS FALSE }", CLOUDTRAIL, False),
        ("{ $.code >= 400 && $.code < 500 }", CLOUDTRAIL, True),
        ("{ ($.code = 1) || ($.code = 404 && $.ThisFlag IS TRUE) }", CLOUDTRAIL, True),
        ("{ $.code = 1 || $.code = 404 && $.ThisFlag IS FALSE }", CLOUDTRAIL, False),
        ("{ $.code = 4.04e2 }", CLOUDTRAIL, True),
        ("{ $.['cluster.name'] = \"c\" }", CLOUDTRAIL, True),
        ("{ $.eventType = %^Update% }", CLOUDTRAIL, True),
        ('{ $.message = "*認証失敗*" }', CLOUDTRAIL, True),
        ('{ $.message = "*アクセス拒否*" }', CLOUDTRAIL, False),
        ('{ $.code = "404" }', CLOUDTRAIL, False),
        ('{ $.missing = "x" }', CLOUDTRAIL, False),
        ('{ $.level = "ERROR" }', "ERROR and no JSON", False),
        # space-delimited
        (
            "[ip, user, username, timestamp, request, status_code = 4*, bytes]",
            '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
            True,
        ),
        ("[..., status_code=4*, bytes>1000]", "a b c 404 1534", True),
        ("[..., status_code=4*, bytes>2000]", "a b c 404 1534", False),
        ("[w1=ERROR || w1=WARN, ...]", "WARN disk full", True),
        ("[w1!=ERROR && w1!=WARN, w2]", "INFO fine", True),
        ("[w1, w2]", "one two three", False),
        ("[w1=エラー, ...]", "エラー 発生 しました", True),
        ("[..., code = %4[0-9]{2}%]", "a 404", True),
    ],
)
def test_matches(pattern, line, expected):
    assert matches(pattern, line) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "x" * 1025,
        "エラー",  # needs quotes
        "/エラー/",
        "%エラー%",  # nothing but ASCII in a regular expression
        "%(a|b)%",  # and no groups
        '{ level = "ERROR" }',
        "{ $.code > high }",
        "{ $.code = 1",
        "{ $.code = 1 } more",
        "[a, b",
        "[..., a, ...]",
        "[a b]",
        '"open',
    ],
)
def test_what_cloudwatch_refuses(pattern):
    with pytest.raises(InvalidPattern):
        matches(pattern, '{"code": 1}')


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("ERROR ?WARN", "ERROR"),
        ("ERROR", "ERRORS"),
        ('?"AccessDenied"', "AccessDeniedException"),
        ('{ $.errorCode != "x" }', "{}"),
        ("{ $.a[*] = 1 }", "{}"),
    ],
)
def test_what_aws_leaves_open(pattern, line):
    with pytest.raises(Undefined):
        matches(pattern, line)


def test_values():
    assert value_of("$.masked", '{"masked": 3}') == 3
    assert value_of("$.counts[1].n", '{"counts": [{}, {"n": 2.5}]}') == 2.5
    assert value_of("$.masked", '{"masked": "3"}') is None
    assert value_of("$.masked", "no JSON") is None
