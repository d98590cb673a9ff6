"""One mail, and how its texts become one: the same parts in the same order in every mail, English first."""

import os
from dataclasses import dataclass

RULE = "-" * 60


@dataclass
class Text:
    """What a mail says in one language: what has happened, what to do, how to check it, what happens if nothing is done."""

    told: str
    do: str
    check: str
    if_not: str


@dataclass
class Message:
    """A mail. `section` is the heading of the runbooks that goes on from here. `record`, if there is one, stands below."""

    subject: str
    english: Text
    japanese: Text
    section: tuple[str, str]
    record: str = ""

    def text(self, now: tuple[str, str]) -> str:
        english, japanese = self.english, self.japanese
        parts = [
            f"""{english.told}

What to do: {english.do}
How to check: {english.check}
If nothing is done: {english.if_not}

{now[0]}
Runbook: docs/runbook-dkim.md, "{self.section[0]}\"""",
            f"""{japanese.told}

対応：{japanese.do}
確認方法：{japanese.check}
対応しない場合：{japanese.if_not}

{now[1]}
手順書：docs/runbook-dkim.ja.md「{self.section[1]}」""",
            self.record,
        ]
        return f"\n\n{RULE}\n\n".join(part for part in parts if part) + f"\n\n-- {os.environ['SIGNATURE']}\n"
