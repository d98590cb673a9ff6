"""python -m tests.days: runs the tests that know dates on days that break programs, with the clock of libfaketime."""

import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from libfaketime import get_reload_information

ROOT = Path(__file__).resolve().parents[2]
DAYS = {
    "a 29 February": datetime(2028, 2, 29, 12, tzinfo=timezone.utc),
    "the end of a year in Tokyo": datetime(2026, 12, 31, 14, 58, tzinfo=timezone.utc),
    "the end of a year": datetime(2026, 12, 31, 23, 58, tzinfo=timezone.utc),
    "three years on": datetime.now(timezone.utc) + timedelta(days=3 * 365 + 1),
}
# Files that ask for the time, or are about dates, and take some seconds.
TESTS = [
    "tests/days",
    "tests/functions/dkim_rotation/test_answers.py",
    "tests/functions/test_maintenance.py::TestReport",
    "tests/functions/test_maintenance.py::TestSending",
    "tests/functions/test_maintenance.py::TestSecurityLog",
    "tests/functions/test_smtp_daily.py",
    "tests/functions/test_smtp_login.py",
    "tests/functions/test_smtp_rotation.py",
    "tests/platform/test_signals.py",
]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="sesame-days-") as folder:
        runs = {name: start(day, Path(folder, f"{day:%Y%m%dT%H%M}")) for name, day in DAYS.items()}
        failed = [name for name, run in runs.items() if not passed(name, run)]
    if failed:
        print(f"days: failed on {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def start(day: datetime, folder: Path) -> "subprocess.Popen[str]":
    """pytest, with a folder of its own: on another day it would take the folders of other runs for old, and remove them."""
    command = [ROOT / ".venv/tools/bin/python", "-m", "pytest", f"--basetemp={folder}", *TESTS]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(day), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def environment(day: datetime) -> dict[str, str]:
    """Every process that is started with it begins at the same distance from the real time; its clock goes on."""
    _, library = get_reload_information()
    return {**os.environ, **library, "FAKETIME": f"{day.timestamp() - time.time():+.0f}"}


def passed(name: str, run: "subprocess.Popen[str]") -> bool:
    output, _ = run.communicate()
    lines = output.splitlines()
    print(f"{name}, {DAYS[name]:%Y-%m-%d %H:%M} UTC: {lines[-1] if lines else 'no output'}", flush=True)
    if run.returncode:
        print(output, file=sys.stderr)
    return run.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
