"""The AWS services that the DKIM rotation uses, in memory, with what AWS checks.

Parameters and answers are checked against botocore's model of the service; what the model does not say (selector and key
patterns, EXTERNAL needs both, version numbers, name reuse) is checked here. A `fault` can hit any call: see `Fault`.
"""

import functools
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from . import keys
from .clock import Clock
from .fake_dns import FakeDns

MODELS = {"ssm": "ssm", "secretsmanager": "secretsmanager", "kms": "kms", "lambda": "lambda", "sesv2": "sesv2",
          "sns": "sns", "cloudwatch": "cloudwatch"}  # fmt: skip
SELECTOR = re.compile(r"(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9]))")
PRIVATE_KEY = re.compile(r"[a-zA-Z0-9+/]+={0,2}")
SES_SECONDS = 40  # how long SES takes to see a record that stands
SES_KEEPS = timedelta(hours=72)  # how long it keeps a key that it cannot verify any more


class Killed(BaseException):
    """The process that made the call is gone; nothing after it runs."""


Fault = Callable[[str, str, Callable[[], Any]], Any]


@functools.cache
def model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(MODELS[service], "service-2"), service)


_accepted: set[tuple[Any, ...]] = set()


def check_shape(value: Any, shape: Any, what: str) -> None:
    """botocore's own check; a form that was accepted before is not checked again, for it is slow."""
    form = (what, _form(value))
    if form not in _accepted:
        report = ParamValidator().validate(value, shape)
        assert not report.has_errors(), f"{what}: {report.generate_report()}"
        _accepted.add(form)


def _form(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _form(item)) for key, item in sorted(value.items()))
    if isinstance(value, list):
        return tuple(sorted({repr(_form(item)) for item in value}))
    return type(value).__name__


def refusal(service: str, operation: str, code: str, message: str = "") -> ClientError:
    shapes = model(service).operation_model(operation).error_shapes
    common = {"ThrottlingException", "TooManyRequestsException", "ValidationException"}
    assert code in common | {shape.name for shape in shapes} | {s.metadata.get("error", {}).get("code") for s in shapes}, code
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class FakeAws:
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
        self.ses: dict[str, Any] | None = {
            "origin": "AWS_SES", "status": "PENDING", "tokens": ["a" * 32, "b" * 32, "c" * 32], "signing": True,
        }  # fmt: skip
        self.mail_from_status = "SUCCESS"
        self.ses_is_blind = False  # SES does not see a record, whatever stands in DNS

    def client(self, service: str) -> "_Client":
        return _Client(self, service)

    # SSM

    def ssm_get_parameter(self, Name: str) -> dict[str, Any]:
        name, _, version = Name.partition(":")
        versions = self.parameters.get(name)
        if not versions:
            raise refusal("ssm", "GetParameter", "ParameterNotFound")
        number = int(version) if version else len(versions)
        if not max(1, len(versions) - 99) <= number <= len(versions):
            raise refusal("ssm", "GetParameter", "ParameterVersionNotFound")
        return {"Parameter": {"Name": name, "Value": versions[number - 1], "Version": number, "Type": "String"}}

    def ssm_put_parameter(self, Name: str, Value: str, Type: str, Tier: str, Overwrite: bool) -> dict[str, Any]:
        assert re.fullmatch(r"(/[a-zA-Z0-9_.-]+)+", Name) and Type == "String" and Tier == "Intelligent-Tiering"
        assert len(Value.encode()) <= 8192, "an advanced parameter has 8 KB at most"
        versions = self.parameters.setdefault(Name, [])
        if versions and not Overwrite:
            raise refusal("ssm", "PutParameter", "ParameterAlreadyExists")
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

    def _secret(self, operation: str, name: str, deleted: bool = False) -> dict[str, Any]:
        secret = self.secrets.get(name)
        if secret and secret["deleted"] and secret["deleted"] <= self.clock.now():
            del self.secrets[name]
            secret = None
        if secret is None:
            raise refusal("secretsmanager", operation, "ResourceNotFoundException")
        if secret["deleted"] and not deleted:
            raise refusal("secretsmanager", operation, "InvalidRequestException", "marked for deletion")
        return secret

    def secretsmanager_create_secret(
        self, Name: str, Description: str, ClientRequestToken: str, KmsKeyId: str, SecretString: str, Tags: list[Any]
    ) -> dict[str, Any]:
        assert re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", Name) and 32 <= len(ClientRequestToken) <= 64
        assert len({tag["Key"] for tag in Tags}) == len(Tags)
        existing = self.secrets.get(Name)
        if existing and existing["deleted"]:
            raise refusal("secretsmanager", "CreateSecret", "InvalidRequestException", "scheduled for deletion")
        if existing and (existing["token"], existing["value"]) != (ClientRequestToken, SecretString):
            raise refusal("secretsmanager", "CreateSecret", "ResourceExistsException")
        self.secrets[Name] = {"value": SecretString, "token": ClientRequestToken, "deleted": None, "key": KmsKeyId}
        return {"ARN": f"arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:{Name}-AbCdEf", "Name": Name}

    def secretsmanager_get_secret_value(self, SecretId: str) -> dict[str, Any]:
        return {"Name": SecretId, "SecretString": self._secret("GetSecretValue", SecretId)["value"]}

    def secretsmanager_describe_secret(self, SecretId: str) -> dict[str, Any]:
        deleted = self._secret("DescribeSecret", SecretId, deleted=True)["deleted"]
        return {"Name": SecretId, **({"DeletedDate": deleted} if deleted else {})}

    def secretsmanager_delete_secret(self, SecretId: str, RecoveryWindowInDays: int) -> dict[str, Any]:
        assert 7 <= RecoveryWindowInDays <= 30
        secret = self._secret("DeleteSecret", SecretId)
        secret["deleted"] = self.clock.now() + timedelta(days=RecoveryWindowInDays)
        return {"Name": SecretId, "DeletionDate": secret["deleted"]}

    def secretsmanager_restore_secret(self, SecretId: str) -> dict[str, Any]:
        self._secret("RestoreSecret", SecretId, deleted=True)["deleted"] = None
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

    def _look(self) -> None:
        """What SES does by itself: it looks for the record, and gives up after a time."""
        ses = self.ses
        # A key that it has given up on it looks for only when it is given again.
        if not ses or ses["origin"] != "EXTERNAL" or ses["status"] == "FAILED":
            return
        name = f"{ses['tokens'][0]}._domainkey.{self.domain}"
        wanted = f"p={keys.public_half(ses['key'])}"
        if not self.ses_is_blind and self.dns.txt.get(name) == [wanted]:
            if ses["status"] == "SUCCESS" or self.clock.now() - ses["since"] >= timedelta(seconds=SES_SECONDS):
                ses["status"], ses["lost"] = "SUCCESS", None
        elif ses["status"] == "SUCCESS":
            ses["lost"] = ses["lost"] or self.clock.now()
            if self.clock.now() - ses["lost"] > SES_KEEPS:
                ses["status"] = "TEMPORARY_FAILURE"
        elif self.clock.now() - ses["since"] > SES_KEEPS:
            ses["status"] = "FAILED"

    def sesv2_get_email_identity(self, EmailIdentity: str) -> dict[str, Any]:
        if self.ses is None or EmailIdentity != self.domain:
            raise refusal("sesv2", "GetEmailIdentity", "NotFoundException")
        self._look()
        return {
            "IdentityType": "DOMAIN",
            "VerifiedForSendingStatus": True,
            "DkimAttributes": {
                "SigningEnabled": self.ses["signing"],
                "Status": self.ses["status"],
                "Tokens": list(self.ses["tokens"]),
                "SigningAttributesOrigin": self.ses["origin"],
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
        operation = "PutEmailIdentityDkimSigningAttributes"
        if self.ses is None or EmailIdentity != self.domain:
            raise refusal("sesv2", operation, "NotFoundException")
        if SigningAttributesOrigin == "AWS_SES":
            if set(SigningAttributes) != {"NextSigningKeyLength"}:
                raise refusal("sesv2", operation, "BadRequestException", "Easy DKIM takes no key")
            self.ses = {"origin": "AWS_SES", "status": "SUCCESS", "tokens": ["a" * 32] * 3, "signing": True}
        else:
            selector = SigningAttributes.get("DomainSigningSelector", "")
            key = SigningAttributes.get("DomainSigningPrivateKey", "")
            right = SELECTOR.fullmatch(selector) and len(selector) <= 63 and PRIVATE_KEY.fullmatch(key)
            if not right or len(key) > 20480 or set(SigningAttributes) != {"DomainSigningSelector", "DomainSigningPrivateKey"}:
                raise refusal("sesv2", operation, "BadRequestException", "selector or key")
            try:
                keys.public_half(key)
            except ValueError:
                raise refusal("sesv2", operation, "BadRequestException", "not a private key") from None
            self.ses = {
                "origin": "EXTERNAL", "status": "PENDING", "tokens": [selector], "key": key, "signing": self.ses["signing"],
                "since": self.clock.now(), "lost": None,
            }  # fmt: skip
        return {"DkimStatus": self.ses["status"], "DkimTokens": self.ses["tokens"]}

    def sesv2_put_email_identity_dkim_attributes(self, EmailIdentity: str, SigningEnabled: bool) -> dict[str, Any]:
        assert self.ses and EmailIdentity == self.domain
        self.ses["signing"] = SigningEnabled
        return {}

    # SNS, CloudWatch

    def sns_publish(self, TopicArn: str, Subject: str, Message: str, MessageAttributes: dict[str, Any]) -> dict[str, Any]:
        if not re.fullmatch(r"[!-~][ -~]{0,98}", Subject):
            raise refusal("sns", "Publish", "InvalidParameter", "Subject")
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


class _Client:
    """Looks like a boto3 client of one service."""

    def __init__(self, aws: FakeAws, service: str):
        self._aws, self._service = aws, service
        self._operations = {_snake(name): name for name in model(service).operation_names}

    def __getattr__(self, name: str) -> Any:
        operation = model(self._service).operation_model(self._operations[name])
        implementation = getattr(self._aws, f"{self._service}_{name}")

        def call(**parameters: Any) -> Any:
            check_shape(parameters, operation.input_shape, operation.name)
            self._aws.calls.append((self._service, name))

            def effect() -> Any:
                answer = implementation(**parameters)
                if self._service != "lambda" and operation.output_shape:
                    check_shape(answer, operation.output_shape, f"answer of {operation.name}")
                return answer

            fault = self._aws.fault
            return fault(self._service, name, effect) if fault else effect()

        return call

    def get_paginator(self, name: str) -> Any:
        class Paginator:
            def paginate(_, **parameters: Any) -> list[Any]:
                return [getattr(self, name)(**parameters)]

        return Paginator()


@functools.cache
def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def no_answer(service: str) -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url=f"https://{service}")


def throttled(service: str, operation: str) -> ClientError:
    code = {"sesv2": "TooManyRequestsException", "lambda": "TooManyRequestsException"}.get(service, "ThrottlingException")
    return ClientError({"Error": {"Code": code, "Message": "Rate exceeded"}}, operation)
