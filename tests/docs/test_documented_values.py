"""The values that the documents give, against the rendered templates and the Sceptre configuration.

They are written out here by hand, from the documents: no test reads both sides from the same place. What a service can
be asked for after a launch is in tests/end_to_end/; here is what only the files show.
"""

import re
from typing import Any

import pytest
import yaml

from ..platform.cloudformation import (
    CONFIG,
    REGION,
    ROOT,
    ConfigLoader,
    environment_values,
    stack,
    template,
    template_paths,
)

ENVIRONMENTS = ["prod", "dev"]
SES_STACK = {"prod": "ses", "dev": "ses-dev"}
STACKS = {
    "prod": ["base", "ses", "enhanced-kinesis", "monitoring", "security"],
    "dev": ["base", "ses-dev", "enhanced-kinesis", "monitoring", "security"],
}


def ses(environment: str):
    return stack(environment, SES_STACK[environment])


# --- The templates ---


def test_identity_is_retained_and_its_dkim_key_is_in_no_template():
    resource = stack("prod", "ses").body["Resources"]["SESEmailIdentity"]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert [key for key in resource["Properties"] if key.startswith("Dkim")] == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_mail_is_tracked(environment):
    assert set(ses(environment).properties("SESConfigurationSet")) == {
        "Name",
        "DeliveryOptions",
        "ReputationOptions",
        "SendingOptions",
        "SuppressionOptions",
        "Tags",
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_sending_policy_has_the_documented_form(environment):
    current = ses(environment)
    resource = current.body["Resources"]["SESIPRestrictedPolicy"]
    assert (resource["Type"], resource["Condition"]) == ("AWS::IAM::ManagedPolicy", "EnableSESIPFilteringCondition")
    properties = current.properties("SESIPRestrictedPolicy")
    assert properties["ManagedPolicyName"] == f"ses-{environment}-ses-ip-restricted-policy"
    assert properties["Users"] == [f"ses-{environment}-smtp"]
    allowed = [item for item in properties["PolicyDocument"]["Statement"] if item["Effect"] == "Allow"]
    assert [item["Action"] for item in allowed] == [
        ["ses:SendEmail", "ses:SendRawEmail"],
        ["ses:GetSendQuota", "ses:GetSendStatistics"],
    ]
    last = {"prod": [98, 91], "dev": [88, 81]}[environment]
    for item in allowed:
        assert item["Condition"]["IpAddress"] == {"aws:SourceIp": [f"202.217.75.{number}/32" for number in last]}
        assert item["Condition"]["StringEquals"] == {"aws:RequestedRegion": "ap-northeast-1"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_mail_servers_connect_to_the_documented_endpoint(environment):
    endpoint = ses(environment).body["Outputs"]["SMTPEndpoint"]["Value"]
    assert ses(environment).resolve(endpoint) == "email-smtp.ap-northeast-1.amazonaws.com:587"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_service_roles_are_bound_to_no_address(environment):
    roles = stack(environment, "enhanced-kinesis").all("AWS::IAM::Role")
    assert len(roles) == 4
    assert [id for id, properties in roles.items() if "aws:SourceIp" in str(properties)] == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_security_event_alarm_is_quiet_without_data(environment):
    assert stack(environment, "monitoring").properties("SecurityEventAlarm")["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_documented_queries(environment):
    monitoring = stack(environment, "monitoring")
    for id, words in (
        ("DeploymentErrorsQuery", ("fields @timestamp, @message", "ERROR", "CloudFormation", "sort @timestamp desc")),
        ("SESErrorsQuery", ("fields @timestamp, @message", "SES", "failed", "stats count() by bin(5m)")),
    ):
        query = monitoring.properties(id)
        assert query["Name"] == f"ses-{environment}/{id.removesuffix('Query')}"
        assert [word for word in words if word not in query["QueryString"]] == []
        assert f"/aws/events/ses-{environment}-stack-events" in query["LogGroupNames"]


# --- Sceptre's configuration ---


def config(environment: str, name: str) -> dict[str, Any]:
    return yaml.load((CONFIG / environment / f"{name}.yaml").read_text(encoding="utf-8"), ConfigLoader)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_is_five_stacks_with_the_documented_names(environment):
    names = {path.stem for path in (CONFIG / environment).glob("*.yaml")} - {"config"}
    assert names == set(STACKS[environment])
    root = (CONFIG / "config.yaml").read_text(encoding="utf-8")
    # Sceptre names a stack <project_code>-<path>, unless the stack file says otherwise.
    assert re.findall(r"(?m)^(project_code|region): (\S+)$", root) == [("project_code", "ses"), ("region", REGION)]
    for name in names:
        assert not {"stack_name", "project_code", "region"} & set(config(environment, name))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_stacks_are_launched_in_order_and_within_their_environment(environment):
    order = [f"{environment}/{name}.yaml" for name in STACKS[environment]]
    for index, name in enumerate(STACKS[environment]):
        dependencies = config(environment, name).get("dependencies", [])
        assert set(dependencies) <= set(order[:index])
        assert (dependencies == []) is (index == 0)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_stack_file_has_its_template_its_tags_and_the_hooks(environment):
    for name in STACKS[environment]:
        file = config(environment, name)
        assert file["template"] == {"path": f"{name}.yaml", "type": "file"}
        assert set(file["stack_tags"]) == {"Project", "Environment", "Service", "Purpose"}
        points = (
            *("before_create", "after_create", "before_update", "after_update"),
            *("before_create_change_set", "after_execute_change_set", "before_delete"),
        )
        hooks = {point: [("sesame", point)] for point in points}
        if name == "base":  # the first stack of a launch asks the account too
            hooks["before_create"].append(("sesame", "preflight"))
        assert file["hooks"] == hooks


def test_the_template_bucket_has_the_account_id():
    """The security template is too large to go inline, and `sceptre launch prod` must work with nothing else given."""
    lines = (CONFIG / "config.yaml").read_text(encoding="utf-8").splitlines()
    assert "template_bucket_name: !join ['', [ses-templates-, !sesame aws.account_id]]" in lines


def test_no_parameter_is_a_secret():
    for path in template_paths():
        for name, parameter in template(path).get("Parameters", {}).items():
            assert "NoEcho" not in parameter, f"{path.stem}: {name}"
            assert not re.search(r"(?i)password|secret|private|token|credential", name), f"{path.stem}: {name}"


DOCUMENTED = {
    "prod": {
        "domain": "goo.ne.jp",
        "networks.people": ["202.217.0.0/16"],
        "networks.mail_servers": ["202.217.75.98/32", "202.217.75.91/32"],
        "networks.on_premises": ["10.0.0.0/8", "192.168.1.0/24"],
        "networks.vpc": "10.0.0.0/16",
        "sending.rate_per_second": 14,
        "sending.quota": {"max_send_rate": 200, "max_24_hour_send": 10_000_000},
    },
    "dev": {
        "domain": "goo.ne.jp",
        "own_domain": "dev.goo.ne.jp",
        "networks.people": ["202.217.0.0/16"],
        "networks.mail_servers": ["202.217.75.88/32", "202.217.75.81/32"],
        "networks.on_premises": ["10.0.0.0/8", "192.168.1.0/24"],
        "networks.vpc": "10.2.0.0/16",
        "sending.rate_per_second": 5,
        "sending.quota": {"max_send_rate": 10, "max_24_hour_send": 100_000},
    },
}


@pytest.mark.parametrize(("environment", "key"), [(name, key) for name, values in DOCUMENTED.items() for key in values])
def test_environment_has_the_documented_value(environment, key):
    value = environment_values(environment)
    for part in key.split("."):
        value = value[part]
    assert value == DOCUMENTED[environment][key]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_documented_switches_are_on(environment):
    assert environment_values(environment)["features"] == {
        "ses_ip_filtering": True,
        "japanese_compliance": True,
        "japanese_security": True,
        "tokyo_region_features": True,
        # Dev shares prod's: it sends with prod's identity.
        "dkim_automation": environment == "prod",
    }
    assert ses(environment).parameters["EnableSESIPFiltering"] == "true"
    security = stack(environment, "security").parameters
    for name in ("EnableJapaneseCompliance", "EnableJapaneseSecurity", "EnableTokyoRegionFeatures"):
        assert security[name] == "true"


# --- The repository ---


def test_top_level_has_the_documented_names():
    for name in ("Cargo.toml", "src", "sceptre", "templates", "schemas", "tests", "README.md"):
        assert (ROOT / name).exists(), name
    for name in ("base", "ses", "ses-dev", "enhanced-kinesis", "monitoring", "security"):
        assert (ROOT / "sceptre" / "templates" / f"{name}.yaml").is_file()
        assert (ROOT / "templates" / f"{name}.yaml.j2").is_file()


def test_binary_is_built_from_the_named_crates():
    text = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    used, for_tests = text.partition("[dependencies]")[2].split("[dev-dependencies]")
    for crate in ("clap", "serde_yaml", "minijinja", "serde", "jsonschema", "anyhow", "tempfile"):
        assert re.search(rf"(?m)^{crate} = ", used), crate
    assert re.search(r"(?m)^assert_cmd = ", for_tests)


def test_continuous_integration_runs_the_rust_tests_and_cfn_lint():
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [recipe] = re.findall(r"(?m)^test:.*\n((?:\t.*\n)+)", makefile)
    assert "cargo test" in recipe
    assert "cargo clippy" in recipe and "-D warnings" in recipe
    assert re.search(r"cfn-lint .*--template \$\(TEMPLATES\)", recipe)
    assert "TEMPLATES = $(shell find sceptre/templates -name '*.yaml'" in makefile
