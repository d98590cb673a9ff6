"""AWS calls for a binary that a person started by hand: `python -m sceptre_sesame --dir sceptre --stack prod/ses.yaml`.

Reads call lines on standard input, answers on standard output, ends when standard input closes.
"""

import argparse
import json
import os
import sys
from typing import BinaryIO

from sceptre.cli.helpers import setup_vars
from sceptre.config.reader import ConfigReader
from sceptre.context import SceptreContext
from sceptre.stack import Stack

from .aws import answer_call
from .errors import SesameError, one_line


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    # Standard output belongs to the protocol: whatever else is printed goes to standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        stack = _load_stack(options)
        _serve(stack, sys.stdin.buffer, answers)
    except BrokenPipeError:
        pass  # The binary has ended.
    except Exception as error:
        print(f"sesame host: {options.stack}: {one_line(str(error) or type(error).__name__)}", file=sys.stderr)
        return 1
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sceptre_sesame", description="The AWS host of the sesame binary.")
    parser.add_argument("--dir", required=True, help="the Sceptre project")
    parser.add_argument("--stack", required=True, help="a stack below config/, such as prod/ses.yaml")
    parser.add_argument("--var", action="append", default=[], help="as in sceptre")
    parser.add_argument("--var-file", action="append", default=[], help="as in sceptre")
    parser.add_argument("--merge-vars", action="store_true", help="as in sceptre")
    return parser.parse_args(arguments)


def _load_stack(options: argparse.Namespace) -> Stack:
    files = [open(path, "rb") for path in options.var_file]
    variables = setup_vars(files, options.var, options.merge_vars, debug=False, no_colour=True)
    context = SceptreContext(project_path=options.dir, command_path=options.stack, user_variables=variables)
    if not context.command_path_is_stack():
        raise SesameError(f"there is no such stack below {context.full_config_path()}")
    _, stacks = ConfigReader(context).construct_stacks()
    return next(iter(stacks))


def _serve(stack: Stack, calls: BinaryIO, answers: BinaryIO) -> None:
    for line in calls:
        try:
            message = json.loads(line.decode("utf-8"))
            call = message["call"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SesameError("expected one call on each line") from None
        answer = answer_call(call, stack.connection_manager)
        answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
        answers.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
