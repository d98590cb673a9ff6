"""The real binary at the time of the system: nothing sets its clock. `make test-days` runs this on odd days."""

import base64
import json
import os
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SESAME = ROOT / ".venv/sceptre/bin/sesame"
FIXTURES = ROOT / "tests/fixtures"
TOKYO = timezone(timedelta(hours=9))


class Program:
    """The program in a copy of the project, beside a host that answers its AWS calls from a list."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in ("sceptre/config", "sceptre/templates", "schemas"):
            shutil.copytree(ROOT / name, folder / name)
        (folder / "bin").mkdir()
        shutil.copy(SESAME, folder / "bin/sesame")
        (folder / "bin/python").symlink_to(FIXTURES / "host/python")

    def run(self, *arguments: str, answers: list[dict[str, Any]]) -> str:
        numbered = [json.dumps({"id": number, **answer}) for number, answer in enumerate(answers, start=1)]
        (self.folder / "bin/answers").write_text("\n".join(numbered) + "\n", encoding="utf-8")
        (self.folder / "bin/calls").write_text("", encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if name != "SESAME_NOW"}
        done = subprocess.run(
            [self.folder / "bin/sesame", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True
        )
        assert not done.stderr, done.stderr
        return done.stdout


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_days_of_a_plan_are_counted_from_today_in_tokyo(program: Program) -> None:
    distances = {-365: "365 days ago", -1: "yesterday", 0: "today", 1: "tomorrow", 2: "in 2 days", 366: "in 366 days"}
    midnight = lambda: datetime.now(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: E731

    def shown(today: datetime) -> tuple[str, str]:
        answer = json.loads((FIXTURES / "dkim/steady.json").read_text(encoding="utf-8"))
        dates = [today + timedelta(days=days) for days in distances]
        answer["plan"] = [{"at": date.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "what": "step"} for date in dates]
        payload = base64.b64encode(json.dumps(answer).encode()).decode()
        plan = program.run("dkim", "plan", "prod", answers=[{"result": {"StatusCode": 200, "Payload": payload}}])
        rows = [f"  {date:%Y-%m-%d} 00:00  {words:<12}  step\n" for date, words in zip(dates, distances.values())]
        return plan, f"{answer['domain']}, times of Tokyo\n" + "".join(rows)

    today = midnight()
    plan, expected = shown(today)
    if midnight() != today:  # The day has changed in between.
        plan, expected = shown(midnight())
    assert plan == expected


def test_a_backup_has_the_time_as_its_name(program: Program) -> None:
    before = datetime.now(timezone.utc)
    answers = [{"result": {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]}}, {"result": {"TemplateBody": "Resources: {}\n"}}]
    said = program.run("hook", "backup-current-config", "prod/security.yaml", answers=answers)
    (backup,) = (program.folder / "backups/prod/security").iterdir()
    assert said.startswith("prod/security.yaml: backup in ") and said.endswith(f"{backup.name}\n")
    time = datetime.strptime(backup.name, "%Y-%m-%dT%H-%M-%S.%fZ").replace(tzinfo=timezone.utc)
    assert before - timedelta(milliseconds=1) <= time <= datetime.now(timezone.utc)
