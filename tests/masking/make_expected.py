"""Writes cases.jsonl, and what the function and `sesame mask` must both make of it.

python -m tests.masking.make_expected
"""

import json
from pathlib import Path
from types import ModuleType

from ..functions.deployed import load
from .corpus import corpus

HERE = Path(__file__).parent
# Beside events of the corpus: what a log file may hold as well.
LINES = [
    "smtp; 550 5.1.1 <taro.yamada@example.jp>: unknown, call 03-1234-5678",
    '{"broken": "taro.yamada\\u0040example.jp", "tel": "090-1234-5678"',
    '["taro@example.jp", 4111111111111111, 1.5, 1e5, true, null, "\\u0001"]',
    '{"a@x.jp": 1, "aa@x.jp": 2, "b@x.jp": 3}',
    '{"name": "To", "value": "=?ISO-2022-JP?B?GyRCLSE7M0VEGyhC?= <taro@example.jp>"}',
    '{"x": "=?ISO-2022-JP?B?GyRCLSE7M0VEGyhC?= =?utf-8?Q?taro=40example.jp?="}',
    '{"x": "=?koi8-r?B?0A==?= a@b.jp"}',
    "html: taro.yamada&#64;example.jp, taro.yamada&#x40;example.jp, taro.yamada&#X40;example.jp",
    '{"x": "taro.yamada&#64;example.jp or taro.yamada＠example.jp or taro.yamada﹫example.jp"}',
    '{"to": [12345678901234567890123, -98765432109876543210], "x@y.jp": {"n": 18446744073709551616, "s": "12345678901234567890"}}',
    '{"mark": "\\uf8ff and \uf8ff", "n": 18446744073709551615}',
    '{"literal": "\uf8fftaro.yamada@example.jp"}',
    '{"escaped": "\\uF8FFtaro.yamada@example.jp", "number": "\\uf8ff4111111111111111"}',
    "links: https://example.com/?to=taro.yamada%40example.jp&cc=hanako%2540example.jp",
    "json: taro.yamada\\u0040example.jp taro.yamada\\uff20example.jp taro.yamada\\uFF20example.jp",
    "",
]


def expected(module: ModuleType, line: str) -> str:
    try:
        value = json.loads(line)
    except ValueError:
        return module.mask_text(line)
    return json.dumps(module.mask(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def lines() -> list[str]:
    return [*LINES, *(labelled.line for labelled in corpus(44))]


def outputs() -> list[str]:
    module = load("mask_events")
    return [expected(module, line) for line in lines()]


if __name__ == "__main__":
    (HERE / "cases.jsonl").write_text("\n".join(lines()) + "\n", encoding="utf-8")
    (HERE / "expected.jsonl").write_text("\n".join(outputs()) + "\n", encoding="utf-8")
