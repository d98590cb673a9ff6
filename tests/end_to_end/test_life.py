"""The life of a stack, each step with its hooks and with the commands that the pages name.

Each life is of a small project of its own. Sceptre mostly waits, so the lives run side by side; a test waits for the end
of one. docs/stack-states.md tells people the same.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_aws.aws import REGION

from .aws import Aws
from .by_hand import done
from .project import local_aws, refusal
from .small_project import SmallProject

CONFIG = "sceptre/config/prod/config.yaml"
# Long enough for another command to come while a stack is in progress.
SLOW = "--seconds-per-resource=4"
SECONDS = 120


@dataclass
class Life:
    """One project, and what there is of it in CloudFormation."""

    project: SmallProject
    aws: Aws

    def status(self, stack: str) -> str:
        return self.aws.statuses().get(self.project.stack(stack), "gone")

    def wait_for(self, stack: str, status: str) -> None:
        self.until(lambda: self.status(stack) == status)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.aws.statuses()
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

    def killed(self, *arguments: str, when: Callable[["subprocess.Popen[str]"], bool]) -> "subprocess.Popen[str]":
        """Sceptre, killed at a moment; or ended by itself because of what `when` does."""
        process = self.project.begin("sceptre", *arguments, "-y")
        self.until(lambda: when(process) or process.poll() is not None)
        return process


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
    stopped = life.project.sceptre("delete", "prod", "-y")
    assert stopped.returncode == 1
    assert "Bucket AWS::S3::Bucket DELETE_FAILED" in stopped.stderr and "not empty" in stopped.stderr
    assert (life.status("mail"), life.status("store")) == ("gone", "DELETE_FAILED")
    # Nothing is launched over what is half gone, and nothing in the bucket is lost.
    assert "prod/store" in (refused := life.refused_launch()) and "DELETE_FAILED" in refused
    assert life.aws.s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    life.aws.s3.delete_object(Bucket=bucket, Key="mail")
    life.typed("delete", "prod")
    assert life.status("store") == "gone"
    life.typed("launch", "prod")
    assert life.status("store") == "CREATE_COMPLETE"


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
    begun = [life.project.begin("sceptre", "launch", "prod", "-y") for _ in range(2)]
    said = [process.communicate(timeout=SECONDS) for process in begun]
    assert sorted(process.returncode for process in begun) == [0, 1], said
    refused = next(out for process, (out, _) in zip(begun, said, strict=True) if process.returncode == 1)
    assert "CREATE_IN_PROGRESS" in refused and "Traceback" not in refused
    # The other one is not disturbed, and nothing is missing.
    assert (life.status("store"), life.status("mail")) == ("CREATE_COMPLETE", "CREATE_COMPLETE")
    assert "nothing to update" in life.launch()


def a_launch_that_is_killed(life: Life) -> None:
    process = life.killed("launch", "prod", when=lambda _: life.status("store") == "CREATE_IN_PROGRESS")
    process.kill()
    process.communicate()
    # CloudFormation goes on. What comes too early is told so, and makes nothing of what needs the stack.
    assert (refused := life.refused_launch()).startswith("launch stopped: prod/") and "CREATE_IN_PROGRESS" in refused
    assert life.status("mail") == "gone"
    life.wait_for("store", "CREATE_COMPLETE")
    life.launch()
    assert life.status("mail") == "CREATE_COMPLETE"


def a_hook_that_is_killed(life: Life) -> None:
    life.typed("launch", "prod")
    days(life, 90, 60)
    with life.aws_stands_still(when=lambda: life.status("store") == "UPDATE_COMPLETE", asking=("launch", "prod")) as end:
        kill(hook_of(end))
    assert_ended(end, "after_update")
    assert life.retention() == 60
    # The stack was changed, and what comes after it was not looked at: the same command again does both.
    assert life.typed("launch", "prod")[1::2] == [
        "prod/store after_update: UPDATE_COMPLETE, nothing changed",
        "prod/mail after_update: CREATE_COMPLETE, nothing changed",
    ]
QUICK = [without_trouble, a_creation_that_fails, an_update_that_fails, change_sets, a_bucket_that_is_not_empty, prune]
QUICK += [a_hook_that_is_killed] if Path("/proc/self/task").exists() else []
IN_PROGRESS = [two_launches_at_once, a_launch_that_is_killed]
LIVES = QUICK + IN_PROGRESS


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[None]"]]:
    """All lives, begun."""
    with (
        local_aws(tmp_path_factory.mktemp("quick")) as quick,
        local_aws(tmp_path_factory.mktemp("slow"), SLOW) as slow,
        ThreadPoolExecutor(len(LIVES)) as threads,
    ):
        begun = {}
        for number, life in enumerate(LIVES):
            endpoint = slow if life in IN_PROGRESS else quick
            project = SmallProject(tmp_path_factory.mktemp("life"), endpoint, f"life{number}")
            begun[life.__name__] = threads.submit(life, Life(project, Aws(endpoint)))
        yield begun


@pytest.mark.parametrize("life", [life.__name__ for life in LIVES])
def test_life(lives: dict[str, "Future[None]"], life: str) -> None:
    lives[life].result()
