"""AWS::SES"""

from copy import deepcopy
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType, as_list
from .shape import renamed

EVENT_TYPES = {  # CloudFormation takes the names of the first API as well
    "renderingFailure": "RENDERING_FAILURE",
    "deliveryDelay": "DELIVERY_DELAY",
}
SOURCES = {"messageTag": "MESSAGE_TAG", "emailHeader": "EMAIL_HEADER", "linkTag": "LINK_TAG"}


def _retag(r: Request, kind: str) -> None:
    ses, arn = r.aws.client("sesv2"), r.aws.arn("ses", f"{kind}/{r.physical_id}")
    changed, gone = r.tag_changes()
    if gone:
        ses.untag_resource(ResourceArn=arn, TagKeys=gone)
    if changed:
        ses.tag_resource(ResourceArn=arn, Tags=as_list(changed))


class EmailIdentity(ResourceType):
    name = "AWS::SES::EmailIdentity"
    properties = {
        "ConfigurationSetAttributes", "DkimAttributes", "DkimSigningAttributes", "EmailIdentity",
        "FeedbackAttributes", "MailFromAttributes", "Tags",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        request = {"EmailIdentity": r.properties["EmailIdentity"], "Tags": as_list(r.tags())}
        if signing := r.properties.get("DkimSigningAttributes"):
            request["DkimSigningAttributes"] = signing
        r.aws.client("sesv2").create_email_identity(**request)
        r.physical_id = r.properties["EmailIdentity"]
        self._apply(r)
        return r.physical_id

    def update(self, r: Request) -> None:
        if r.changed("DkimSigningAttributes"):
            signing = r.properties.get("DkimSigningAttributes", {})
            own = "DomainSigningPrivateKey" in signing
            r.aws.client("sesv2").put_email_identity_dkim_signing_attributes(
                EmailIdentity=r.physical_id,
                SigningAttributesOrigin="EXTERNAL" if own else "AWS_SES",
                **({"SigningAttributes": signing} if signing else {}),
            )
        self._apply(r)
        _retag(r, "identity")

    def delete(self, r: Request) -> None:
        r.aws.client("sesv2").delete_email_identity(EmailIdentity=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        dkim = r.aws.client("sesv2").get_email_identity(EmailIdentity=r.physical_id)["DkimAttributes"]
        tokens = dkim.get("Tokens", []) if dkim["SigningAttributesOrigin"] == "AWS_SES" else []
        values = {}
        for number in (1, 2, 3):
            token = tokens[number - 1] if tokens else ""
            values[f"DkimDNSTokenName{number}"] = f"{token}._domainkey.{r.physical_id}" if token else ""
            values[f"DkimDNSTokenValue{number}"] = f"{token}.dkim.amazonses.com" if token else ""
        return values

    def current(self, r: Request) -> dict[str, Any] | None:
        ses = r.aws.client("sesv2")
        try:
            found = ses.get_email_identity(EmailIdentity=r.physical_id)
        except ses.exceptions.NotFoundException:
            return None
        mail_from = {k: v for k, v in found["MailFromAttributes"].items() if k != "MailFromDomainStatus"}
        seen = {
            "FeedbackAttributes": {"EmailForwardingEnabled": found["FeedbackForwardingStatus"]},
            "MailFromAttributes": mail_from,
            "ConfigurationSetAttributes": {"ConfigurationSetName": found.get("ConfigurationSetName")},
        }
        return {key: value for key, value in seen.items() if key in r.properties}

    def _apply(self, r: Request) -> None:
        ses, name = r.aws.client("sesv2"), r.physical_id
        if r.changed("MailFromAttributes"):
            ses.put_email_identity_mail_from_attributes(
                EmailIdentity=name, **r.properties.get("MailFromAttributes", {})
            )
        if r.changed("FeedbackAttributes"):
            feedback = r.properties.get("FeedbackAttributes", {}).get("EmailForwardingEnabled", True)
            ses.put_email_identity_feedback_attributes(EmailIdentity=name, EmailForwardingEnabled=feedback)
        if r.changed("ConfigurationSetAttributes"):
            ses.put_email_identity_configuration_set_attributes(
                EmailIdentity=name, **r.properties.get("ConfigurationSetAttributes", {})
            )
        if r.changed("DkimAttributes"):
            signing = r.properties.get("DkimAttributes", {}).get("SigningEnabled", True)
            ses.put_email_identity_dkim_attributes(EmailIdentity=name, SigningEnabled=signing)


class ConfigurationSet(ResourceType):
    name = "AWS::SES::ConfigurationSet"
    properties = {
        "DeliveryOptions", "Name", "ReputationOptions", "SendingOptions", "SuppressionOptions",
        "Tags", "TrackingOptions", "VdmOptions",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        name = r.name("Name", 64)
        r.aws.client("sesv2").create_configuration_set(
            ConfigurationSetName=name, Tags=as_list(r.tags()),
            **r.some("DeliveryOptions", "ReputationOptions", "SendingOptions", "SuppressionOptions",
                     "TrackingOptions", "VdmOptions"),
        )  # fmt: skip
        return name

    def update(self, r: Request) -> None:
        ses, target = r.aws.client("sesv2"), {"ConfigurationSetName": r.physical_id}
        new = r.properties
        if r.changed("DeliveryOptions"):
            ses.put_configuration_set_delivery_options(**target, **new.get("DeliveryOptions", {}))
        if r.changed("ReputationOptions"):
            options = new.get("ReputationOptions", {"ReputationMetricsEnabled": False})
            ses.put_configuration_set_reputation_options(**target, **options)
        if r.changed("SendingOptions"):
            options = new.get("SendingOptions", {"SendingEnabled": True})
            ses.put_configuration_set_sending_options(**target, **options)
        if r.changed("SuppressionOptions"):
            ses.put_configuration_set_suppression_options(**target, **new.get("SuppressionOptions", {}))
        if r.changed("TrackingOptions"):
            ses.put_configuration_set_tracking_options(**target, **new.get("TrackingOptions", {}))
        if r.changed("VdmOptions"):
            ses.put_configuration_set_vdm_options(**target, VdmOptions=new.get("VdmOptions", {}))
        _retag(r, "configuration-set")

    def delete(self, r: Request) -> None:
        r.aws.client("sesv2").delete_configuration_set(ConfigurationSetName=r.physical_id)

    def current(self, r: Request) -> dict[str, Any] | None:
        ses = r.aws.client("sesv2")
        try:
            found = ses.get_configuration_set(ConfigurationSetName=r.physical_id)
        except ses.exceptions.NotFoundException:
            return None
        return {key: found.get(key) for key in self.properties - {"Name", "Tags"} if key in r.properties}


class EventDestination(ResourceType):
    name = "AWS::SES::ConfigurationSetEventDestination"
    properties = {"ConfigurationSetName", "EventDestination"}

    def create(self, r: Request) -> str:
        name = r.properties["EventDestination"].get("Name") or r.name("", 64)
        self._refuse_young_role(r)
        r.aws.client("sesv2").create_configuration_set_event_destination(
            **self._target(r, name), EventDestination=self._definition(r)
        )
        return f"{name}|{r.properties['ConfigurationSetName']}"

    def update(self, r: Request) -> None:
        self._refuse_young_role(r)
        r.aws.client("sesv2").update_configuration_set_event_destination(
            **self._target(r, r.physical_id.split("|")[0]), EventDestination=self._definition(r)
        )

    def delete(self, r: Request) -> None:
        r.aws.client("sesv2").delete_configuration_set_event_destination(
            **self._target(r, r.physical_id.split("|")[0])
        )

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Id": r.physical_id.split("|")[0]}

    def replaced_by(self, r: Request) -> list[str]:
        old, new = r.previous["EventDestination"], r.properties["EventDestination"]
        return ["EventDestination.Name"] if old.get("Name") != new.get("Name") else []

    @staticmethod
    def _refuse_young_role(r: Request) -> None:
        """SES takes the role when the destination is made, and does not find one that is a moment old.

        IAM guide, "Changes that I make are not always immediately visible"; reports of users of SES: "Could not assume
        IAM role".
        """
        arn = r.properties["EventDestination"].get("KinesisFirehoseDestination", {}).get("IAMRoleARN", "")
        role = arn.rpartition("/")[2]
        for kind, physical_id, properties in r.just_made:
            if (kind == "AWS::IAM::Role" and physical_id == role) or role in properties.get("Roles", []):
                raise Refused(f"Could not assume IAM role <{arn}>.")

    @staticmethod
    def _target(r: Request, name: str) -> dict[str, str]:
        return {"ConfigurationSetName": r.properties["ConfigurationSetName"], "EventDestinationName": name}

    @staticmethod
    def _definition(r: Request) -> dict[str, Any]:
        given = deepcopy(r.properties["EventDestination"])  # what the stack remembers stays as declared
        given.pop("Name", None)
        given["MatchingEventTypes"] = [
            EVENT_TYPES.get(name, name.upper()) for name in given["MatchingEventTypes"]
        ]
        for dimension in given.get("CloudWatchDestination", {}).get("DimensionConfigurations", []):
            source = dimension["DimensionValueSource"]
            dimension["DimensionValueSource"] = SOURCES.get(source, source)
        names = {"DeliveryStreamARN": "DeliveryStreamArn", "IAMRoleARN": "IamRoleArn", "TopicARN": "TopicArn"}
        return renamed(given, names)  # type: ignore[no-any-return]
