"""What a template comes to: the values that sesame works out offline are those that another engine of CloudFormation, moto's,
gives to the outputs of the stack."""

from __future__ import annotations

import ipaddress
import subprocess
from pathlib import Path

import boto3
import pytest
import yaml
from moto import mock_aws

ROOT = Path(__file__).parents[2]
SESAME = ROOT / ".venv" / "sceptre" / "bin" / "sesame"
REGION = "eu-west-1"

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: dev}
  Names: {Type: CommaDelimitedList}
Mappings:
  Sizes:
    dev: {days: '7', zones: [a, b]}
    prod: {days: '90', zones: [a, b, c]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsLong: !Equals [!FindInMap [Sizes, !Ref Stage, days], '90']
  StartsWithX: !Equals [!Select [0, !Ref Names], x]
  Both: !And [Condition: IsProd, Condition: StartsWithX]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub '${AWS::StackName}-${Stage}-bucket'}
  Topic:
    Type: AWS::SNS::Topic
    Condition: IsProd
    Properties: {TopicName: !Join ['-', [!Ref Stage, topic]]}
Outputs:
  Joined: {Value: !Join ['/', !Ref Names]}
  Selected: {Value: !Select [1, !Ref Names]}
  Split: {Value: !Select [2, !Split ['.', 'one.two.three']]}
  Mapped: {Value: !FindInMap [Sizes, !Ref Stage, days]}
  MappedList: {Value: !Join ['', !FindInMap [Sizes, !Ref Stage, zones]]}
  Chosen: {Value: !If [IsLong, long, short]}
  Nested: {Value: !If [IsProd, !If [Both, both, prod], !If [StartsWithX, x, none]]}
  Text: {Value: !Sub '${Stage} in ${AWS::Region}'}
  Variables: {Value: !Sub ['${A}+${Stage}', {A: !Join ['', [x, y]]}]}
  Name: {Value: !Ref Bucket}
  Partition: {Value: !Ref AWS::Partition}
  Suffix: {Value: !Ref AWS::URLSuffix}
  OnlyProd: {Condition: IsProd, Value: !GetAtt Topic.TopicName}
"""

# moto does not have it.
CIDR = "  Block{index}: {{Value: !Select [{index}, !Cidr ['{block}', {count}, {bits}]]}}\n"


def of_moto(name: str, parameters: dict[str, str]) -> dict[str, str]:
    with mock_aws():
        client = boto3.client("cloudformation", region_name=REGION)
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        client.create_stack(StackName=name, TemplateBody=TEMPLATE, Parameters=given)
        outputs = client.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def of_sesame(folder: Path, parameters: dict[str, str], template: str = TEMPLATE) -> dict[str, str]:
    for path, text in {
        "config/config.yaml": f"project_code: demo\nregion: {REGION}\n",
        "config/a.yaml": yaml.safe_dump({"template": {"path": "a.yaml"}, "parameters": parameters}),
        "templates/a.yaml": template,
    }.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    command = [SESAME, "--dir", folder, "explain", "a.yaml", "Outputs"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    shown = run.stdout.split("value", 1)[1].split("\ntemplate ", 1)[0]
    outputs = yaml.load(shown, yaml.BaseLoader)
    return {name: output["Value"] for name, output in outputs.items() if isinstance(output, dict)}


# moto takes a default of a list apart by letters, so that the list is always given.
@pytest.mark.parametrize("stage", ["dev", "prod"])
@pytest.mark.parametrize("names", ["a,b,c", "x,y"])
def test_outputs(tmp_path: Path, stage: str, names: str) -> None:
    parameters = {"Stage": stage, "Names": names}
    expected = of_moto("demo-a", parameters)
    assert len(expected) == (13 if stage == "prod" else 12)
    found = of_sesame(tmp_path, parameters)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("block", "count", "bits"), [("10.1.0.0/16", 4, 8), ("192.168.0.0/24", 6, 5), ("2001:db8::/56", 3, 64)]
)
def test_blocks(tmp_path: Path, block: str, count: int, bits: int) -> None:
    outputs = (CIDR.format(index=index, block=block, count=count, bits=bits) for index in range(count))
    template = "Resources: {Topic: {Type: AWS::SNS::Topic}}\nOutputs:\n" + "".join(outputs)
    network = ipaddress.ip_network(block)
    subnets = [str(subnet) for subnet, _ in zip(network.subnets(new_prefix=network.max_prefixlen - bits), range(count))]
    assert list(of_sesame(tmp_path, {}, template).values()) == subnets
