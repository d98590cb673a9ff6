"""Configuration sets and their options."""

import re
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ses.models import ConfigurationSet
from moto.ses.utils import get_arn
from moto.sesv2.responses import SESV2Response

from ..operation import error, operation, state
from .common import core, tag, tags


def configuration_set(self: SESV2Response) -> ConfigurationSet:
    name = self._get_param("ConfigurationSetName")
    if name not in core(self).config_sets:
        raise error("NotFoundException", f"Configuration set <{name}> does not exist.")
    return core(self).config_sets[name]


@operation(SESV2Response)
def create_configuration_set(self: SESV2Response) -> ActionResult:
    name, ses = self._get_param("ConfigurationSetName"), core(self)
    if name in ses.config_sets:
        raise error("AlreadyExistsException", f"Configuration set <{name}> already exists.")
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        raise error("BadRequestException", f"Invalid configuration set name <{name}>.")
    ses.config_sets[name] = ConfigurationSet(
        name,
        tracking_options=self._get_param("TrackingOptions"),
        delivery_options=self._get_param("DeliveryOptions"),
        reputation_options=self._get_param("ReputationOptions") or {"ReputationMetricsEnabled": False},
        sending_options=self._get_param("SendingOptions") or {"SendingEnabled": True},
        suppression_options=self._get_param("SuppressionOptions"),
        vdm_options=self._get_param("VdmOptions"),
    )
    tag(self, "configuration-set", name)
    return EmptyResult()


@operation(SESV2Response)
def get_configuration_set(self: SESV2Response) -> ActionResult:
    found = configuration_set(self)
    return ActionResult(
        {
            "ConfigurationSetName": found.configuration_set_name,
            "TrackingOptions": found.tracking_options or None,
            "DeliveryOptions": found.delivery_options or None,
            "ReputationOptions": found.reputation_options or None,
            "SendingOptions": found.enabled,
            "SuppressionOptions": found.suppression_options or None,
            "VdmOptions": found.vdm_options or None,
            "Tags": tags(self, "configuration-set", found.configuration_set_name),
        }
    )


@operation(SESV2Response)
def delete_configuration_set(self: SESV2Response) -> ActionResult:
    name = configuration_set(self).configuration_set_name
    del core(self).config_sets[name]
    state(core(self), "event_destinations").pop(name, None)
    core(self).tagger.delete_all_tags_for_resource(
        get_arn(self.sesv2_backend, "ses", f"configuration-set/{name}")
    )
    return EmptyResult()


def _options(self: SESV2Response, *keys: str) -> dict[str, Any]:
    return {key: value for key in keys if (value := self._get_param(key)) is not None}


@operation(SESV2Response)
def put_configuration_set_delivery_options(self: SESV2Response) -> ActionResult:
    configuration_set(self).delivery_options = _options(self, "TlsPolicy", "SendingPoolName", "MaxDeliverySeconds")
    return EmptyResult()


@operation(SESV2Response)
def put_configuration_set_reputation_options(self: SESV2Response) -> ActionResult:
    configuration_set(self).reputation_options = _options(self, "ReputationMetricsEnabled")
    return EmptyResult()


@operation(SESV2Response)
def put_configuration_set_sending_options(self: SESV2Response) -> ActionResult:
    configuration_set(self).enabled = _options(self, "SendingEnabled")
    return EmptyResult()


@operation(SESV2Response)
def put_configuration_set_suppression_options(self: SESV2Response) -> ActionResult:
    configuration_set(self).suppression_options = _options(self, "SuppressedReasons")
    return EmptyResult()


@operation(SESV2Response)
def put_configuration_set_tracking_options(self: SESV2Response) -> ActionResult:
    configuration_set(self).tracking_options = _options(self, "CustomRedirectDomain", "HttpsPolicy")
    return EmptyResult()


@operation(SESV2Response)
def put_configuration_set_vdm_options(self: SESV2Response) -> ActionResult:
    configuration_set(self).vdm_options = self._get_param("VdmOptions") or {}
    return EmptyResult()
