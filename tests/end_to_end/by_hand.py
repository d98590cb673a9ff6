"""A person who types Sceptre's commands one after the other, on an empty account."""

import re
import subprocess

from .aws import Aws
from .project import Project, refusal

NETWORK = "202.218.0.0/16"
ADMIN = "production-admin"
MEMBER = "somebody-else"


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
        # People have worked with it: what they have added would stop CloudFormation.
        self.key = add_by_hand(aws)
        self.refused = refusal(project.sceptre("delete", "prod/security.yaml", "--yes"), lines=4)
        self.users_after_refusal = sorted(user["UserName"] for user in aws.all("iam", "list_users", "Users"))
        aws.iam.update_access_key(UserName=ADMIN, AccessKeyId=self.key, Status="Inactive")
        self.deleted = done(project.sceptre("delete", "prod/security.yaml", "--yes"))


def add_by_hand(aws: Aws) -> str:
    """A password, an MFA device and a key for a person, and another member for a group. Answers with the key."""
    iam = aws.iam
    iam.create_login_profile(UserName=ADMIN, Password="Not-A-Secret-1")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=ADMIN)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName=ADMIN, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    iam.create_user(UserName=MEMBER)
    iam.add_user_to_group(UserName=MEMBER, GroupName="ses-prod-readonly")
    return str(iam.create_access_key(UserName=ADMIN)["AccessKey"]["AccessKeyId"])


def done(finished: subprocess.CompletedProcess[str]) -> list[str]:
    """What the hooks said: `<stack> <point>: <summary>`"""
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return [" ".join(found) for found in re.findall(r" - (\S+) - sesame (.*)", finished.stderr)]
