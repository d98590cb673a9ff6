"""What a person works with: a copy of the repository, a local AWS, and the commands that are typed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("sceptre", "templates", "schemas", "scripts")
SCRIPTS = ROOT / ".venv" / "sceptre" / "bin"
SECONDS = 240


@contextmanager
def local_aws(folder: Path, *options: str) -> Iterator[str]:
    """A server of its own on a free port. The one of `make launch` is the person's and stays as it is."""
    command = [sys.executable, "-m", "local_aws"]
    where = ["--state-dir", str(folder)]
    try:
        started = subprocess.run([*command, "start", *where, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert started.returncode == 0
        yield started.stdout.strip()
    finally:
        subprocess.run([*command, "stop", *where], cwd=ROOT, check=True)


class Project:
    """A copy of the repository's own files, for one endpoint. A test may change what it likes in it."""

    def __init__(self, folder: Path, endpoint: str):
        self.folder = folder
        self.sceptre_folder = folder / "sceptre"
        self.endpoint = endpoint
        unwanted = shutil.ignore_patterns("__pycache__", "backups")
        for part in PARTS:
            shutil.copytree(ROOT / part, folder / part, ignore=unwanted)

    def launch(self, name: str) -> subprocess.CompletedProcess[str]:
        """What `make launch ENV=<name>` does when local AWS runs."""
        return self._run("python", "scripts/launch.py", name, "--endpoint", self.endpoint, folder=self.folder)

    def sceptre(self, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        """Sceptre typed in the folder sceptre/, and what is typed when it asks."""
        return self._run("sceptre", *arguments, folder=self.sceptre_folder, typed=answer)

    def typed(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A program typed in the root of the repository, as the pages have it."""
        return self._run(program, *arguments, folder=self.folder)

    def sesame(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("sesame", *arguments, folder=self.folder)

    def replace(self, path: str, old: str, new: str) -> int:
        """Changes a file in one place, and says in which line."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has {old!r} {text.count(old)} times"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def _run(self, program: str, *arguments: str, folder: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPTS / program, *arguments],
            cwd=folder,
            env=self._environment(),
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
        )

    def begin(self, program: str, *arguments: str) -> "subprocess.Popen[str]":
        """A command in the folder sceptre/ that is not waited for."""
        return subprocess.Popen(
            [SCRIPTS / program, *arguments],
            cwd=self.sceptre_folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def _environment(self) -> dict[str, str]:
        """Nothing of the person's own AWS settings gets into a test."""
        unwanted = ("AWS_", "SESAME_", "SCEPTRE_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        return {
            **kept,
            "PATH": os.pathsep.join([str(SCRIPTS), os.environ["PATH"]]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def refusal(finished: subprocess.CompletedProcess[str], lines: int = 1) -> str:
    """The line that Sceptre ends with when a hook refuses, as a JSON string. A deletion is announced in lines before."""
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr
    printed = finished.stdout.splitlines()
    assert len(printed) == lines, finished.stdout
    return printed[-1].strip('"').replace('\\"', '"')
