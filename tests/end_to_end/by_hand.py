"""A person who types Sceptre's commands one after the other, on an empty account."""

import re
import subprocess

from .aws import Aws
from .project import Project

NETWORK = "202.218.0.0/16"


class Steps:
    """What the hooks say in each step, and what is there after it."""

    def __init__(self, aws: Aws, project: Project):
        self.aws = aws
        self.project = project
        self.launched = done(project.sceptre("launch", "prod/ses.yaml", answer="y\n"))
        # Without its dependencies: they take time, and this stack refers to others by name only.
        self.created = done(project.sceptre("--ignore-dependencies", "create", "prod/security.yaml", "--yes"))
        self.statuses_before = aws.statuses()
        project.replace("sceptre/config/prod/config.yaml", "people: [", f"people: [{NETWORK}, ")
        self.updated = done(project.sceptre("--ignore-dependencies", "update", "prod/security.yaml", "--yes"))
        self.statuses_after = aws.statuses()
        self.networks = aws.policy("ses-prod-ip-restriction")["DenyOtherNetworks"]["Condition"]["NotIpAddress"]
        self.deleted = done(project.sceptre("delete", "prod/security.yaml", "--yes"))


def done(finished: subprocess.CompletedProcess[str]) -> list[str]:
    """What the hooks said: `<stack> <point>: <summary>`"""
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return [" ".join(found) for found in re.findall(r" - (\S+) - sesame (.*)", finished.stderr)]
