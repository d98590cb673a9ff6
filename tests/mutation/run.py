"""Runs the tests of the platform for each mutant.

The tests are collected once. A mutant is a process that is forked from there, changes the template in memory, and runs
the tests that read the changed resource, those first that read little else, until one fails. So nothing that a test
module works out while it is collected may hold the content of a template: tests ask for it when they run.
"""

import gc
import os
import pickle
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing import Pipe
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from ..platform.cloudformation import ENVIRONMENTS, forget, stacks, template, template_paths
from .change import changed
from .mutants import Mutant

Key = tuple[str, str]  # template and logical id


class Watched(dict[str, Any]):
    """A resource that tells who reads more of it than its type and whether it exists."""

    reads: set[Key] = set()
    __slots__ = ("key",)

    def _read(self) -> None:
        Watched.reads.add(self.key)

    def __getitem__(self, name: str) -> Any:
        if name not in ("Type", "Condition"):
            self._read()
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._read()
        return super().get(name, default)

    def __iter__(self) -> Any:
        self._read()
        return super().__iter__()

    def items(self) -> Any:
        self._read()
        return super().items()


def watch() -> None:
    """Puts Watched resources into the templates as all tests share them."""
    for path in template_paths():
        resources = template(path)["Resources"]
        for id, resource in resources.items():
            resources[id] = Watched(resource)
            resources[id].key = (path.stem, id)


def warm_up() -> None:
    """Resolves everything, and keeps the collector from touching it: the processes share what they do not change."""
    for environment in ENVIRONMENTS:
        for current in stacks(environment):
            current.all(*{resource["Type"] for resource in current.body["Resources"].values()})
    gc.collect()
    gc.freeze()


@dataclass
class Outcome:
    mutant: Mutant
    killer: str | None  # the test that failed


@dataclass
class Run:
    """A plugin of pytest that runs mutants instead of the tests."""

    mutants: list[Mutant]
    workers: int
    tell: Callable[[Outcome], None] = lambda _: None
    outcomes: list[Outcome] = field(default_factory=list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        readers = self._readers(session.items)
        warm_up()
        killers: dict[Key, list[pytest.Item]] = defaultdict(list)
        waiting, running = list(reversed(self.mutants)), {}
        by_name = {item.nodeid: item for item in session.items}
        while waiting or running:
            while waiting and len(running) < self.workers:
                mutant = waiting.pop()
                key = (mutant.template, mutant.id)
                tests = list(dict.fromkeys(killers[key] + readers[key]))
                running[_forked(lambda: _killer(mutant, tests))] = mutant
            for connection in wait(list(running)):
                mutant, killer = running.pop(connection), _answer(connection)
                if killer:
                    known = killers[mutant.template, mutant.id]
                    if by_name[killer] in known:
                        known.remove(by_name[killer])
                    known.insert(0, by_name[killer])
                self.outcomes.append(Outcome(mutant, killer))
                self.tell(self.outcomes[-1])
        return True

    def _readers(self, items: list[pytest.Item]) -> dict[Key, list[pytest.Item]]:
        """The tests that read a resource, those first that read few, then those that are fast."""
        by_name = {item.nodeid: item for item in items}
        facts = _answer(_forked(lambda: _facts(items)))
        found: dict[Key, list[tuple[int, float, str]]] = defaultdict(list)
        for name, (seconds, keys) in facts.items():
            for key in keys:
                found[key].append((len(keys), seconds, name))
        return defaultdict(list, {key: [by_name[name] for _, _, name in sorted(tests)] for key, tests in found.items()})


def _facts(items: Iterable[pytest.Item]) -> dict[str, tuple[float, set[Key]]]:
    """Of each test: how long it takes, and what it reads. All must pass."""
    found = {}
    for item in items:
        Watched.reads = set()
        begin = time.perf_counter()
        assert _passes(item), f"{item.nodeid} fails without a mutant"
        found[item.nodeid] = (time.perf_counter() - begin, Watched.reads)
    return found


def _killer(mutant: Mutant, tests: Iterable[pytest.Item]) -> str | None:
    [path] = [each for each in template_paths() if each.stem == mutant.template]
    resource = template(path)["Resources"][mutant.id]
    mutated = changed(dict(resource), mutant.change.path, mutant.change.value)
    resource.clear()  # in place: tests hold this very object
    resource.update(mutated)
    forget(mutant.id)
    return next((item.nodeid for item in tests if not _passes(item)), None)


def _passes(item: pytest.Item) -> bool:
    return all(report.passed or report.skipped for report in runtestprotocol(item, nextitem=None, log=False))


# Processes


def _forked(work: Callable[[], Any]) -> Connection:
    """The end of a pipe on which a process of its own gives the answer of `work`."""
    receiver, sender = Pipe(duplex=False)
    if os.fork():
        sender.close()
        return receiver
    # The child. It leaves without the clean-up of pytest, which is its parent's.
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        sender.send_bytes(pickle.dumps((True, work())))
    except BaseException as error:
        sender.send_bytes(pickle.dumps((False, f"{type(error).__name__}: {error}")))
    finally:
        os._exit(0)


def _answer(connection: Connection) -> Any:
    passed, answer = pickle.loads(connection.recv_bytes())
    connection.close()
    os.wait()
    if not passed:
        raise RuntimeError(answer)
    return answer
