"""What is measured, and the page's text about it."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from . import machine
from .measure import RUNS_WHEN_SLOW, SLOW_SECONDS, Command, Failed, Measured, measure
from .page import mebibytes, microseconds, milliseconds, ratio, spread, table
from .project import TOP_GROUP, write_project
from .tools import Tools

# With more stacks, these take minutes.
LARGEST_FOR_SCEPTRE = 500
LARGEST_FOR_CFN_LINT = 5
STACKS_PER_TEMPLATE = (1, 10)
REGION = "ap-northeast-1"
MAIL_GROUP, MAIL_STACK = "prod", "prod/ses.yaml"
KEY, POINT = "networks.mail_servers", "before_create"
CALLS = Path(__file__).with_name("calls.py")

NOTE = """\
Whole processes are measured from start to end, one after the other, with the files that they read already in memory.
Each time is the median of {runs} runs after one to warm up, or of {slow} if one takes more than {limit:.0f} seconds. × says how many times
as long as sesame a program takes. Peak memory is the largest resident set of all runs. ≤ stands before a peak no higher
than that of `true`: every process starts with the memory of the benchmark itself.

The three programs do different work. `sceptre generate` reads the configuration and prints the templates, and checks
nothing. `cfn-lint` checks every property of every resource against the schemas of AWS, one template at a time. It knows
neither values nor stacks. `sesame check` reads the configuration, renders and parses the templates, and checks values
against schemas and templates. It also evaluates each template with the values of its stack, to see whether the stacks
fit together. The numbers say how long one waits for each program, not which one is better."""

PROJECTS = """\
The mail tree is this repository's project; Sceptre generates only its `{mail}` stacks. The other projects are made from a
fixed seed (`tests/bench/project.py`): teams of ten stacks in three environments. Each stack has its own template of
about 310 lines and 21 resources (queues, alarms, roles, log groups, buckets, one condition). Every stack but the first
takes an output of another with `!stack_output`, and imports what a stack of its team exports."""

GROWTH = """\
Time of `sesame check` by number of stacks: first with one template for each stack, then with one for every ten."""

INSIDE = """\
These are single calls of `!sesame` as Sceptre makes them, in Sceptre's own process, for `{stack}` of the mail
tree: a resolver in `parameters:`, and a hook, which validates the resolved parameters and renders the template again.
The last two rows are hooks that start other programs."""


class Bench:
    """One run of the benchmark. `folder` is for the projects that are measured."""

    def __init__(self, tools: Tools, root: Path, folder: Path, sizes: tuple[int, ...], runs: int) -> None:
        self.tools, self.root, self.folder, self.sizes, self.runs = tools, root, folder, sizes, runs
        self.floor = self._measure(shutil.which("true"))

    def text(self) -> str:
        sections = {
            "What is compared": self._note,
            "The machine": self._machine,
            "Start": self._start,
            "Whole projects": self._projects,
            "Growth": self._growth,
            "Inside Sceptre": self._inside,
        }
        parts = []
        for title, section in sections.items():
            print(f"bench: {title.lower()}", file=sys.stderr, flush=True)
            parts.append(f"## {title}\n\n{section()}\n")
        return "\n".join(parts)

    def _note(self) -> str:
        return NOTE.format(runs=self.runs, slow=min(self.runs, RUNS_WHEN_SLOW), limit=SLOW_SECONDS)

    def _machine(self) -> str:
        return table(("", ""), machine.describe(self.tools), numbers_from=2)

    def _start(self) -> str:
        ours = self._measure(self.tools.sesame, "--version")
        programs = {
            "`sesame --version`": ours,
            "`sceptre --version`": self._measure(self.tools.sceptre, "--version"),
            "`cfn-lint --version`": self._measure(self.tools.cfn_lint, "--version"),
            "`python -c pass`": self._measure(self.tools.python, "-c", "pass"),
            "`true`, the least that a process costs": self.floor,
        }
        rows = [
            (name, *self._cells(measured), ratio(measured.median, ours.median), self._peak(measured))
            for name, measured in programs.items()
        ]
        return table(("", "ms", "min–max", "×", "peak MiB"), rows)

    def _projects(self) -> str:
        mail = self.root / "sceptre"
        rows = [
            self._compared("the mail tree", self._check(mail), self._generate(mail, MAIL_GROUP), self._lint(mail)),
        ]
        for size in self.sizes:
            project = self._project(size)
            generate = self._generate(project, TOP_GROUP) if size <= LARGEST_FOR_SCEPTRE else None
            lint = self._lint(project) if size <= LARGEST_FOR_CFN_LINT else None
            rows.append(self._compared(f"{size:,} stacks", self._check(project), generate, lint))
        heading = ("", "`sesame check` ms", "MiB", "`sceptre generate` ms", "×", "MiB", "`cfn-lint` ms", "×", "MiB")
        return f"{PROJECTS.format(mail=MAIL_GROUP)}\n\n{table(heading, rows)}"

    def _growth(self) -> str:
        rows = []
        for share in STACKS_PER_TEMPLATE:
            for size in self.sizes:
                measured = self._check(self._project(size, share))
                each = microseconds(measured.median / size)
                cells = (f"{size:,}", str(share), *self._cells(measured), each, self._peak(measured))
                rows.append(cells)
        heading = ("stacks", "stacks for each template", "ms", "min–max", "µs for each stack", "peak MiB")
        return f"{GROWTH}\n\n{table(heading, rows, numbers_from=0)}"

    def _inside(self) -> str:
        calls = self._calls()
        alone = {
            "resolver": self._measure(self.tools.sesame, "resolve", KEY, stdin=self.folder / "resolver.json"),
            "hook": self._measure(self.tools.sesame, "hook", POINT, stdin=self.folder / "hook.json"),
        }
        rows = [
            (f"resolver `!sesame {KEY}`", *self._cells(calls["resolver"])),
            ("the same, the binary alone", *self._cells(alone["resolver"])),
            (f"hook `!sesame {POINT}`", *self._cells(calls["hook"])),
            ("the same, the binary alone", *self._cells(alone["hook"])),
            ("hook `!cmd true`", *self._cells(calls["cmd_true"])),
            ("hook `!cmd python -c 'import boto3'`", *self._cells(calls["cmd_boto3"])),
        ]
        inside = INSIDE.format(stack=MAIL_STACK)
        return f"{inside}\n\n{table(('', 'ms', 'min–max'), rows)}"

    def _calls(self) -> dict[str, Measured]:
        """What `calls.py` measures in Sceptre's process; it leaves the contexts of both calls in the folder."""
        words = [self.tools.python, str(CALLS), str(self.root / "sceptre"), MAIL_STACK, POINT, KEY]
        words += [str(self.runs), self.tools.sesame, str(self.folder)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{CALLS.name}: {done.stderr.strip()}")
        return {name: Measured(tuple(seconds)) for name, seconds in json.loads(done.stdout).items()}

    def _project(self, size: int, stacks_per_template: int = 1) -> Path:
        project = self.folder / f"{size}-{stacks_per_template}"
        if not project.exists():
            write_project(project, size, stacks_per_template)
        return project

    @cache
    def _check(self, project: Path) -> Measured:
        return self._measure(self.tools.sesame, "check", folder=project)

    def _generate(self, project: Path, group: str) -> Measured:
        return self._measure(self.tools.sceptre, "generate", group, folder=project)

    def _lint(self, project: Path) -> Measured:
        templates = sorted(str(path) for path in (project / "templates").rglob("*.yaml"))
        return self._measure(self.tools.cfn_lint, "--regions", REGION, "--template", *templates)

    def _measure(self, *words: str, **more: Path) -> Measured:
        return measure(Command(words, **more), self.runs)

    def _compared(self, what: str, ours: Measured, *others: Measured | None) -> tuple[str, ...]:
        cells = [what, milliseconds(ours.median), self._peak(ours)]
        for other in others:
            if other is None:
                cells += ["–", "–", "–"]
            else:
                cells += [milliseconds(other.median), ratio(other.median, ours.median), self._peak(other)]
        return tuple(cells)

    def _cells(self, measured: Measured) -> tuple[str, str]:
        return milliseconds(measured.median), spread(measured)

    def _peak(self, measured: Measured) -> str:
        return mebibytes(measured.peak_bytes, self.floor.peak_bytes)
