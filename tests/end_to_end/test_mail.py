"""SES: the shared identity, the configuration sets and where their events go."""

from .aws import ACCOUNT, PROD, Aws, Environment, arn

EVENT_TYPES = ["SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY"]


def configuration_set(aws: Aws, environment: Environment) -> dict:
    return aws.sesv2.get_configuration_set(ConfigurationSetName=environment.named("config"))


def test_both_environments_send_with_one_identity(aws: Aws) -> None:
    identities = aws.sesv2.list_email_identities()["EmailIdentities"]
    assert [(found["IdentityName"], found["IdentityType"]) for found in identities] == [("goo.ne.jp", "DOMAIN")]


def test_the_identity(aws: Aws) -> None:
    identity = aws.sesv2.get_email_identity(EmailIdentity="goo.ne.jp")
    assert identity["MailFromAttributes"]["MailFromDomain"] == "bounce.goo.ne.jp"
    assert identity["MailFromAttributes"]["BehaviorOnMxFailure"] == "USE_DEFAULT_VALUE"
    assert identity["FeedbackForwardingStatus"] is False
    assert identity["ConfigurationSetName"] == "ses-prod-config"
    assert identity["DkimAttributes"]["SigningEnabled"] is True
    assert PROD.has_its_tags(identity["Tags"], "SES"), identity["Tags"]


def test_each_environment_has_a_configuration_set(aws: Aws) -> None:
    names = aws.sesv2.list_configuration_sets()["ConfigurationSets"]
    assert sorted(names) == ["ses-dev-config", "ses-prod-config"]


def test_mail_leaves_encrypted_only(aws: Aws, environment: Environment) -> None:
    assert configuration_set(aws, environment)["DeliveryOptions"]["TlsPolicy"] == "REQUIRE"


def test_addresses_that_bounce_or_complain_get_no_more_mail(aws: Aws, environment: Environment) -> None:
    reasons = configuration_set(aws, environment)["SuppressionOptions"]["SuppressedReasons"]
    assert sorted(reasons) == ["BOUNCE", "COMPLAINT"]


def test_sending_and_reputation_metrics_are_on(aws: Aws, environment: Environment) -> None:
    found = configuration_set(aws, environment)
    assert found["SendingOptions"]["SendingEnabled"] is True
    assert found["ReputationOptions"]["ReputationMetricsEnabled"] is True


def test_the_configuration_set_is_tagged(aws: Aws, environment: Environment) -> None:
    tags = configuration_set(aws, environment)["Tags"]
    assert environment.has_its_tags(tags, "SES"), tags


def test_events_go_to_both_streams_and_to_cloudwatch(aws: Aws, environment: Environment) -> None:
    found = aws.sesv2.get_configuration_set_event_destinations(ConfigurationSetName=environment.named("config"))
    destinations = {destination.pop("Name"): destination for destination in found["EventDestinations"]}
    role = f"arn:aws:iam::{ACCOUNT}:role/{environment.named('event-publishing')}"
    for destination in destinations.values():
        assert destination.pop("Enabled") is True
        assert sorted(destination.pop("MatchingEventTypes")) == sorted(EVENT_TYPES)
    assert destinations == {
        f"{kind}-event-destination": {
            "KinesisFirehoseDestination": {
                "IamRoleArn": role,
                "DeliveryStreamArn": arn("firehose", f"deliverystream/{environment.named(f'{kind}-logs-stream')}"),
            }
        }
        for kind in ("raw", "masked")
    } | {
        "cloudwatch-event-destination": {
            "CloudWatchDestination": {
                "DimensionConfigurations": [
                    {
                        "DimensionName": "ses:configuration-set",
                        "DimensionValueSource": "MESSAGE_TAG",
                        "DefaultDimensionValue": "none",
                    }
                ]
            }
        }
    }
