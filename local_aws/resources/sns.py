"""AWS::SNS"""

import json
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType, as_list


def _text(value: Any) -> str:
    """Topic attributes are text, whatever the template says."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


class Topic(ResourceType):
    name = "AWS::SNS::Topic"
    settings = ("ContentBasedDeduplication", "DisplayName", "FifoTopic", "KmsMasterKeyId",
                "SignatureVersion", "TracingConfig")  # fmt: skip
    properties = {*settings, "Subscription", "Tags", "TopicName"}

    def create(self, r: Request) -> str:
        sns, name = r.aws.client("sns"), r.name("TopicName", 256)
        if r.properties.get("FifoTopic") and not name.endswith(".fifo"):
            name += ".fifo"
        arn = r.aws.arn("sns", name)
        if any(topic["TopicArn"] == arn for topic in sns.list_topics()["Topics"]):
            # CreateTopic would take the existing one over.
            raise Refused(f"Topic {name} already exists", "AlreadyExists")
        attributes = {key: _text(r.properties[key]) for key in self.settings if key in r.properties}
        arn = sns.create_topic(Name=name, Attributes=attributes, Tags=as_list(r.tags()))["TopicArn"]
        for subscription in r.properties.get("Subscription", []):
            sns.subscribe(TopicArn=arn, **subscription)
        return str(arn)

    def update(self, r: Request) -> None:
        sns = r.aws.client("sns")
        for key in self.settings:
            if r.changed(key):
                value = _text(r.properties.get(key, ""))
                sns.set_topic_attributes(TopicArn=r.physical_id, AttributeName=key, AttributeValue=value)
        changed, gone = r.tag_changes()
        if gone:
            sns.untag_resource(ResourceArn=r.physical_id, TagKeys=gone)
        if changed:
            sns.tag_resource(ResourceArn=r.physical_id, Tags=as_list(changed))
        if r.changed("Subscription"):
            self._resubscribe(r)

    def delete(self, r: Request) -> None:
        r.aws.client("sns").delete_topic(TopicArn=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {
            "TopicArn": r.physical_id,
            "TopicName": r.physical_id.rpartition(":")[2],
            **r.some("DisplayName", "KmsMasterKeyId"),
        }

    def current(self, r: Request) -> dict[str, Any] | None:
        sns = r.aws.client("sns")
        try:
            found = sns.get_topic_attributes(TopicArn=r.physical_id)["Attributes"]
        except sns.exceptions.NotFoundException:
            return None
        return {key: found.get(key) for key in ("DisplayName", "KmsMasterKeyId") if key in r.properties}

    @staticmethod
    def _resubscribe(r: Request) -> None:
        sns = r.aws.client("sns")
        wanted = r.properties.get("Subscription", [])
        before = r.previous.get("Subscription", [])
        for subscription in sns.list_subscriptions_by_topic(TopicArn=r.physical_id)["Subscriptions"]:
            as_declared = {key: subscription[key] for key in ("Endpoint", "Protocol")}
            pending = subscription["SubscriptionArn"] == "PendingConfirmation"
            if as_declared in before and as_declared not in wanted and not pending:
                sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        for subscription in wanted:
            if subscription not in before:
                sns.subscribe(TopicArn=r.physical_id, **subscription)


class Subscription(ResourceType):
    name = "AWS::SNS::Subscription"
    settings = ("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery",
                "RedrivePolicy", "SubscriptionRoleArn")  # fmt: skip
    properties = {*settings, "Endpoint", "Protocol", "TopicArn"}

    def create(self, r: Request) -> str:
        attributes = {key: _text(r.properties[key]) for key in self.settings if key in r.properties}
        answer = r.aws.client("sns").subscribe(
            **r.some("TopicArn", "Protocol", "Endpoint"), Attributes=attributes, ReturnSubscriptionArn=True
        )
        return str(answer["SubscriptionArn"])

    def update(self, r: Request) -> None:
        for key in self.settings:
            if r.changed(key):
                r.aws.client("sns").set_subscription_attributes(
                    SubscriptionArn=r.physical_id,
                    AttributeName=key,
                    AttributeValue=_text(r.properties.get(key, "")),
                )

    def delete(self, r: Request) -> None:
        sns = r.aws.client("sns")
        try:
            sns.unsubscribe(SubscriptionArn=r.physical_id)
        except sns.exceptions.InvalidParameterException:
            pass  # Nobody has confirmed it. CloudFormation leaves it behind; it goes with its topic.

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": r.physical_id}


class TopicPolicy(ResourceType):
    name = "AWS::SNS::TopicPolicy"
    properties = {"PolicyDocument", "Topics"}

    def create(self, r: Request) -> str:
        self._put(r, r.properties["Topics"], r.properties["PolicyDocument"])
        return r.name("")

    def update(self, r: Request) -> None:
        self._put(r, [t for t in r.previous["Topics"] if t not in r.properties["Topics"]], None)
        self._put(r, r.properties["Topics"], r.properties["PolicyDocument"])

    def delete(self, r: Request) -> None:
        self._put(r, r.properties["Topics"], None)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Id": r.physical_id}

    @staticmethod
    def _put(r: Request, topics: list[str], document: Any) -> None:
        """Without a document the topic gets back the policy that every new topic has."""
        for topic in topics:
            policy = document or {
                "Version": "2008-10-17",
                "Id": "__default_policy_ID",
                "Statement": [
                    {
                        "Sid": "__default_statement_ID",
                        "Effect": "Allow",
                        "Principal": {"AWS": "*"},
                        "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission",
                                   "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe",
                                   "SNS:ListSubscriptionsByTopic", "SNS:Publish"],
                        "Resource": topic,
                        "Condition": {"StringEquals": {"AWS:SourceOwner": r.aws.account_id}},
                    }
                ],
            }  # fmt: skip
            r.aws.client("sns").set_topic_attributes(
                TopicArn=topic, AttributeName="Policy", AttributeValue=_text(policy)
            )
