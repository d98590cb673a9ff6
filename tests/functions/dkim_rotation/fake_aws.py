"""The AWS services that the DKIM rotation uses, in memory, with what AWS checks.

What the models do not say (selector and key patterns, EXTERNAL needs both, version numbers, name reuse) is checked here. A `fault` can hit any call: see `Fault`.
"""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ..checked_aws import Call, CheckedAws, Killed, Refusal
from . import keys
from .clock import Clock
from .fake_dns import FakeDns
from .fake_ses import FakeSes, Identity

SELECTOR = re.compile(r"(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9]))")
PRIVATE_KEY = re.compile(r"[a-zA-Z0-9+/]+={0,2}")

Fault = Callable[[str, str, Callable[[], Any]], Any]


class FakeAws(CheckedAws):
    def __init__(self, clock: Clock, dns: FakeDns, domain: str = "goo.ne.jp"):
        self.clock, self.dns, self.domain = clock, dns, domain
        self.fault: Fault | None = None
        self.calls: list[tuple[str, str]] = []
        self.functions: dict[str, Callable[[dict[str, Any], object], Any]] = {}
        self.parameters: dict[str, list[str]] = {}
        self.secrets: dict[str, dict[str, Any]] = {}
        self.pairs_made = 0
        self.mails: list[dict[str, Any]] = []
        self.metrics: dict[str, float] = {}
        self.metrics_at: datetime | None = None
        self.ses = FakeSes(clock, dns, domain)
        self.mail_from_status = "SUCCESS"

    def around(self, call: Call) -> Any:
        self.calls.append((call.service, call.name))
        return self.fault(call.service, call.name, call.answer) if self.fault else call.answer()

    # SSM

    def ssm_get_parameter(self, Name: str) -> dict[str, Any]:
        name, _, version = Name.partition(":")
        versions = self.parameters.get(name)
        if not versions:
            raise Refusal("ParameterNotFound")
        number = int(version) if version else len(versions)
        if not max(1, len(versions) - 99) <= number <= len(versions):
            raise Refusal("ParameterVersionNotFound")
        return {"Parameter": {"Name": name, "Value": versions[number - 1], "Version": number, "Type": "String"}}

    def ssm_put_parameter(self, Name: str, Value: str, Type: str, Tier: str, Overwrite: bool) -> dict[str, Any]:
        assert re.fullmatch(r"(/[a-zA-Z0-9_.-]+)+", Name) and Type == "String" and Tier == "Intelligent-Tiering"
        assert len(Value.encode()) <= 4096, "a standard parameter has 4 KB at most"
        versions = self.parameters.setdefault(Name, [])
        if versions and not Overwrite:
            raise Refusal("ParameterAlreadyExists")
        versions.append(Value)
        return {"Version": len(versions), "Tier": "Standard"}

    # KMS

    def kms_generate_data_key_pair(self, KeyId: str, KeyPairSpec: str, EncryptionContext: dict[str, str]) -> dict[str, Any]:
        assert KeyPairSpec == "RSA_2048" and EncryptionContext["purpose"] == "dkim"
        private, public = keys.pair(self.pairs_made % 8)
        self.pairs_made += 1
        return {
            "KeyId": KeyId, "KeyPairSpec": KeyPairSpec, "PublicKey": public,
            "PrivateKeyPlaintext": private, "PrivateKeyCiphertextBlob": b"encrypted",
        }  # fmt: skip

    # Secrets Manager

    def _secret(self, name: str, deleted: bool = False) -> dict[str, Any]:
        secret = self.secrets.get(name)
        if secret and secret["deleted"] and secret["deleted"] <= self.clock.now():
            del self.secrets[name]
            secret = None
        if secret is None:
            raise Refusal("ResourceNotFoundException")
        if secret["deleted"] and not deleted:
            raise Refusal("InvalidRequestException", "marked for deletion")
        return secret

    def secretsmanager_create_secret(
        self, Name: str, Description: str, ClientRequestToken: str, KmsKeyId: str, SecretString: str, Tags: list[Any]
    ) -> dict[str, Any]:
        assert re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", Name) and 32 <= len(ClientRequestToken) <= 64
        assert len({tag["Key"] for tag in Tags}) == len(Tags)
        existing = self.secrets.get(Name)
        if existing and existing["deleted"]:
            raise Refusal("InvalidRequestException", "scheduled for deletion")
        if existing and (existing["token"], existing["value"]) != (ClientRequestToken, SecretString):
            raise Refusal("ResourceExistsException")
        self.secrets[Name] = {"value": SecretString, "token": ClientRequestToken, "deleted": None, "key": KmsKeyId}
        return {"ARN": f"arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:{Name}-AbCdEf", "Name": Name}

    def secretsmanager_get_secret_value(self, SecretId: str) -> dict[str, Any]:
        return {"Name": SecretId, "SecretString": self._secret(SecretId)["value"]}

    def secretsmanager_describe_secret(self, SecretId: str) -> dict[str, Any]:
        deleted = self._secret(SecretId, deleted=True)["deleted"]
        return {"Name": SecretId, **({"DeletedDate": deleted} if deleted else {})}

    def secretsmanager_delete_secret(self, SecretId: str, RecoveryWindowInDays: int) -> dict[str, Any]:
        assert 7 <= RecoveryWindowInDays <= 30
        secret = self._secret(SecretId)
        secret["deleted"] = self.clock.now() + timedelta(days=RecoveryWindowInDays)
        return {"Name": SecretId, "DeletionDate": secret["deleted"]}

    def secretsmanager_restore_secret(self, SecretId: str) -> dict[str, Any]:
        self._secret(SecretId, deleted=True)["deleted"] = None
        return {"Name": SecretId}

    def secretsmanager_list_secrets(self, Filters: list[Any], IncludePlannedDeletion: bool) -> dict[str, Any]:
        [prefix] = Filters[0]["Values"]
        found = [name for name, secret in self.secrets.items() if IncludePlannedDeletion or not secret["deleted"]]
        return {"SecretList": [{"Name": name} for name in sorted(found) if name.startswith(prefix)]}

    # Lambda

    def lambda_invoke(self, FunctionName: str, InvocationType: str, Payload: bytes) -> dict[str, Any]:
        assert InvocationType == "RequestResponse" and len(Payload) < 6_000_000
        try:
            result: Any = self.functions[FunctionName](json.loads(Payload), None)
            failed = {}
        except Exception as error:
            result = {"errorType": type(error).__name__, "errorMessage": str(error)}
            failed = {"FunctionError": "Unhandled"}
        except Killed:
            result = {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited"}
            failed = {"FunctionError": "Unhandled"}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(result).encode()), **failed}

    # SES

    def _identity(self, name: str) -> Identity:
        found = self.ses.answered()
        if found is None or name != self.domain:
            raise Refusal("NotFoundException")
        return found

    def sesv2_get_email_identity(self, EmailIdentity: str) -> dict[str, Any]:
        found = self._identity(EmailIdentity)
        return {
            "IdentityType": "DOMAIN",
            "VerifiedForSendingStatus": found.verified,
            "DkimAttributes": {
                "SigningEnabled": found.signing,
                "Status": found.status,
                "Tokens": list(found.tokens),
                "SigningAttributesOrigin": found.origin,
            },
            "MailFromAttributes": {
                "MailFromDomain": f"bounce.{self.domain}",
                "MailFromDomainStatus": self.mail_from_status,
                "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
            },
        }

    def sesv2_put_email_identity_dkim_signing_attributes(
        self, EmailIdentity: str, SigningAttributesOrigin: str, SigningAttributes: dict[str, str]
    ) -> dict[str, Any]:
        self._identity(EmailIdentity)
        if SigningAttributesOrigin == "AWS_SES":
            if set(SigningAttributes) != {"NextSigningKeyLength"}:
                raise Refusal("BadRequestException", "Easy DKIM takes no key")
            self.ses.give_easy_dkim("SUCCESS")
        else:
            selector = SigningAttributes.get("DomainSigningSelector", "")
            key = SigningAttributes.get("DomainSigningPrivateKey", "")
            right = SELECTOR.fullmatch(selector) and len(selector) <= 63 and PRIVATE_KEY.fullmatch(key)
            if not right or len(key) > 20480 or set(SigningAttributes) != {"DomainSigningSelector", "DomainSigningPrivateKey"}:
                raise Refusal("BadRequestException", "selector or key")
            try:
                keys.public_half(key)
            except ValueError:
                raise Refusal("BadRequestException", "not a private key") from None
            self.ses.give_key(selector, key)
        found = self.ses.identity
        assert found
        return {"DkimStatus": found.status, "DkimTokens": list(found.tokens)}

    def sesv2_put_email_identity_dkim_attributes(self, EmailIdentity: str, SigningEnabled: bool) -> dict[str, Any]:
        found = self._identity(EmailIdentity)
        self.ses.change(replace(self.ses.identity or found, signing=SigningEnabled))
        return {}

    # SNS, CloudWatch

    def sns_publish(self, TopicArn: str, Subject: str, Message: str, MessageAttributes: dict[str, Any]) -> dict[str, Any]:
        if not re.fullmatch(r"[!-~][ -~]{0,98}", Subject):
            raise Refusal("InvalidParameter", "Subject")
        assert len(Message.encode()) <= 262_144
        kind = MessageAttributes["kind"]["StringValue"]
        self.mails.append({"at": self.clock.now(), "kind": kind, "subject": Subject, "text": Message, "topic": TopicArn,
                           "audience": MessageAttributes["audience"]["StringValue"]})  # fmt: skip
        return {"MessageId": str(len(self.mails))}

    def cloudwatch_put_metric_data(self, Namespace: str, MetricData: list[dict[str, Any]]) -> dict[str, Any]:
        assert Namespace == "ses/prod/Dkim"
        for item in MetricData:
            assert item["Dimensions"] == [{"Name": "Domain", "Value": self.domain}]
            self.metrics[item["MetricName"]] = item["Value"]
        self.metrics_at = self.clock.now()
        return {}
