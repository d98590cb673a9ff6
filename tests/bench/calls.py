"""Resolver and hook calls as Sceptre makes them. Runs in Sceptre's Python: it loads a real stack and times its tags.

Prints the seconds of each call as JSON, and leaves what the plugin tells the binary in a folder.
"""

import argparse
import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sceptre.config.reader import ConfigReader
from sceptre.context import SceptreContext
from sceptre.hooks.cmd import Cmd
from sceptre.stack import Stack
from sceptre_sesame import hook, resolver
from sceptre_sesame.context import hook_context, resolver_context
from sceptre_sesame.tag import Sesame


# What AWS is asked here: whose account it is, for the name of the template bucket and its owner, and how the stacks stand
# that this one depends on. It answers at once.
ANSWERS = {
    "get_caller_identity": {"Account": "123456789012"},
    "head_bucket": {},
    "describe_stacks": {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("project", "stack", "point", "key"):
        parser.add_argument(name)
    parser.add_argument("runs", type=int)
    parser.add_argument("sesame", help="the binary, in place of the installed one")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    hook.find_binary = resolver.find_binary = lambda: options.sesame
    stack = load(options.project, options.stack)
    # The binary alone asks for the owner of the template bucket, and finds the answers behind the context.
    asked = ("get_caller_identity", "head_bucket")
    answers = [{"id": number, "result": ANSWERS[name]} for number, name in enumerate(asked, 1)]
    write(options.folder / "resolver.json", resolver_context(stack))
    write(options.folder / "hook.json", hook_context(stack, options.point), *answers)
    calls: dict[str, Callable[[], object]] = {
        "resolver": Sesame(options.key).clone_for_stack(stack).resolve,
        "hook": Sesame(options.point).clone_for_stack(stack).run,
        "cmd_true": Cmd("true").clone_for_stack(stack).run,
        "cmd_boto3": Cmd(f"{shlex.quote(sys.executable)} -c 'import boto3'").clone_for_stack(stack).run,
    }
    print(json.dumps({name: times(call, options.runs) for name, call in calls.items()}))


def write(file: Path, *lines: object) -> None:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


def load(project: str, path: str) -> Stack:
    context = SceptreContext(project_path=project, command_path=path)
    _, stacks = ConfigReader(context).construct_stacks()
    stack = next(iter(stacks))
    for asking in (stack, *stack.dependencies):
        asking.connection_manager.call = lambda service, command, **_: ANSWERS[command]
    return stack


def times(call: Callable[[], object], runs: int) -> list[float]:
    call()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return seconds


if __name__ == "__main__":
    main()
