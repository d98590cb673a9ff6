"""Reads the rendered templates and resolves their functions with the values of an environment."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

from local_aws.cloudformation import short_forms

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "sceptre" / "templates"
CONFIG = ROOT / "sceptre" / "config"

ENVIRONMENTS = ["prod", "dev"]
OTHER = {"prod": "dev", "dev": "prod"}
SES_STACK = {"prod": "ses", "dev": "ses-dev"}
ACCOUNT = "123456789012"
REGION = "ap-northeast-1"
PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}

# Type: the property with the physical name (None: AWS gives one), the ARN, and whether Ref is the ARN.
PHYSICAL = {
    "AWS::CloudWatch::Alarm": ("AlarmName", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{{name}}", False),
    "AWS::CloudTrail::Trail": ("TrailName", f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{{name}}", False),
    "AWS::CloudWatch::CompositeAlarm": ("AlarmName", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{{name}}", True),
    "AWS::CloudWatch::Dashboard": ("DashboardName", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{{name}}", False),
    "AWS::Events::Rule": ("Name", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{{name}}", False),
    "AWS::IAM::Group": ("GroupName", f"arn:aws:iam::{ACCOUNT}:group{{path}}{{name}}", False),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", f"arn:aws:iam::{ACCOUNT}:policy{{path}}{{name}}", True),
    "AWS::IAM::Role": ("RoleName", f"arn:aws:iam::{ACCOUNT}:role{{path}}{{name}}", False),
    "AWS::IAM::User": ("UserName", f"arn:aws:iam::{ACCOUNT}:user{{path}}{{name}}", False),
    "AWS::KMS::Key": (None, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{id}}", False),
    "AWS::KinesisFirehose::DeliveryStream": (
        "DeliveryStreamName",
        f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{{name}}",
        False,
    ),
    "AWS::Lambda::Function": ("FunctionName", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{name}}", False),
    "AWS::Logs::LogGroup": ("LogGroupName", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{name}}:*", False),
    "AWS::Logs::LogStream": ("LogStreamName", None, False),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::{name}", False),
    "AWS::SES::ConfigurationSet": ("Name", None, False),
    "AWS::SES::EmailIdentity": ("EmailIdentity", None, False),
    "AWS::SNS::Topic": ("TopicName", f"arn:aws:sns:{REGION}:{ACCOUNT}:{{name}}", True),
    "AWS::SQS::Queue": ("QueueName", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{name}}", False),
    "AWS::Scheduler::Schedule": ("Name", f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{{name}}", False),
    # Secrets Manager adds six characters of its own.
    "AWS::SecretsManager::Secret": ("Name", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{{name}}-AbCdEf", True),
}


@cache
def template(path: Path) -> dict[str, Any]:
    return short_forms.load(path.read_text(encoding="utf-8"))


def template_paths() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.yaml"))


NOTHING = object()
# What has been resolved: by stack and by the name of a condition or the id of a resource. Nobody changes what is in it.
_resolved: dict[tuple["Stack", str, str], Any] = {}


def forget(id: str) -> None:
    """A resource has been changed in memory, but for its name, which others may have from it (tests/mutation)."""
    for key in [key for key in _resolved if key[2] == id]:
        del _resolved[key]


class Stack:
    """One template with the parameters of one environment."""

    def __init__(self, body: dict[str, Any], parameters: dict[str, Any]):
        self.body = body
        declared = body.get("Parameters", {})
        defaults = {name: spec["Default"] for name, spec in declared.items() if "Default" in spec}
        self.parameters = defaults | {name: parameters[name] for name in parameters if name in declared}
        self.missing = sorted(set(declared) - set(self.parameters))
        self.unknown = sorted(set(parameters) - set(declared))

    def _once(self, section: str, name: str, value: Any) -> Any:
        key = (self, section, name)
        if key not in _resolved:
            _resolved[key] = self.resolve(value)
        return _resolved[key]

    def condition(self, name: str) -> bool:
        return bool(self._once("Conditions", name, self.body["Conditions"][name]))

    def ids(self, *types: str) -> list[str]:
        """Logical ids of the resources that exist with these parameters."""
        return [
            id
            for id, resource in self.body["Resources"].items()
            if resource["Type"] in types and ("Condition" not in resource or self.condition(resource["Condition"]))
        ]

    def properties(self, id: str) -> dict[str, Any]:
        return self._once("Resources", id, self.body["Resources"][id].get("Properties", {}))

    def all(self, *types: str) -> dict[str, dict[str, Any]]:
        return {id: self.properties(id) for id in self.ids(*types)}

    def name_and_arn(self, id: str) -> tuple[str, str]:
        resource = self.body["Resources"][id]
        name_property, arn, _ = PHYSICAL[resource["Type"]]
        # What has no name of its own gets an id from AWS; here the logical id stands for it.
        name = self.resolve(resource["Properties"][name_property]) if name_property else id
        path = self.resolve(resource["Properties"].get("Path", "/"))
        return name, (arn or "").format(name=name, path=path, id=id)

    def ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name]
        if name in self.parameters:
            return self.parameters[name]
        physical, arn = self.name_and_arn(name)
        return arn if PHYSICAL[self.body["Resources"][name]["Type"]][2] else physical

    def attribute(self, id: str, name: str) -> str:
        if name != "Arn":
            raise NotImplementedError(f"{id}.{name}")
        return self.name_and_arn(id)[1]

    def substitute(self, text: str, variables: dict[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in variables:
                return str(variables[name])
            if "." in name:
                return self.attribute(*name.split(".", 1))
            return str(self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, argument)] = value.items()
            if function == "Ref":
                return self.ref(argument)
            if function == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if function.startswith("Fn::"):
                return self.call(function, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NOTHING}

    def call(self, function: str, argument: Any) -> Any:
        match function:
            case "Fn::Sub":
                text, variables = argument if isinstance(argument, list) else (argument, {})
                return self.substitute(text, self.resolve(variables))
            case "Fn::GetAtt":
                return self.attribute(*argument)
            case "Fn::If":
                name, yes, no = argument
                return self.resolve(yes if self.condition(name) else no)
            case "Fn::Equals":
                left, right = self.resolve(argument)
                return left == right
            case "Fn::Not":
                return not self.resolve(argument[0])
            case "Fn::And":
                return all(self.resolve(argument))
            case "Fn::Or":
                return any(self.resolve(argument))
            case "Fn::Join":
                return argument[0].join(self.resolve(argument[1]))  # a list, or a Ref to one
        raise NotImplementedError(function)


class ConfigLoader(yaml.SafeLoader):
    """YAML with the resolvers of a stack file, as (tag, argument)."""


ConfigLoader.add_multi_constructor("!", lambda loader, suffix, node: (suffix, getattr(node, "value", None)))


def _config(path: Path) -> dict[str, Any]:
    # Sceptre renders its configuration with Jinja; no variable is given here.
    text = jinja2.Template(path.read_text(encoding="utf-8")).render(var={})
    return yaml.load(text, ConfigLoader)


@cache
def environment_values(environment: str) -> dict[str, Any]:
    return _config(CONFIG / environment / "config.yaml")["environment"]


def _pick(environment: str, value: Any) -> Any:
    """What a resolver gives to CloudFormation: a list, or text."""
    if isinstance(value, tuple):
        tag, argument = value
        if tag == "stack_attr" and argument == "project_code":
            return _config(CONFIG / "config.yaml")["project_code"]
        if tag != "sesame":
            raise NotImplementedError(f"!{tag} {argument}")
        value = environment_values(environment)
        for key in argument.split("."):
            value = value[key]
    if isinstance(value, list):
        return [str(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def stack_files() -> list[Path]:
    """The stack files of the five-stack layout: those directly in the folder of an environment."""
    return sorted(path for path in CONFIG.glob("*/*.yaml") if path.name != "config.yaml")


@cache
def stack(environment: str, name: str) -> Stack:
    config = _config(CONFIG / environment / f"{name}.yaml")
    parameters = {key: _pick(environment, value) for key, value in config["parameters"].items()}
    return Stack(template(TEMPLATES / config["template"]["path"]), parameters)


def stacks(environment: str) -> list[Stack]:
    return [stack(environment, path.stem) for path in stack_files() if path.parent.name == environment]


def names(environment: str, type: str) -> set[str]:
    """The physical names of all resources of a type."""
    return {current.name_and_arn(id)[0] for current in stacks(environment) for id in current.ids(type)}


def fill(text: str, environment: str) -> str:
    """A name with {env}, {other} (the other environment), {region} and {account}."""
    return text.format(env=environment, other=OTHER[environment], region=REGION, account=ACCOUNT)
