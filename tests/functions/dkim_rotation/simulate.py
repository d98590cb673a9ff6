"""python -m tests.functions.dkim_rotation.simulate [LIVES] [FIRST SEED]: many random lives, and their figures."""

import sys
from collections import Counter
from dataclasses import dataclass, field

from .life import Life, Result


@dataclass
class Figures:
    lives: int = 0
    days: float = 0
    faults: int = 0
    puts: int = 0
    largest_state: int = 0
    unsigned: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        self.lives += 1
        self.days += result.days
        self.faults += result.faults
        self.puts += result.puts
        self.largest_state = max(self.largest_state, result.largest_state)
        self.unsigned += result.unsigned
        # In how many lives; what a violation says of its circumstances does not count.
        self.violations += Counter({what.partition(":")[0] for what in result.violations})

    def text(self) -> str:
        lines = [
            f"lives              {self.lives:>9,}",
            f"simulated days     {self.days:>9,.0f}",
            f"faults             {self.faults:>9,}",
            f"puts               {self.puts:>9,}",
            f"largest state      {self.largest_state:>9,} bytes",
            "unsigned minutes, by cause",
            *(f"  {minutes:>9,}  {cause}" for cause, minutes in self.unsigned.most_common()),
            "lives with a violation of",
            *(f"  {count:>9,}  {what}" for what, count in self.violations.most_common()),
        ]
        return "\n".join(lines if self.violations else [*lines, "          0"])


def main(lives: int, first: int) -> int:
    figures = Figures()
    for seed in range(first, first + lives):
        result = Life(seed).run()
        figures.add(result)
        for what in result.violations:
            print(f"seed {seed}: {what}", flush=True)
    print(figures.text())
    return 1 if figures.violations else 0


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(numbers + [100, 0][len(numbers) :])))
