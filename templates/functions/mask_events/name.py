"""Names: before an address in angle brackets, and before the Japanese honorific sama."""

import re

from mask_events.patterns import AT, MARKS, SPACE

BRACKETED = re.compile(rf'<(?:"[^"<>]{{1,100}}"|[^<>{SPACE}]{{1,320}}?){AT}')
_NAME = rf"[^\x00-\x7f{SPACE}{MARKS}]"
DISPLAY_NAME = re.compile(
    rf'("(?:[^"\\]|\\.){{0,100}}"|{_NAME}(?:[ \u3000]?{_NAME}){{0,39}})([ \t\r\n\u3000]{{0,3}})\Z',
    re.DOTALL,
)
# Up to two words of kanji or katakana before the honorific sama (U+69D8).
_KANJI = r"[\u3005\u30a1-\u30fa\u30fc\u4e00-\u69d7\u69d9-\u9fff]"
_KANA = _KANJI.replace("[", r"[\u3041-\u3096")
HONOURED = re.compile(rf"{_KANJI}{{1,8}}(?:[ \u3000]{_KANA}{{1,8}})?(?=[ \u3000]?\u69d8)")
# Words such as "specification" or "customer" end in that character too.
NO_NAME = re.compile(
    r".*[\u4ed5\u540c\u591a\u6a21\u5ba2\u7686\u5965\u738b\u795e\u4f55\u7570]"
    r"|[\u6709\u4e00\u5de6\u5404\u5b22\u59c9\u5144\u6bcd\u7236\u65b9]"
)


def mask_display_names(text: str) -> str:
    """Hides the name before <address>: in quotation marks, or not in Latin letters."""
    pieces, done = "", 0
    for bracket in BRACKETED.finditer(text):
        name = DISPLAY_NAME.search(text, max(done, bracket.start() - 107), bracket.start())
        if name:
            pieces += text[done : name.start()] + ('"[name]"' if name[1][0] == '"' else "[name]") + name[2]
            done = bracket.start()
    return pieces + text[done:]


def mask_honoured(name: re.Match[str]) -> str:
    return name[0] if NO_NAME.fullmatch(name[0]) else "[name]"
