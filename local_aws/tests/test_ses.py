import base64
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest

from .conftest import Stack, refused

IDENTITY = """
Parameters: {Domain: {Type: String}}
Resources:
  Identity:
    Type: AWS::SES::EmailIdentity
    Properties:
      EmailIdentity: !Ref Domain
      MailFromAttributes: {MailFromDomain: !Sub 'bounce.${Domain}', BehaviorOnMxFailure: REJECT_MESSAGE}
      FeedbackAttributes: {EmailForwardingEnabled: false}
      ConfigurationSetAttributes: {ConfigurationSetName: !Ref Set}
      Tags: [{Key: Project, Value: ses}]
  Set:
    Type: AWS::SES::ConfigurationSet
    Properties:
      DeliveryOptions: {TlsPolicy: REQUIRE}
      ReputationOptions: {ReputationMetricsEnabled: true}
      SuppressionOptions: {SuppressedReasons: [BOUNCE, COMPLAINT]}
Outputs: {Token: {Value: !GetAtt Identity.DkimDNSTokenName1}}
"""
DESTINATION = """
Resources:
  Set: {Type: AWS::SES::ConfigurationSet}
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: [ses.amazonaws.com, firehose.amazonaws.com]}
            Action: sts:AssumeRole
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
      Policies:
        - PolicyName: publish
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Action: 'firehose:PutRecordBatch', Resource: '*'}]
  Stream:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties: {ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt Bucket.Arn, RoleARN: !GetAtt Role.Arn}}
  Destination:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Set
      EventDestination: {Name: %s, Enabled: true, MatchingEventTypes: %s, %s}
"""
FIREHOSE = "KinesisFirehoseDestination: {DeliveryStreamARN: !GetAtt Stream.Arn, IAMRoleARN: !GetAtt Role.Arn}"
METRICS = (
    "CloudWatchDestination: {DimensionConfigurations: [{DimensionName: 'ses:configuration-set', "
    "DimensionValueSource: %s, DefaultDimensionValue: none}]}"
)


def destinations(aws: Any, stack: Stack) -> list[dict[str, Any]]:
    name = stack.physical_id("Set")
    return list(aws.sesv2.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"])


def listed(aws: Any, domain: str) -> tuple[str, bool]:
    found = {each["IdentityName"]: each for each in aws.sesv2.list_email_identities()["EmailIdentities"]}
    return found[domain]["VerificationStatus"], found[domain]["SendingEnabled"]


def test_an_identity(aws: Any, stack: Stack) -> None:
    domain = f"{stack.name}.example.com"
    stack.create(IDENTITY, {"Domain": domain})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.sesv2.get_email_identity(EmailIdentity=domain)
    assert found["IdentityType"] == "DOMAIN"
    assert found["FeedbackForwardingStatus"] is False
    assert found["MailFromAttributes"] == {
        "MailFromDomain": f"bounce.{domain}", "MailFromDomainStatus": "PENDING", "BehaviorOnMxFailure": "REJECT_MESSAGE"
    }  # fmt: skip
    assert found["ConfigurationSetName"] == stack.physical_id("Set")
    assert found["Tags"] == [{"Key": "Project", "Value": "ses"}]
    # Without a DKIM property SES begins with keys of its own, and waits for their records.
    assert found["DkimAttributes"]["SigningAttributesOrigin"] == "AWS_SES"
    assert (found["VerificationStatus"], found["VerifiedForSendingStatus"]) == ("PENDING", False)
    assert listed(aws, domain) == ("PENDING", False)
    assert stack.outputs["Token"].endswith(f"._domainkey.{domain}")


def test_an_identity_changes_in_place_and_is_replaced_under_another_name(aws: Any, stack: Stack) -> None:
    old, new = f"{stack.name}-a.example.com", f"{stack.name}-b.example.com"
    stack.create(IDENTITY, {"Domain": old})
    changed = IDENTITY.replace("      FeedbackAttributes: {EmailForwardingEnabled: false}\n", "").replace(
        "Value: ses", "Value: other"
    )
    stack.update(changed, {"Domain": old})
    found = aws.sesv2.get_email_identity(EmailIdentity=old)
    assert found["FeedbackForwardingStatus"] is True
    assert found["Tags"] == [{"Key": "Project", "Value": "other"}]
    stack.update(changed, {"Domain": new})
    assert "NotFoundException" in refused(aws.sesv2.get_email_identity, EmailIdentity=old)
    stack.delete()
    assert "NotFoundException" in refused(aws.sesv2.get_email_identity, EmailIdentity=new)


def test_a_configuration_set_that_does_not_exist(stack: Stack) -> None:
    template = IDENTITY.replace("ConfigurationSetName: !Ref Set", "ConfigurationSetName: nowhere")
    stack.create(template, {"Domain": f"{stack.name}.example.com"})
    assert "Configuration set <nowhere> does not exist." in stack.reasons()


def test_a_mail_from_domain_elsewhere_is_refused(stack: Stack) -> None:
    template = IDENTITY.replace("bounce.${Domain}", "bounce.example.org")
    stack.create(template, {"Domain": f"{stack.name}.example.com"})
    assert "is not subdomain of the domain of the identity" in stack.reasons()


def test_own_dkim_keys(aws: Any, stack: Stack) -> None:
    domain = f"{stack.name}.example.com"
    stack.create(IDENTITY, {"Domain": domain})

    def put(**attributes: str) -> Any:
        return aws.sesv2.put_email_identity_dkim_signing_attributes(
            EmailIdentity=domain, SigningAttributesOrigin="EXTERNAL", SigningAttributes=attributes
        )

    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    pair = aws.kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048")
    private = base64.b64encode(pair["PrivateKeyPlaintext"]).decode()
    aws.sesv2.put_email_identity_dkim_attributes(EmailIdentity=domain, SigningEnabled=False)
    put(DomainSigningSelector="s2026", DomainSigningPrivateKey=private)
    found = aws.sesv2.get_email_identity(EmailIdentity=domain)
    assert found["DkimAttributes"]["SigningAttributesOrigin"] == "EXTERNAL"
    assert found["DkimAttributes"]["Tokens"] == ["s2026"]
    assert (found["VerificationStatus"], found["VerifiedForSendingStatus"]) == ("SUCCESS", True)
    assert listed(aws, domain) == ("SUCCESS", True)
    assert found["DkimAttributes"]["SigningEnabled"] is False  # a key does not switch signing on
    assert "domainSigningSelector" in refused(put, DomainSigningSelector="a.b", DomainSigningPrivateKey=private)
    assert "domainSigningPrivateKey" in refused(put, DomainSigningSelector="s", DomainSigningPrivateKey="-----BEGIN")
    assert "not one of RSA" in refused(put, DomainSigningSelector="s", DomainSigningPrivateKey="TUlJQg==")
    public = base64.b64encode(pair["PublicKey"]).decode()
    assert "not one of RSA" in refused(put, DomainSigningSelector="s", DomainSigningPrivateKey=public)
    assert "needs a selector and a private key" in refused(put, DomainSigningSelector="s")
    assert aws.sesv2.get_email_identity(EmailIdentity=domain)["DkimAttributes"]["Tokens"] == ["s2026"]
    easy = {"EmailIdentity": domain, "SigningAttributesOrigin": "AWS_SES"}
    back = aws.sesv2.put_email_identity_dkim_signing_attributes
    assert "for EXTERNAL only" in refused(back, SigningAttributes={"DomainSigningSelector": "s"}, **easy)
    back(SigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"}, **easy)
    found = aws.sesv2.get_email_identity(EmailIdentity=domain)["DkimAttributes"]
    assert (found["SigningAttributesOrigin"], len(found["Tokens"])) == ("AWS_SES", 3)


def test_a_configuration_set(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Set:
        Type: AWS::SES::ConfigurationSet
        Properties: {Name: %s, %s Tags: [{Key: a, Value: %s}]}
    """
    stack.create(template % (stack.name, "SuppressionOptions: {SuppressedReasons: [BOUNCE]},", "b"))
    found = aws.sesv2.get_configuration_set(ConfigurationSetName=stack.name)
    assert found["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE"]}
    assert found["SendingOptions"] == {"SendingEnabled": True}
    stack.update(template % (stack.name, "SendingOptions: {SendingEnabled: false},", "c"))
    found = aws.sesv2.get_configuration_set(ConfigurationSetName=stack.name)
    assert "SuppressionOptions" not in found
    assert found["SendingOptions"] == {"SendingEnabled": False}
    assert found["Tags"] == [{"Key": "a", "Value": "c"}]
    stack.delete()
    assert "NotFoundException" in refused(aws.sesv2.get_configuration_set, ConfigurationSetName=stack.name)


def test_names_with_dots_are_refused(stack: Stack) -> None:
    stack.create("Resources: {Set: {Type: AWS::SES::ConfigurationSet, Properties: {Name: a.b}}}")
    assert "#/Name: failed validation constraint for keyword [pattern]" in stack.reasons()


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        (FIREHOSE, "KinesisFirehoseDestination"),
        (METRICS % "MESSAGE_TAG", "CloudWatchDestination"),
        (METRICS % "messageTag", "CloudWatchDestination"),
        ("SnsDestination: {TopicARN: !Ref Topic}", "SnsDestination"),
        (
            "EventBridgeDestination: {EventBusArn: 'arn:aws:events:ap-northeast-1:123456789012:event-bus/default'}",
            "EventBridgeDestination",
        ),
    ],
)
def test_each_kind_of_event_destination(aws: Any, stack: Stack, declared: str, kind: str) -> None:
    stack.create(DESTINATION % ("one", "[SEND, renderingFailure]", declared))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    (found,) = destinations(aws, stack)
    assert (found["Name"], found["Enabled"]) == ("one", True)
    assert found["MatchingEventTypes"] == ["SEND", "RENDERING_FAILURE"]
    assert kind in found
    if kind == "CloudWatchDestination":
        assert found[kind]["DimensionConfigurations"][0]["DimensionValueSource"] == "MESSAGE_TAG"
    assert stack.physical_id("Destination") == f"one|{stack.physical_id('Set')}"


def test_an_event_destination_changes_and_goes(aws: Any, stack: Stack) -> None:
    stack.create(DESTINATION % ("one", "[SEND]", FIREHOSE))
    stack.update(DESTINATION % ("one", "[SEND, BOUNCE]", FIREHOSE))
    assert destinations(aws, stack)[0]["MatchingEventTypes"] == ["SEND", "BOUNCE"]
    stack.update(DESTINATION % ("two", "[SEND]", FIREHOSE))
    assert [found["Name"] for found in destinations(aws, stack)] == ["two"]
    without = DESTINATION[: DESTINATION.index("  Destination:")]
    stack.update(without)
    assert destinations(aws, stack) == []


@pytest.mark.parametrize(
    ("types", "declared", "problem"),
    [
        ("[SEND]", f"{FIREHOSE}, SnsDestination: {{TopicARN: !Ref Topic}}", "Exactly one destination"),
        ("[SEND]", "Enabled: false", "Exactly one destination"),
        ("[SENT]", FIREHOSE, "Value 'SENT' at 'eventDestination.matchingEventTypes.1.member' failed"),
        ("[]", FIREHOSE, "At least one event type"),
        ("[SEND]", FIREHOSE.replace("!GetAtt Stream.Arn", "!Sub '${Stream.Arn}x'"), "Delivery stream"),
        ("[SEND]", FIREHOSE.replace("!GetAtt Role.Arn", "!Sub '${Role.Arn}x'"), "Could not assume IAM role"),
        ("[SEND]", "SnsDestination: {TopicARN: !Sub '${Topic}x'}", "not found"),
        ("[SEND]", "EventBridgeDestination: {EventBusArn: 'arn:aws:events:ap-northeast-1:123456789012:event-bus/own'}",
         "Only the default event bus"),
        ("[SEND]", METRICS % "emailAddress", "DimensionValueSource"),
    ],
)  # fmt: skip
def test_event_destinations_that_ses_refuses(stack: Stack, types: str, declared: str, problem: str) -> None:
    template = DESTINATION % ("one", types, declared)
    stack.create(template.replace("Enabled: true, ", "") if declared == "Enabled: false" else template)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert problem in stack.reasons()


@pytest.fixture
def account(aws: Any) -> Iterator[dict[str, Any]]:
    """GetAccount's answer; put back after the test."""
    found = aws.sesv2.get_account()
    before = {key: value for key, value in found.items() if key != "ResponseMetadata"}
    yield before
    aws.set_ses_account(**before)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Service: [ses.amazonaws.com, firehose", "Service: [firehose", "Could not assume IAM role"),
        ("aws:SourceAccount: !Ref AWS::AccountId", "aws:SourceAccount: '999999999999'", "assume"),
        ("firehose:PutRecordBatch", "firehose:PutRecord", "may not put records"),
        ("Resource: '*'", "Resource: 'arn:aws:firehose:*:*:deliverystream/another'", "may not put records"),
    ],
)
def test_a_role_that_ses_cannot_use(stack: Stack, old: str, new: str, problem: str) -> None:
    template = DESTINATION % ("one", "[SEND]", FIREHOSE)
    assert old in template
    stack.create(template.replace(old, new))
    assert problem in stack.reasons()


# The role comes last: its policy names the stream, so nothing else is waited for.
YOUNG = (
    DESTINATION.replace("RoleARN: !GetAtt Role.Arn}}", "RoleARN: !GetAtt Other.Arn}}")
    .replace("Resource: '*'", "Resource: !GetAtt Stream.Arn")
    .replace("  Destination:", """  Other:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: sts:AssumeRole}]
  Destination:""")
)  # fmt: skip


def test_a_role_is_not_there_for_ses_the_moment_it_is_made(stack: Stack) -> None:
    stack.create(YOUNG % ("one", "[SEND]", FIREHOSE))
    assert "Could not assume IAM role" in stack.reasons()


def test_a_role_that_was_made_while_something_else_was_is_there(aws: Any, stack: Stack) -> None:
    by_name = "Resource: 'arn:aws:firehose:*:*:deliverystream/*'"
    stack.create(YOUNG.replace("Resource: !GetAtt Stream.Arn", by_name) % ("one", "[SEND]", FIREHOSE))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    # Changed alone, the destination waits for nothing that is new.
    stack.update(YOUNG.replace("Resource: !GetAtt Stream.Arn", by_name) % ("one", "[SEND, BOUNCE]", FIREHOSE))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()


def test_an_account_out_of_the_sandbox(account: dict[str, Any]) -> None:
    assert account["ProductionAccessEnabled"] is account["SendingEnabled"] is True
    assert account["EnforcementStatus"] == "HEALTHY"
    assert account["SendQuota"] == {"Max24HourSend": 10_000_000, "MaxSendRate": 200, "SentLast24Hours": 0}


def test_an_account_that_aws_pauses(aws: Any, account: dict[str, Any]) -> None:
    aws.set_ses_account(EnforcementStatus="SHUTDOWN", SendingEnabled=False, SendQuota={"MaxSendRate": 1})
    found = aws.sesv2.get_account()
    assert (found["EnforcementStatus"], found["SendingEnabled"]) == ("SHUTDOWN", False)
    assert found["SendQuota"] == account["SendQuota"] | {"MaxSendRate": 1}
    assert found["ProductionAccessEnabled"] is True
    with pytest.raises(HTTPError):
        aws.set_ses_account(Colour="red")


def test_an_account_that_its_owner_pauses(aws: Any, account: dict[str, Any]) -> None:
    aws.sesv2.put_account_sending_attributes(SendingEnabled=False)
    assert aws.sesv2.get_account()["SendingEnabled"] is False
    aws.sesv2.put_account_sending_attributes(SendingEnabled=True)
    assert aws.sesv2.get_account()["SendingEnabled"] is True
