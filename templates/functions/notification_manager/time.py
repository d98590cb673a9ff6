"""Times as people read them, in Tokyo."""

from dkim_shared.time import TOKYO, to_time


def day(text: str) -> str:
    return to_time(text).astimezone(TOKYO).strftime("%Y-%m-%d")


def moment(text: str) -> str:
    return to_time(text).astimezone(TOKYO).strftime("%Y-%m-%d %H:%M JST")
