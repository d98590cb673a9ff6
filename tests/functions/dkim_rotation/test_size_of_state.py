"""The state fits into a standard parameter, whatever happens: what cannot be forgotten is small enough, and the rest goes in order.

The size of one is 4 KB (Systems Manager user guide, "Managing parameter tiers").
"""

import copy
import json
import random

import pytest

from .world import World

LARGEST = 4096
NOW = "2027-10-26T00:00:03Z"
# The longest that each may be: a domain name (RFC 1035), a selector as SES takes it, the public half of RSA 2048 in base64.
DOMAIN, SELECTOR, PUBLIC_KEY = "d" * 253, "s" * 63, "k" * 392
TEXTS = ("理由" * 60, "\\" * 120, "\u0001" * 120, "x" * 120, '"' * 120, "😀" * 120, "")


@pytest.fixture(scope="module")
def module():
    return World().modules["DKIMRotationOrchestrator"]


def ours(number: int) -> str:
    return f"ses-20271026-{number}"


def key(number: int, **more) -> dict:
    return {"selector": ours(number), "public_key": PUBLIC_KEY, "created": NOW, "activated": NOW, "leaked": True} | more


def must_stay() -> dict:
    """Everything at once that is never forgotten, each as long as it can be."""
    return {
        "schema": 2,
        "domain": DOMAIN,
        "phase": "waiting-for-dns",
        "phase_since": NOW,
        "sequence": 100_000,
        "active": key(99_999),
        "next": {
            "selector": ours(100_000), "public_key": PUBLIC_KEY, "created": NOW, "trigger": "by-hand", "switch_from": NOW, "due": NOW,
            "seen": NOW, "announced": NOW, "urgent": True, "replace": SELECTOR,
        },
        "previous": [key(number, retire_from=NOW, asked=NOW) for number in (99_998, 99_997)],
        "before": None,  # else there is neither a key in use nor an earlier one
        "ses": {
            "origin": "EXTERNAL", "selector": SELECTOR, "status": "TEMPORARY_FAILURE", "since": NOW, "status_since": NOW, "by": "rotation",
        },
        "other": {"found": {"origin": "EXTERNAL", "selector": SELECTOR}, "at": NOW},
        "unsigned": NOW,
        "puts": [{"selector": ours(99_990 + number), "at": NOW, "why": "restore"} for number in range(4)],
        "effect": {"kind": "put", "selector": ours(100_000), "why": "restore", "started": NOW},
        "lease": {"run": "f" * 12, "until": NOW},
        "revision": 1_000_000,
        "written": "f" * 12,
    }  # fmt: skip


def may_be_cut(chance: random.Random) -> dict:
    """Texts of people, and lists without an end."""
    def text():
        return chance.choice(TEXTS)

    def some(most):
        return range(chance.choice([0, 1, most]))

    return {
        "hold": {"why": "not-verified", "by": text(), "at": NOW},
        "request": {
            "id": "i" * 64, "kind": "rotate", "by": text(), "reason": text(), "at": NOW, "leaked": True, "discard_next": True,
            "replace": SELECTOR, "key": SELECTOR,
        },
        "stopped": {"by": text(), "reason": text(), "at": NOW},
        "answered": {f"{number:064}": {"did": ["generate"] * 5, "refused": "r" * 200} for number in some(4)},
        "sent": {f"delete-record/{ours(number)}": f"2027-10-{number % 28 + 1:02}T00:00:00Z" for number in some(200)},
        "outbox": [{"id": f"{chance.choice(['verifying', 'announce'])}/{ours(number)}", "at": NOW} for number in some(100)],
        "discard": [ours(number) for number in some(100)],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_whatever_it_holds_it_fits_and_what_matters_stays(module, seed):
    document = must_stay() | may_be_cut(random.Random(seed))
    before = copy.deepcopy(document)
    text = module.as_text(document)
    assert len(text.encode()) <= LARGEST
    assert json.loads(text) == document, "what is forgotten is forgotten in the run, too"
    for name in must_stay():
        if name != "previous":
            assert document[name] == before[name], name
    assert document["previous"] in (before["previous"], before["previous"][:1])
    for section in ("hold", "request", "stopped"):
        decided = {name: value for name, value in before[section].items() if name not in ("by", "reason")}
        assert document[section] | decided == document[section], section


@pytest.mark.parametrize("seed", range(50))
def test_with_an_ordinary_domain_no_key_is_forgotten(module, seed):
    document = must_stay() | may_be_cut(random.Random(seed)) | {"domain": "mail.example.co.jp"}
    for section, name in (("ses", "selector"), ("request", "replace"), ("request", "key"), ("next", "replace")):
        document[section][name] = ours(1)
    module.as_text(document)
    assert document["previous"] == must_stay()["previous"]


def test_nothing_is_forgotten_while_there_is_room(module):
    document = must_stay() | {"answered": {"a" * 12: {"did": [], "refused": None}}, "sent": {}, "outbox": [], "discard": []}
    before = copy.deepcopy(document)
    module.as_text(document)
    assert document == before


def test_the_order(module):
    """Mails that wait take the room of everything that goes before them, and then of each other."""
    document = must_stay() | {
        "domain": "goo.ne.jp", "request": None, "stopped": None, "hold": None, "discard": ["ses-20271026-1"],
        "answered": {letter * 12: {"did": [], "refused": "r" * 100} for letter in "ab"},
        "sent": {f"announce/{ours(number)}": f"2027-10-{number:02}T00:00:00Z" for number in (3, 1, 2)},
        "outbox": [],
    }  # fmt: skip
    left = []
    for number in range(60):
        document["outbox"].append({"id": f"v/{number}", "at": NOW})
        module.as_text(document)
        left.append((list(document["answered"]), sorted(document["sent"].values()), document["discard"]))
    answers = [answered for answered, _, _ in left]
    sent = [moments for _, moments, _ in left]
    assert answers[-1] == [] and ["b" * 12] in answers, "the older answer goes first"
    assert sent[-1] == [] and ["2027-10-03T00:00:00Z"] in sent, "the oldest mail goes first"
    assert all(not answered or len(moments) == 3 for answered, moments, _ in left), "answers go before mails"
    assert all(discard for _, _, discard in left), "a waiting mail of a kind with others goes before a key to delete"
    assert document["outbox"][-1]["id"] == "v/59", "the newest waits still"
