"""What the hooks said, for programs that launch and show a table afterwards."""

import json
import os
from datetime import datetime, timezone
from typing import Any

VARIABLE = "SESAME_REPORT"


def append_report(stack: str, point: str, ok: bool, summary: str, started: float, seconds: float) -> None:
    """Adds one line to the file that SESAME_REPORT names. One write, so lines of several hooks do not mix."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    entry: dict[str, Any] = {
        "stack": stack,
        "point": point,
        "ok": ok,
        "summary": summary,
        "started": datetime.fromtimestamp(started, timezone.utc).isoformat(timespec="milliseconds"),
        "seconds": round(seconds, 3),
    }
    line = json.dumps(entry, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.write(file, line)
    finally:
        os.close(file)
