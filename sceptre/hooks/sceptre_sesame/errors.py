"""The one exception that the plugin raises."""

from sceptre.exceptions import SceptreException


class SesameError(SceptreException):
    """Something is wrong, said in one line. Sceptre prints it without a traceback and exits with 1."""

    def __init__(self, text: str) -> None:
        super().__init__(one_line(text))


def one_line(text: str) -> str:
    """The text without line breaks, control characters and double spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
