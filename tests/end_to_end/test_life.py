"""The life of a stack, each step with its hooks and with the commands that the pages name.

Each life is of a small project of its own. Sceptre mostly waits, so the lives run side by side; a test waits for the
end of one. docs/stack-states.md tells people the same.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_aws.aws import REGION

from .aws import Aws
from .by_hand import done
from .project import local_aws, refusal
from .small_project import SmallProject

CONFIG = "sceptre/config/prod/config.yaml"
SECONDS = 240


@dataclass
class Life:
    """One project, and what there is of it in CloudFormation."""

    project: SmallProject
    aws: Aws
    server: Path  # the folder with the server's process id, and with the names of the stacks that it holds

    def status(self, stack: str) -> str:
        return self.aws.statuses().get(self.project.stack(stack), "gone")

    def wait_for(self, stack: str, status: str) -> None:
        self.until(lambda: self.status(stack) == status)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)

    def physical_id(self, stack: str, logical_id: str) -> str:
        name = self.project.stack(stack)
        answer = self.aws.cloudformation.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    def retention(self) -> int:
        """What a launch has brought to the service."""
        group = self.physical_id("store", "Logs")
        return int(self.aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"])

    def launch(self) -> str:
        finished = self.project.launch("prod")
        assert (finished.returncode, finished.stderr) == (0, ""), finished.stdout + finished.stderr
        return finished.stdout

    def refused_launch(self) -> str:
        """The line that a launch ends with which does not go through."""
        finished = self.project.launch("prod")
        assert finished.returncode == 1, finished.stdout
        return finished.stderr.strip().splitlines()[0]

    def typed(self, *arguments: str) -> list[str]:
        """What the hooks say when a Sceptre command is typed that goes through."""
        return done(self.project.sceptre(*arguments, "-y"))

    @contextmanager
    def held(self, stack: str) -> Iterator[None]:
        """What CloudFormation begins with a stack is in progress to the end of the block."""
        file = self.server / "hold" / self.project.stack(stack)
        file.touch()
        try:
            yield
        finally:
            file.unlink()

    @contextmanager
    def aws_stopped(self) -> Iterator[None]:
        """AWS takes calls and does not answer them."""
        server = int((self.server / "pid").read_text())
        os.kill(server, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(server, signal.SIGCONT)

    def kill_hook_of(self, sceptre: "subprocess.Popen[str]") -> None:
        """Kills the binary once Sceptre has started it."""
        self.until(lambda: bool(hooks_of(sceptre)) or sceptre.poll() is not None)
        for hook in hooks_of(sceptre):
            os.kill(hook, signal.SIGKILL)

    def until_logged(self, sceptre: "subprocess.Popen[str]", text: str) -> None:
        assert any(text in line for line in sceptre.stderr or ()), text

    def assert_ended(self, sceptre: "subprocess.Popen[str]", where: str) -> None:
        said, _ = sceptre.communicate(timeout=SECONDS)
        assert sceptre.returncode == 1
        assert said.splitlines()[-1] == f'"{where}: the binary was ended by signal 9 (Killed)"'


def hooks_of(sceptre: "subprocess.Popen[str]") -> list[int]:
    """The processes that run a hook for Sceptre. It starts others too, and some are gone when they are looked at."""
    found = []
    for children in Path(f"/proc/{sceptre.pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in children.read_text().split():
                if Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[1:2] == [b"hook"]:
                    found.append(int(child))
    return found


def days(life: Life, old: int, new: int) -> None:
    life.project.replace(CONFIG, f"days: {old}", f"days: {new}")


def takes_a_name(life: Life) -> str:
    """A resource that cannot be made: its name is taken."""
    name = f"{life.project.code}-taken"
    life.aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return f"  Second: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {name}}}}}\n"


# The lives


def without_trouble(life: Life) -> None:
    assert life.launch().count("after_create: CREATE_COMPLETE") == 2
    assert "nothing to update: all 2 stacks of prod are as their templates say" in life.launch()
    days(life, 90, 60)
    said = life.launch()
    assert "after_update: UPDATE_COMPLETE\n" in said
    assert "after_update: CREATE_COMPLETE, nothing changed" in said
    assert life.retention() == 60
    deleted = life.typed("delete", "prod")
    assert [line.split(": ")[0] for line in deleted] == ["prod/mail before_delete", "prod/store before_delete"]
    assert all("backup in" in line for line in deleted)
    assert (life.status("store"), life.status("mail")) == ("gone", "gone")


def a_creation_that_fails(life: Life) -> None:
    second = takes_a_name(life)
    life.project.change_template("store", "Outputs:", f"{second}Outputs:")
    assert "is ROLLBACK_COMPLETE: Second (AWS::S3::Bucket)" in life.refused_launch()
    assert (life.status("store"), life.status("mail")) == ("ROLLBACK_COMPLETE", "gone")
    life.project.change_template("store", second, "")
    life.launch()
    assert (life.status("store"), life.status("mail")) == ("CREATE_COMPLETE", "CREATE_COMPLETE")


def an_update_that_fails(life: Life) -> None:
    life.launch()
    second = takes_a_name(life)
    life.project.change_template("store", "Outputs:", f"{second}Outputs:")
    days(life, 90, 60)
    assert "is UPDATE_ROLLBACK_COMPLETE: Second (AWS::S3::Bucket)" in life.refused_launch()
    assert life.retention() == 90
    # With the template of before there is nothing to do, and the stacks after it are reached.
    life.project.change_template("store", second, "")
    days(life, 60, 90)
    life.project.change_template("mail", "!Ref Bucket", "mail")
    said = life.launch()
    assert "after_update: UPDATE_ROLLBACK_COMPLETE, nothing changed" in said
    assert life.status("mail") == "UPDATE_COMPLETE"
    days(life, 90, 60)
    life.launch()
    assert (life.status("store"), life.retention()) == ("UPDATE_COMPLETE", 60)


def change_sets(life: Life) -> None:
    store = "prod/store.yaml"
    assert life.typed("create", store, "first") == [
        "prod/store before_create_change_set: 1 parameter valid, template is current"
    ]
    assert life.status("store") == "REVIEW_IN_PROGRESS"
    # A stack in review can be deleted, with its change set or without…
    assert life.typed("delete", store) == [
        "prod/mail before_delete: no stack to back up",
        "prod/store before_delete: no stack to back up, only a change set",
    ]
    assert life.status("store") == "gone"
    # … and launched.
    life.typed("create", store, "second")
    life.typed("delete", store, "second")
    assert life.status("store") == "REVIEW_IN_PROGRESS"
    assert "prod/store after_create: CREATE_COMPLETE" in life.typed("launch", store)

    days(life, 90, 61)
    refused = refusal(life.project.sceptre("create", store, "third", "-y"))
    assert refused.startswith("prod/store: before_create_change_set: ") and "got `61`" in refused
    days(life, 61, 60)
    life.typed("create", store, "third")
    described = life.project.sceptre("--output", "json", "describe", "change-set", store, "third")
    assert '"LogicalResourceId": "Logs"' in described.stdout, described.stdout + described.stderr
    assert life.retention() == 90
    assert life.typed("execute", store, "third") == ["prod/store after_execute_change_set: UPDATE_COMPLETE"]
    assert life.retention() == 60

    life.project.change_template("store", "Outputs:", f"{takes_a_name(life)}Outputs:")
    refused = life.project.sceptre("update", "--change-set", store, "-y")
    assert refused.returncode == 1
    assert "prod/store: after_execute_change_set: stack" in refused.stdout
    assert "is UPDATE_ROLLBACK_COMPLETE: Second (AWS::S3::Bucket)" in refused.stdout


def a_bucket_that_is_not_empty(life: Life) -> None:
    life.typed("launch", "prod")
    bucket = life.physical_id("store", "Bucket")
    life.aws.s3.put_object(Bucket=bucket, Key="mail", Body=b"")
    said = refusal(life.project.sceptre("delete", "prod/store.yaml", "-y"), lines=5)
    assert said.startswith("prod/store: before_delete: ") and f"bucket `{bucket}` is not empty" in said
    # Nothing of it is lost.
    assert (life.status("mail"), life.status("store")) == ("gone", "CREATE_COMPLETE")
    assert life.aws.s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    life.aws.s3.delete_object(Bucket=bucket, Key="mail")
    life.typed("delete", "prod/store.yaml")
    assert life.status("store") == "gone"


def a_bucket_that_fills_while_it_is_deleted(life: Life) -> None:
    store = "prod/store.yaml"
    life.typed("launch", store)
    bucket = life.physical_id("store", "Bucket")
    with life.held("store"):
        process = life.project.begin("sceptre", "delete", store, "-y")
        life.wait_for("store", "DELETE_IN_PROGRESS")
        life.aws.s3.put_object(Bucket=bucket, Key="mail", Body=b"")
    _, log = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "Bucket AWS::S3::Bucket DELETE_FAILED" in log and "not empty" in log
    # Nothing is launched over what is half gone.
    refused = life.project.sceptre("launch", store, "-y")
    assert refused.returncode == 1 and "DELETE_FAILED" in refused.stdout
    assert life.status("store") == "DELETE_FAILED"
    life.aws.s3.delete_object(Bucket=bucket, Key="mail")
    life.typed("delete", store)
    assert life.status("store") == "gone"


def prune(life: Life) -> None:
    life.typed("launch", "prod")
    file = life.project.sceptre_folder / "config" / "prod" / "mail.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "obsolete: true\n", encoding="utf-8")
    (said,) = life.typed("prune")
    assert said.startswith("prod/mail before_delete: backup in ")
    assert (life.status("mail"), life.status("store")) == ("gone", "CREATE_COMPLETE")
    file.unlink()
    life.typed("launch", "prod")


def two_launches_at_once(life: Life) -> None:
    with life.held("store"):
        begun = [life.project.begin("sceptre", "launch", "prod", "-y") for _ in range(2)]
        life.until(lambda: any(process.poll() is not None for process in begun))
    said = [process.communicate(timeout=SECONDS) for process in begun]
    assert sorted(process.returncode for process in begun) == [0, 1], said
    refused = next(out for process, (out, _) in zip(begun, said, strict=True) if process.returncode == 1)
    assert "CREATE_IN_PROGRESS" in refused and "Traceback" not in refused
    # The other one is not disturbed, and nothing is missing.
    assert (life.status("store"), life.status("mail")) == ("CREATE_COMPLETE", "CREATE_COMPLETE")
    assert "nothing to update" in life.launch()


def a_launch_that_is_killed(life: Life) -> None:
    with life.held("store"):
        process = life.project.begin("sceptre", "launch", "prod", "-y")
        life.wait_for("store", "CREATE_IN_PROGRESS")
        process.kill()
        process.communicate()
        # CloudFormation goes on. What comes too early is told so, and makes nothing of what needs the stack.
        assert life.refused_launch() == (
            f"launch stopped: prod/mail: before_create: stack `{life.project.stack('store')}`, which this one depends "
            "on, is CREATE_IN_PROGRESS: launch again when that has ended"
        )
        assert life.status("mail") == "gone"
    life.wait_for("store", "CREATE_COMPLETE")
    life.launch()
    assert life.status("mail") == "CREATE_COMPLETE"


def hooks_that_are_killed(life: Life) -> None:
    """While AWS does not answer: there is time to kill the binary that waits for it."""
    life.typed("launch", "prod")
    days(life, 90, 60)
    process = life.project.begin("sceptre", "launch", "prod", "-y")
    # Sceptre has seen the end of the update, waits four seconds, and runs the hook.
    life.until_logged(process, "AWS::CloudFormation::Stack UPDATE_COMPLETE")
    with life.aws_stopped():
        life.kill_hook_of(process)
    life.assert_ended(process, "prod/store: after_update")
    # What the next stack lacks, and what was not verified, the same command does.
    assert life.typed("launch", "prod")[1::2] == [
        "prod/store after_update: UPDATE_COMPLETE, nothing changed",
        "prod/mail after_update: CREATE_COMPLETE, nothing changed",
    ]
    with life.aws_stopped():
        # Alone, because Sceptre asks AWS for what the other one takes from it, before the hook.
        process = life.project.begin("sceptre", "--ignore-dependencies", "delete", "prod/store.yaml", "-y")
        life.kill_hook_of(process)
    life.assert_ended(process, "prod/store: before_delete")
    assert (life.status("store"), life.status("mail")) == ("UPDATE_COMPLETE", "CREATE_COMPLETE")
    life.typed("delete", "prod")
    assert (life.status("store"), life.status("mail")) == ("gone", "gone")


TOGETHER = [
    without_trouble, a_creation_that_fails, an_update_that_fails, change_sets, a_bucket_that_is_not_empty, prune,
    two_launches_at_once, a_launch_that_is_killed, a_bucket_that_fills_while_it_is_deleted,
]  # fmt: skip
# This one stops its server. Linux says what a process has started.
ALONE = [hooks_that_are_killed] if Path("/proc/self/task").exists() else []


def begin(
    names: set[str], threads: ThreadPoolExecutor, folders: pytest.TempPathFactory, servers: ExitStack
) -> dict[str, "Future[None]"]:
    """Begins the lives of these names."""
    begun = {}
    for lives in (TOGETHER, ALONE):
        asked = [life for life in lives if life.__name__ in names]
        if not asked:
            continue
        state = folders.mktemp("local-aws")
        (state / "hold").mkdir()
        endpoint = servers.enter_context(local_aws(state, "--hold", str(state / "hold")))
        for life in asked:
            project = SmallProject(folders.mktemp("life"), endpoint, f"life{len(begun)}")
            begun[life.__name__] = threads.submit(life, Life(project, Aws(endpoint), state))
    return begun


@pytest.mark.parametrize("life", [life.__name__ for life in TOGETHER + ALONE])
def test_life(lives: dict[str, "Future[None]"], life: str) -> None:
    lives[life].result()
