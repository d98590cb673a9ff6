"""python -m tests.mutation: mutants that no test sees are listed, and counted by kind."""

import argparse
import os
import sys
import time
from collections import Counter

import pytest

from .kinds import FAMILIES
from .mutants import mutants, sample
from .run import Outcome, Run, watch

TESTS = ["tests/platform"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="about so many, of every kind")
    parser.add_argument("--seed", type=int, default=1, help="which ones are in the sample")
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants whose line has this text")
    parser.add_argument("--family", choices=FAMILIES)
    parser.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH", help=f"instead of {' '.join(TESTS)}")
    parser.add_argument("--verbose", action="store_true", help="tell which test sees each mutant")
    options = parser.parse_args()

    begin = time.monotonic()
    chosen = [each for each in mutants() if options.only in str(each) and options.family in (None, each.family)]
    if options.sample:
        chosen = sample(chosen, options.sample, options.seed)
    watch()
    run = Run(chosen, os.cpu_count() or 1, tell(options.verbose))
    # -s: pytest's capture would keep what is told here.
    if pytest.main(["-qq", "-s", "--no-header", "--no-summary", *options.tests], plugins=[run]) != pytest.ExitCode.OK:
        print("the tests could not be collected, or fail without a mutant", file=sys.stderr)
        return 2
    print_table(run.outcomes)
    survivors = [each for each in run.outcomes if not each.killer]
    print(f"{len(run.outcomes)} mutants, {len(survivors)} survive, {time.monotonic() - begin:.0f} s")
    return 1 if survivors else 0


def tell(verbose: bool):
    def line(outcome: Outcome) -> None:
        if not outcome.killer:
            print(f"survives: {outcome.mutant}", flush=True)
        elif verbose:
            print(f"killed: {outcome.mutant}\n    by {outcome.killer}", flush=True)

    return line


def print_table(outcomes: list[Outcome]) -> None:
    counts = Counter((each.mutant.family, each.mutant.kind, bool(each.killer)) for each in outcomes)
    print(f"\n{'family':<12} {'kind':<28} {'killed':>7} {'survive':>8}")
    for family, kinds in FAMILIES.items():
        for kind in kinds:
            killed, survive = (counts[family, kind, each] for each in (True, False))
            if killed or survive:
                print(f"{family:<12} {kind:<28} {killed:>7} {survive:>8}")


if __name__ == "__main__":
    sys.exit(main())
