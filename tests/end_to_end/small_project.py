"""Two stacks that cost little time, with the hooks and commands of the platform: for what happens to any stack."""

import shutil
from pathlib import Path

from .project import ROOT, Project

GROUP = """\
project_code: {code}
region: ap-northeast-1
"""
ENVIRONMENT = """\
environment:
  days: 90
"""
# As the stack files of the platform have them.
HOOKS = """\
hooks:
  before_create: [!sesame before_create]
  after_create: [!sesame after_create]
  before_update: [!sesame before_update]
  after_update: [!sesame after_update]
  before_create_change_set: [!sesame before_create_change_set]
  after_execute_change_set: [!sesame after_execute_change_set]
  before_delete: [!sesame before_delete]
"""
STORE = """\
template: {path: store.yaml, type: file}
parameters: {Days: !sesame days}
stack_tags: {Service: S3}
"""
MAIL = """\
template: {path: mail.yaml, type: file}
parameters: {Bucket: !stack_output prod/store.yaml::Bucket}
stack_tags: {Service: SES}
"""
STORE_TEMPLATE = """\
Parameters:
  Days: {Type: Number, AllowedValues: [30, 60, 90]}
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
  Bucket: {Type: AWS::S3::Bucket}
Outputs:
  Bucket: {Value: !Ref Bucket}
"""
MAIL_TEMPLATE = """\
Parameters:
  Bucket: {Type: String}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Bucket}}
"""


class SmallProject(Project):
    """`prod/mail` takes the name of a bucket from `prod/store`. Each has a project code, and so stacks, of its own."""

    def __init__(self, folder: Path, endpoint: str, code: str):
        self.folder = folder
        self.sceptre_folder = folder / "sceptre"
        self.endpoint = endpoint
        self.code = code
        shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for path, text in {
            "sceptre/config/config.yaml": GROUP.format(code=code),
            "sceptre/config/prod/config.yaml": ENVIRONMENT,
            "sceptre/config/prod/store.yaml": STORE + HOOKS,
            "sceptre/config/prod/mail.yaml": MAIL + HOOKS,
            "templates/store.yaml.j2": STORE_TEMPLATE,
            "templates/mail.yaml.j2": MAIL_TEMPLATE,
        }.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.render()

    def change_template(self, name: str, old: str, new: str) -> None:
        self.replace(f"templates/{name}.yaml.j2", old, new)
        self.render()

    def render(self) -> None:
        rendered = self.sesame("render")
        assert rendered.returncode == 0, rendered.stderr

    def stack(self, name: str) -> str:
        """The name that a stack has in CloudFormation."""
        return f"{self.code}-prod-{name}"
