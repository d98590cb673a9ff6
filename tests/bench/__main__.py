"""python -m tests.bench: measures sesame beside Sceptre and cfn-lint, and writes docs/benchmarks.md."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from . import page
from .measure import Failed
from .sections import Bench
from .tools import Tools

ROOT = Path(__file__).resolve().parents[2]
SIZES = (5, 50, 500, 5000)


def main() -> int:
    options = _parse()
    output = options.output.absolute()  # The measuring changes the folder.
    tools = Tools(
        sesame=_program(options.sesame),
        sceptre=_program(ROOT / ".venv/sceptre/bin/sceptre"),
        cfn_lint=_program(ROOT / ".venv/tools/bin/cfn-lint"),
        python=_program(ROOT / ".venv/sceptre/bin/python"),
    )
    _forget_settings()
    folder = Path(tempfile.mkdtemp(prefix="sesame-bench-"))
    try:
        bench = Bench(tools, ROOT, folder, tuple(sorted(set(options.sizes))), options.runs)
        page.write(output, bench.text())
    except Failed as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder)
    print(f"{output} written")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=_positive, nargs="+", default=SIZES, metavar="STACKS", help="of the projects")
    parser.add_argument("--runs", type=_positive, default=9, help="of each command, after one to warm up (%(default)s)")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/benchmarks.md", help="the page")
    parser.add_argument("--sesame", type=Path, default=ROOT / ".venv/sceptre/bin/sesame", help="the binary")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected a number above 0")
    return number


def _program(path: Path) -> str:
    if not os.access(path, os.X_OK):
        sys.exit(f"bench: {path} is missing: run `make setup`")
    return str(path.absolute())


def _forget_settings() -> None:
    """Nobody's AWS profile, and no writing of bytecode into the environments, may change what is measured."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SCEPTRE_", "SESAME_"))]:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="benchmark",
        AWS_SECRET_ACCESS_KEY="benchmark",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    # Programs that people run have their bytecode cached.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


if __name__ == "__main__":
    sys.exit(main())
