"""What the state forgets so that a standard parameter holds it (docs/dkim-rotation.md, "The state of a domain")."""

import json
from collections.abc import Callable

from dkim_shared.plan import Document

LARGEST = 4096  # bytes: what a standard parameter holds
SHORT_TEXT = 40  # bytes of a name or reason
TEXTS = (("request", "reason"), ("stopped", "reason"), ("hold", "by"), ("request", "by"), ("stopped", "by"))


def as_text(document: Document) -> str:
    """The document as it is written, and nothing in it that had to be forgotten."""
    for forget in FORGOTTEN:
        while len(text := json_of(document).encode()) > LARGEST and forget(document):
            pass
    return text.decode()


def json_of(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def oldest_answer(document: Document) -> bool:
    """Whoever repeats that request is not told its result, and it is done again."""
    answered = document.get("answered") or {}
    document["answered"] = dict(list(answered.items())[1:])
    return bool(answered)


def oldest_sent(document: Document) -> bool:
    """The mail may come once more."""
    sent = document.get("sent") or {}
    oldest = min(sent, key=sent.__getitem__, default=None)
    document["sent"] = {key: at for key, at in sent.items() if key != oldest}
    return bool(sent)


def long_text(document: Document) -> bool:
    for section, name in TEXTS:
        text = (document.get(section) or {}).get(name)
        if text and len(json_of(text).encode()) > SHORT_TEXT + 2:
            document[section] = document[section] | {name: shortened(text)}
            return True
    return False


def shortened(text: str) -> str:
    while len(json_of(text + "…").encode()) > SHORT_TEXT + 2:
        text = text[:-1]
    return text + "…"


def oldest_waiting_mail(document: Document) -> bool:
    """Of those of a kind that has others waiting; then of any kind."""
    outbox = document.get("outbox") or []
    kinds = [message["id"].partition("/")[0] for message in outbox]
    index = next((index for index, kind in enumerate(kinds) if kinds.count(kind) > 1), 0)
    document["outbox"] = [message for at, message in enumerate(outbox) if at != index]
    return bool(outbox)


def oldest_discarded(document: Document) -> bool:
    """The secret of that key stays, unused."""
    discard = document.get("discard") or []
    document["discard"] = discard[1:]
    return bool(discard)


def older_of_two_keys(document: Document) -> bool:
    """Its secret stays, and `restore-previous` with its selector finds it."""
    previous = document.get("previous") or []
    document["previous"] = previous[:1]
    return len(previous) > 1


# What is missed least comes first. The key in use, the one that follows and the one before it, dates, puts and what people
# decided are never forgotten: all of these together are smaller than a parameter.
FORGOTTEN: tuple[Callable[[Document], bool], ...] = (
    oldest_answer, long_text, oldest_sent, oldest_waiting_mail, oldest_discarded, older_of_two_keys,
)  # fmt: skip
