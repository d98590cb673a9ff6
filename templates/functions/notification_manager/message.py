"""One mail, and how its texts become one."""

import os
import re
from dataclasses import dataclass

RULE = "-" * 64


@dataclass
class Message:
    """A mail. `record`, if there is one, stands below both texts."""

    subject: str
    japanese: str
    english: str
    record: str = ""

    def text(self) -> str:
        parts = [self.japanese.strip(), self.english.strip(), self.record]
        # What a message has nothing to say about leaves no gap.
        parts = [re.sub(r"\n{3,}", "\n\n", part) for part in parts if part]
        return f"\n\n{RULE}\n\n".join(parts) + f"\n\n-- {os.environ['SIGNATURE']}\n"
