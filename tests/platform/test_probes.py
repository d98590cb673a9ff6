"""How the program asks AWS for a resource, against AWS's own model of its API (botocore) and the registry's schemas (cfn-lint)."""

import json
from typing import Any

import boto3
import pytest
from botocore.validate import validate_parameters

from local_aws.cloudformation import schema

from .cloudformation import ROOT

PROBES = json.loads((ROOT / "src/account/probes.json").read_text(encoding="utf-8"))
# Codes that the model does not list: HeadBucket answers without a body, so they are HTTP statuses (S3 API Reference,
# "HeadBucket"); SQS keeps the codes of its older protocol beside the new ones (SQS Developer Guide, "AWS JSON protocol in
# Amazon SQS", `x-amzn-query-error`).
NOT_IN_THE_MODEL = {
    "head_bucket": {"404", "403", "NoSuchBucket", "AccessDenied"},
    "get_bucket_policy": {"NoSuchBucket", "NoSuchBucketPolicy"},  # S3 API Reference, "Error responses"
    "get_queue_url": {"AWS.SimpleQueueService.NonExistentQueue"},
}


def ids(probe: dict[str, Any]) -> str:
    return probe["kind"]


def model(probe: dict[str, Any]) -> Any:
    client = boto3.client(probe["service"], region_name="ap-northeast-1")
    return client.meta.service_model.operation_model(client.meta.method_to_api_mapping[probe["operation"]])


def at(shape: Any, place: str) -> Any:
    for name in place.strip("/").split("/"):
        shape = shape.value if shape.type_name == "map" else shape.members[name]
    return shape


@pytest.mark.parametrize("probe", PROBES, ids=ids)
def test_a_call_only_reads_and_is_what_the_api_takes(probe: dict[str, Any]) -> None:
    assert probe["operation"].startswith(("get_", "describe_", "head_"))
    text = json.dumps(probe["parameters"])
    parameters = json.loads(text.replace("{name}", "name").replace("{arn}", "arn:aws:iam::123456789012:policy/name"))
    validate_parameters(parameters, model(probe).input_shape)


@pytest.mark.parametrize("probe", PROBES, ids=ids)
def test_what_is_missing_is_an_error_or_an_empty_list(probe: dict[str, Any]) -> None:
    operation = model(probe)
    codes = {
        code
        for shape in operation.error_shapes
        for code in (shape.name, shape.metadata.get("error", {}).get("code"))
        if code
    }
    wanted = {*probe.get("missing", []), *probe.get("foreign", [])}
    assert wanted - NOT_IN_THE_MODEL.get(probe["operation"], set()) <= codes
    for name, key in probe.get("lists", {}).items():
        assert key in operation.output_shape.members[name].member.members
    assert bool(probe.get("missing")) != bool(probe.get("lists"))


@pytest.mark.parametrize("probe", PROBES, ids=ids)
def test_the_places_in_an_answer_are_there(probe: dict[str, Any]) -> None:
    answer = model(probe).output_shape
    if probe.get("lists"):
        (name,) = [*probe["lists"]][:1]
        answer = answer.members[name].member
    for place in [*probe.get("identifiers", {}).values(), *filter(None, [probe.get("physical"), probe.get("leaving")])]:
        assert at(answer, place).type_name in ("string", "timestamp")


@pytest.mark.parametrize("probe", PROBES, ids=ids)
def test_every_identifier_of_an_import_is_known(probe: dict[str, Any]) -> None:
    """The primary identifier is the property with the name, or stands in the answer."""
    found = schema.find(probe["kind"])
    assert found
    writable = set(found.document["properties"]) - {
        path.removeprefix("/properties/") for path in found.document.get("readOnlyProperties", [])
    }
    for path in found.document["primaryIdentifier"]:
        name = path.removeprefix("/properties/")
        assert name in probe.get("identifiers", {}) or name in writable, name
