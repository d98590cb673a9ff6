"""SNS: a subscription by mail waits until it is confirmed, not so in moto; and policies of topics."""

import json
import re
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription
from moto.sns.responses import SNSResponse

from ..semantics.iam import as_list
from .iam_checks import unknown_principals
from .operation import operation

MAIL = ("email", "email-json")
_subscribe = SNSBackend.subscribe
_answer_to_subscribe = SNSResponse.subscribe
_topic_attributes = SNSResponse.get_topic_attributes


def _pending(subscription: Subscription) -> bool:
    return bool(subscription.attributes["PendingConfirmation"])


def _subscribe_and_wait(self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
    if protocol in MAIL and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", endpoint):
        raise SNSInvalidParameter("Invalid parameter: Email address")
    known = self._find_subscription(topic_arn, endpoint, protocol)
    subscription = _subscribe(self, topic_arn, endpoint, protocol)
    if protocol in MAIL and not known:
        subscription.attributes.update(PendingConfirmation=True, ConfirmationWasAuthenticated=False)
    return subscription


SNSBackend.subscribe = _subscribe_and_wait  # type: ignore[method-assign]


@operation(SNSResponse)
def subscribe(self: SNSResponse) -> ActionResult:
    answer: Any = _answer_to_subscribe(self).result
    pending = _pending(self.backend.subscriptions[answer["SubscriptionArn"]])
    if pending and not self._get_param("ReturnSubscriptionArn"):
        return ActionResult({"SubscriptionArn": "pending confirmation"})
    return ActionResult(answer)


@operation(SNSResponse)
def confirm_subscription(self: SNSResponse) -> ActionResult:
    """No mail is sent that could bring a token: it is the last part of the subscription's ARN."""
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    subscription = self.backend.subscriptions.get(f"{topic.arn}:{self._get_param('Token')}")
    if not subscription:
        raise SNSInvalidParameter("Invalid parameter: Token")
    subscription.attributes["PendingConfirmation"] = False
    # Whoever asks for this signs the request (SNS API Reference, "ConfirmSubscription").
    authenticated = str(self._get_param("AuthenticateOnUnsubscribe")).lower() == "true"
    subscription.attributes["ConfirmationWasAuthenticated"] = authenticated
    return ActionResult({"SubscriptionArn": subscription.arn})


@operation(SNSResponse)
def unsubscribe(self: SNSResponse) -> EmptyResult:
    arn = self._get_param("SubscriptionArn")
    subscription = self.backend.subscriptions.get(arn)
    if subscription and _pending(subscription):
        raise SNSInvalidParameter(
            "Invalid parameter: SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation"
        )
    self.backend.unsubscribe(arn)
    return EmptyResult()


def _listed(subscriptions: list[Subscription], next_token: int | None) -> ActionResult:
    found = [
        {
            "SubscriptionArn": "PendingConfirmation" if _pending(each) else each.arn,
            "Owner": each.owner,
            "Protocol": each.protocol,
            "Endpoint": each.endpoint,
            "TopicArn": each.topic_arn,
        }
        for each in subscriptions
    ]
    return ActionResult({"Subscriptions": found, "NextToken": next_token})


@operation(SNSResponse)
def list_subscriptions(self: SNSResponse) -> ActionResult:
    return _listed(*self.backend.list_subscriptions(next_token=self._get_param("NextToken")))


@operation(SNSResponse)
def list_subscriptions_by_topic(self: SNSResponse) -> ActionResult:
    topic = self._get_param("TopicArn")
    return _listed(*self.backend.list_subscriptions_by_topic(topic, next_token=self._get_param("NextToken")))


@operation(SNSResponse)
def get_topic_attributes(self: SNSResponse) -> ActionResult:
    """moto counts no subscription."""
    answer: Any = _topic_attributes(self).result
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    waiting = [_pending(each) for each in self.backend._get_topic_subscriptions(topic)]
    answer["Attributes"]["SubscriptionsPending"] = waiting.count(True)
    answer["Attributes"]["SubscriptionsConfirmed"] = waiting.count(False)
    return ActionResult(answer)


_set_topic_attribute = SNSBackend.set_topic_attribute


def _set_checked(self: SNSBackend, topic_arn: str, attribute_name: str, attribute_value: str) -> None:
    """SNS guide, "Example cases for Amazon SNS access control"; moto takes any text as a policy."""
    if attribute_name == "policy":
        try:
            statements = as_list(json.loads(attribute_value)["Statement"])
        except (ValueError, KeyError, TypeError):
            raise SNSInvalidParameter("Invalid parameter: Policy failed to parse") from None
        for statement in statements:
            if "Principal" not in statement or unknown_principals(self.account_id, statement["Principal"]):
                raise SNSInvalidParameter("Invalid parameter: Policy Error: PrincipalNotFound")
            if any(not action.lower().startswith("sns:") for action in as_list(statement["Action"])):
                raise SNSInvalidParameter("Invalid parameter: Policy statement action out of service scope!")
            if as_list(statement["Resource"]) != [topic_arn]:
                raise SNSInvalidParameter("Invalid parameter: Policy Error: null")
    _set_topic_attribute(self, topic_arn, attribute_name, attribute_value)


SNSBackend.set_topic_attribute = _set_checked  # type: ignore[method-assign]
