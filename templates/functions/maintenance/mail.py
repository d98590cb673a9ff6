"""The text of a report, in English and Japanese."""

import os

from maintenance.check import Check
from maintenance.words import count, moment, now

MOST_FINDINGS = 40  # of one check in the mail, which SNS holds to 256 KB; the log has them all
NAMES = {"daily": ("daily report", "日次レポート"), "monthly": ("monthly report", "月次レポート")}


def report(mode: str, checks: list[Check]) -> tuple[str, str]:
    """Subject and text. The subject alone says whether there is something to do."""
    number = sum(len(check.findings) + len(check.failures) for check in checks)
    quiet = ("nothing to do", "対応は不要です") if mode == "daily" else ("no findings, please review", "指摘はありません。内容をご確認ください")
    told, told_japanese = (count(number, "finding"), f"指摘 {number} 件") if number else quiet
    system, (english, japanese) = os.environ["SYSTEM"], NAMES[mode]
    texts = [
        f"{system}: {english} of {moment(now())}: {told}\n\n" + "\n\n".join(block(check, 0) for check in checks),
        f"{system}：{japanese}（{moment(now())}）：{told_japanese}\n\n" + "\n\n".join(block(check, 1) for check in checks),
    ]
    if number:
        texts[0] += "\n\nMore on each: docs/runbook-reports.md"
        texts[1] += "\n\n詳細: docs/runbook-reports.ja.md"
    return f"{system}: {english}, {told}", f"\n\n{'-' * 60}\n\n".join(texts) + "\n"


def block(check: Check, language: int) -> str:
    found = [text[language] for text in check.findings + check.failures]
    lines = [check.title[language], *(f"! {text}" for text in found[:MOST_FINDINGS])]
    if len(found) > MOST_FINDINGS:
        left = len(found) - MOST_FINDINGS
        lines.append((f"! {left} more: see the log of the function.", f"! ほか {left} 件: 関数のログを確認してください。")[language])
    lines += [f"  {text[language]}" for text in check.facts]
    if len(lines) == 1:
        lines.append(("  In order.", "  問題ありません。")[language])
    return "\n".join(lines)
