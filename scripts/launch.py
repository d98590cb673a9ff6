#!/usr/bin/env python3
"""Launches one environment with Sceptre and ends with a short table. `make launch` calls it.

    launch.py prod --endpoint http://127.0.0.1:5000     on the local AWS
    launch.py prod --real-aws                           on the account of the current AWS credentials

Sceptre's own output goes to .launch/<environment>.log. Standard library only; run it with the Python that Sceptre
is installed in.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "sceptre"
LOGS = ROOT / ".launch"
SCRIPTS = Path(sys.executable).parent

# The stack of another environment that an environment cannot do without: dev sends with prod's identity.
NEEDS = {"dev": "prod/ses"}
THERE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")

# What Sceptre logs about a stack: `[2025-09-03 09:00:00] - prod/ses - Creating Stack`.
STACK_LINE = re.compile(r"\[[^\]]*\] - (?P<stack>\S+) - (?P<text>.*)")
EVENT_LINE = re.compile(r"\[[^\]]*\] - (?P<stack>\S+) (?P<text>\S+ AWS::\S+ \S*_FAILED.*)")
DONE_BY = {"Creating Stack": "created", "Updating Stack": "updated", "No updates to perform.": "unchanged"}
WARNINGS_ONLY = 4  # exit code of `sesame validate`


class Stopped(Exception):
    """Why the launch went no further, in one line."""


@dataclass
class Progress:
    """How far one stack has come."""

    started: float
    last: float
    what: str = ""
    printed: bool = False


@dataclass
class Launch:
    """What Sceptre's output says, line by line, about the stacks of one launch."""

    stacks: dict[str, Progress] = field(default_factory=dict)
    failed_event: str = ""
    last_line: str = ""

    def read(self, line: str) -> None:
        self.last_line = line or self.last_line
        if event := EVENT_LINE.match(line):
            self.failed_event = self.failed_event or f"{event['stack']}: {event['text']}"
        if not (match := STACK_LINE.match(line)):
            return
        now, text = time.monotonic(), match["text"]
        progress = self.stacks.setdefault(match["stack"], Progress(now, now))
        progress.last = now
        progress.what = DONE_BY.get(text, progress.what)
        if text.startswith(("sesame after_create:", "sesame after_update:")):
            self.show(match["stack"])

    def show(self, stack: str) -> None:
        """The live line of a stack, once."""
        progress = self.stacks[stack]
        if not progress.printed and progress.what:
            progress.printed = True
            print(f"  {stack:<24} {progress.what:<10} {progress.last - progress.started:6.1f} s", flush=True)

    def cause(self) -> str:
        """The one line that says why Sceptre failed."""
        try:
            said = json.loads(self.last_line)  # Sceptre prints the message of its exceptions as a JSON string.
        except ValueError:
            said = None
        if isinstance(said, str):
            return said
        line = STACK_LINE.match(self.last_line)
        return self.failed_event or (f"{line['stack']}: {line['text']}" if line else self.last_line)


def main() -> int:
    options = parse_arguments()
    try:
        environment = real_environment() if options.real_aws else local_environment(options.endpoint)
        check_templates(environment)
        for name in order(options.environment, environment, options.real_aws):
            check(name, environment)
            progress = launch(name, environment)
        print_end(options.environment, progress)
    except (Stopped, OSError) as reason:
        print(f"\nlaunch stopped: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nlaunch interrupted", file=sys.stderr)
        return 130
    return 0


def parse_arguments() -> argparse.Namespace:
    names = sorted(path.name for path in (PROJECT / "config").iterdir() if path.is_dir())
    parser = argparse.ArgumentParser(description="Launch one environment with Sceptre.")
    parser.add_argument("environment", choices=names)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--endpoint", help="the URL of the local AWS")
    where.add_argument("--real-aws", action="store_true", help="launch into a real account")
    return parser.parse_args()


def local_environment(endpoint: str) -> dict[str, str]:
    """Nothing of the person's AWS settings can lead a local launch to a real account."""
    if urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise Stopped(f"{endpoint} is not on this machine (a real account needs REAL_AWS=1)")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def real_environment() -> dict[str, str]:
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        raise Stopped(f"AWS_ENDPOINT_URL is {endpoint}: unset it to launch into a real account")
    return dict(os.environ)


def check_templates(environment: dict[str, str]) -> None:
    """The program says itself how it went, here and below."""
    if run_sesame(environment, "render", "--check") != 0:
        raise Stopped("the rendered templates are not current, see above")


def check(name: str, environment: dict[str, str]) -> None:
    """All parameters of an environment, before anything of it reaches AWS."""
    if run_sesame(environment, "validate", name) not in (0, WARNINGS_ONLY):
        raise Stopped(f"{name} is not valid, see above")


def run_sesame(environment: dict[str, str], *arguments: str) -> int:
    return subprocess.run([SCRIPTS / "sesame", *arguments], cwd=ROOT, env=environment).returncode


def order(name: str, environment: dict[str, str], real: bool) -> list[str]:
    """The environments to launch: what is asked for, and before it what that needs."""
    needed = NEEDS.get(name)
    if needed is None:
        return [name]
    first = needed.split("/")[0]
    if status(first, environment).get(needed) in THERE:
        return [name]
    if real:
        raise Stopped(f"{name} needs {needed}, which is not there: launch {first} first")
    print(f"{name} needs {needed}, which is not there yet: launching {first} first", flush=True)
    return [first, name]


def launch(name: str, environment: dict[str, str]) -> Launch:
    """Sceptre's launch, with a line for each stack as it finishes and a table at the end."""
    LOGS.mkdir(exist_ok=True)
    log, report = LOGS / f"{name}.log", LOGS / f"{name}.hooks.jsonl"
    report.unlink(missing_ok=True)
    print(f"\nsceptre launch {name}", flush=True)
    progress = Launch()
    command = sceptre("launch", name, "-y")
    environment = {**environment, "SESAME_REPORT": str(report), "PYTHONUNBUFFERED": "1"}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    text = {"encoding": "utf-8", "errors": "replace"}
    with (
        open(log, "w", encoding="utf-8") as file,
        subprocess.Popen(command, cwd=ROOT, env=environment, **streams, **text) as process,
    ):
        for line in process.stdout:
            file.write(line)
            progress.read(line.rstrip("\n"))
    if process.returncode != 0:
        causes = failures(report) or [progress.cause()]
        raise Stopped("\n".join([*causes, f"the full log is {log.relative_to(ROOT)}"]))
    for stack in progress.stacks:
        progress.show(stack)
    print_table(progress, status(name, environment), read_report(report))
    return progress


def sceptre(*arguments: str) -> list[str]:
    return [str(SCRIPTS / "sceptre"), "--dir", str(PROJECT), "--no-colour", "--output", "json", *arguments]


def status(name: str, environment: dict[str, str]) -> dict[str, str]:
    """The status of each stack of an environment, as Sceptre gets it from CloudFormation."""
    asked = subprocess.run(sceptre("status", name), cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
    try:
        answer = json.loads(asked.stdout)
    except ValueError:
        answer = None
    if asked.returncode != 0 or not isinstance(answer, dict):
        lines = (asked.stdout + asked.stderr).split("\n")
        raise Stopped(f"sceptre status {name}: {' '.join(' '.join(lines).split())[-300:]}")
    return answer


def entries(report: Path) -> list[dict[str, Any]]:
    """What the hooks said, one after another."""
    lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    return [json.loads(line) for line in lines]


def failures(report: Path) -> list[str]:
    """What each hook that failed said. Sceptre itself ends with one of these lines."""
    failed = [entry for entry in entries(report) if not entry["ok"]]
    return [f"{entry['stack']}: {entry['point']}: {entry['summary']}" for entry in failed]


def read_report(report: Path) -> dict[str, list[str]]:
    """What the hooks of each stack said."""
    said: dict[str, list[str]] = {}
    for entry in entries(report):
        said.setdefault(entry["stack"], []).append(f"{entry['point']}: {entry['summary']}")
    return said


def print_table(progress: Launch, statuses: dict[str, str], said: dict[str, list[str]]) -> None:
    rows = [("stack", "status", "seconds", ["hooks"])]
    for stack, reached in progress.stacks.items():
        seconds = f"{reached.last - reached.started:.1f}"
        rows.append((stack, statuses.get(stack, "PENDING"), seconds, said.get(stack, ["-"])))
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    print()
    for stack, state, seconds, hooks in rows:
        print(f"{stack:<{wide[0]}}  {state:<{wide[1]}}  {seconds:>{wide[2]}}  {hooks[0]}")
        for more in hooks[1:]:
            print(" " * (sum(wide) + 6) + more)
    print()


def print_end(name: str, progress: Launch) -> None:
    if all(reached.what == "unchanged" for reached in progress.stacks.values()):
        print(f"nothing to update: all {len(progress.stacks)} stacks of {name} are as their templates say")
    print(f"log: {LOGS.name}/{name}.log")
    following = next((other for other, needed in NEEDS.items() if needed.startswith(f"{name}/")), None)
    print(f"next: make {f'launch ENV={following}' if following else 'test'}")


if __name__ == "__main__":
    sys.exit(main())
