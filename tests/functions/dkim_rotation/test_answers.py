"""What the orchestrator answers, kept as files that the tests of `sesame dkim` read: the two sides agree on the form.

SESAME_ACCEPT=1 writes the files anew.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from . import keys
from .fake_ses import NEVER
from .world import World

FOLDER = Path(__file__).parents[2] / "fixtures" / "dkim"


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """The answer to `status` in each situation that people meet."""
    world, found = World(), {}

    def note(name: str) -> None:
        found[name] = json.loads(json.dumps(world.call(action="status")))

    world.hour()
    note("first-key")
    world.publish()
    world.hours(3)
    note("steady")
    world.go_to(11)
    world.hours(3)
    note("waiting")
    world.go_to(12)
    world.days(2)
    note("overdue")
    world.publish()
    world.days(2)
    world.call(action="stop", by="arn:aws:iam::123456789012:user/ses/prod/production-admin", reason="DNS moves")
    note("retire-stopped")
    world.call(action="resume", by="hanako")
    world.call(action="restore-previous", by="hanako", id="wish-0001")
    world.hours(1)
    note("held")
    world.aws.ses.takes = lambda: NEVER
    world.call(action="rotate-now", by="hanako", reason="seen in a log", id="wish-0002")
    world.hours(2)
    note("verifying")
    world.give_by_hand("other", keys.base64.b64encode(keys.pair(7)[0]).decode())
    world.hours(2)
    note("foreign-key")
    return found


def form(value: Any) -> Any:
    """Keys and types; what differs from one key pair or run to the next is left out."""
    if isinstance(value, dict):
        # Keys of `sent` are messages.
        return {re.sub(r"ses-\d+-\d+", "SELECTOR", key): form(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [form(item) for item in value]
    return type(value).__name__


@pytest.mark.parametrize("name", ["first-key", "steady", "waiting", "overdue", "retire-stopped", "held", "verifying", "foreign-key"])
def test_the_kept_answer_has_the_form_of_todays(answers, name):
    file = FOLDER / f"{name}.json"
    if os.environ.get("SESAME_ACCEPT"):
        file.write_text(f"{json.dumps(answers[name], indent=2)}\n", encoding="utf-8")
    assert form(answers[name]) == form(json.loads(file.read_text(encoding="utf-8")))


def test_every_kept_answer_is_looked_at(answers):
    assert {file.stem for file in FOLDER.glob("*.json")} == set(answers)
