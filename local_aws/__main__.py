"""python -m local_aws serve | start | stop | status | check"""

import argparse
import sys
from pathlib import Path

from . import background


def main() -> int:
    parser = argparse.ArgumentParser(prog="local_aws", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run in this process until SIGTERM")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument("--port-file", type=Path, help="gets the port once connections are accepted")
    for name, text in (
        ("start", "run in the background; prints the endpoint"),
        ("stop", "end what start began"),
        ("status", "print the endpoint if it runs"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--state-dir", type=Path, required=True, help="holds pid, port and log")
    for command in (serve, commands.choices["start"]):
        command.add_argument(
            "--seconds-per-resource", type=float, default=0,
            help="how long CloudFormation takes for each; 0 (the default) finishes a stack before the call returns",
        )  # fmt: skip
        command.add_argument(
            "--hold", type=Path, metavar="FOLDER",
            help="a stack whose name is a file in this folder goes on only when the file is gone",
        )  # fmt: skip
        command.add_argument(
            "--review-template", choices=("empty", "refused"), default="empty",
            help="what GetTemplate answers for a stack that has change sets only",
        )  # fmt: skip
    check = commands.add_parser("check", help="say what of these templates local AWS cannot make")
    check.add_argument("template", type=Path, nargs="+")
    arguments = parser.parse_args()
    if arguments.command == "serve":
        from . import server  # moto takes seconds to import, and only this needs it

        server.serve(
            arguments.port, arguments.port_file, arguments.seconds_per_resource, arguments.hold,
            arguments.review_template,
        )  # fmt: skip
        return 0
    if arguments.command == "check":
        from . import support

        found = [line for path in arguments.template for line in support.gaps(path)]
        print("\n".join(found) or "nothing is missing")
        return 1 if found else 0
    folder = arguments.state_dir.absolute()
    if arguments.command == "start":
        options = [
            f"--seconds-per-resource={arguments.seconds_per_resource}",
            f"--review-template={arguments.review_template}",
            *([f"--hold={arguments.hold.absolute()}"] if arguments.hold else []),
        ]
        return background.start(folder, options)
    return int(getattr(background, arguments.command)(folder))


if __name__ == "__main__":
    sys.exit(main())
