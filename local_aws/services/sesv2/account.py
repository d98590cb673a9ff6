"""The account: what GetAccount tells of it, and what its owner may change.

Only AWS itself lets an account out of the sandbox, raises its quota or pauses it. Tests do so through a path of moto's
own API, in AWS's place: `Clients.set_ses_account`.
"""

import json
from copy import deepcopy
from typing import Any

from botocore import session
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import urls
from moto.ses.models import ses_backends
from moto.sesv2.responses import SESV2Response

from ..operation import operation, state
from .common import core

# An account out of the sandbox, with the quota that the platform asks for.
PRODUCTION = {
    "DedicatedIpAutoWarmupEnabled": False,
    "EnforcementStatus": "HEALTHY",
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "SendQuota": {"Max24HourSend": 10_000_000.0, "MaxSendRate": 200.0, "SentLast24Hours": 0.0},
    "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
}
MEMBERS = session.get_session().get_service_model("sesv2").operation_model("GetAccount").output_shape.members


def _account(backend: Any) -> dict[str, Any]:
    account = state(backend, "account")
    if not account:
        account.update(deepcopy(PRODUCTION))
    return account


@operation(SESV2Response)
def get_account(self: SESV2Response) -> ActionResult:
    return ActionResult(_account(core(self)))


@operation(SESV2Response)
def put_account_sending_attributes(self: SESV2Response) -> ActionResult:
    """Without the value it is false: SES API reference, PutAccountSendingAttributes, a boolean that is not required."""
    _account(core(self))["SendingEnabled"] = bool(self._get_param("SendingEnabled"))
    return EmptyResult()


def _set(request: Any, _url: str, _headers: Any) -> tuple[int, dict[str, str], str]:
    """PUT with the members of GetAccount that shall be others, and `Region`."""
    wanted = json.loads(request.data)
    account = _account(ses_backends[DEFAULT_ACCOUNT_ID][wanted.pop("Region")])
    if unknown := set(wanted) - set(MEMBERS):
        return 400, {}, f"GetAccount does not answer with {', '.join(sorted(unknown))}"
    account["SendQuota"].update(wanted.pop("SendQuota", {}))
    account.update(wanted)
    return 200, {}, ""


urls.url_paths["{0}/moto-api/local-aws/ses-account"] = _set
