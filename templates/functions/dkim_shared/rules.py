"""What the template decides about the rotation, and what SES's pages say of time."""

import os
from dataclasses import dataclass
from datetime import timedelta

# SES looks for the record of a key for so long (SES API v2, DkimAttributes). In this time two keys at most are given
# without a person or a vanished record behind it.
VERIFICATION = timedelta(hours=72)
MOST_PUTS = 2
# For so long SES may show what it had before a change.
SETTLE = timedelta(minutes=10)


@dataclass(frozen=True)
class Rules:
    """The parameters of the rotation."""

    quiet_hour: int = 3  # of Tokyo: a planned switch begins within this hour
    patience: timedelta = timedelta(hours=24)  # with a new key that SES does not verify


def rules() -> Rules:
    return Rules(int(os.environ["QUIET_HOUR"]), timedelta(hours=int(os.environ["PATIENCE_HOURS"])))
