"""Rotates the SMTP credentials of the mail servers, and keeps the old ones working until the servers have the new ones.

Secrets Manager calls the four steps of a rotation; EventBridge Scheduler calls once a day with {"task": "daily"}.

An SMTP user name is an access key of the SMTP user, the password derives from its secret. IAM keeps two keys, so a
rotation needs the older one gone. Two rules protect the mail:
  - a key that somebody logged in with during the last QUIET_DAYS is neither turned off nor deleted;
  - a key that the rotation did not make is never touched.
Where they leave no room the rotation fails, and says why: the credentials get old, and the mail goes on.

Any step can run twice and be killed anywhere. CreateAccessKey cannot be repeated: what keys there were is written
down before it, so that the key of a lost answer is known. Its secret is lost, so it is deleted.
"""

from typing import Any

from smtp_credentials_rotation.aws import describe
from smtp_credentials_rotation.daily import daily
from smtp_credentials_rotation.steps import create_secret, finish_secret, set_secret, settle, test_secret

STEPS = {
    "createsecret": create_secret,
    "setsecret": set_secret,
    "testsecret": test_secret,
    "finishsecret": finish_secret,
}


def handler(event: dict[str, Any], _context: object) -> None:
    if event.get("task") == "daily":
        return daily()
    # The guides of AWS write both createSecret and create_secret.
    step = STEPS[event["Step"].replace("_", "").lower()]
    token = event["ClientRequestToken"]
    secret = describe()
    if event["SecretId"] not in (secret["ARN"], secret["Name"]):
        raise PermissionError("the secret is not the one of this function")
    stages = secret.get("VersionIdsToStages", {}).get(token)
    if stages is None:
        raise ValueError("the secret has no such version")
    if "AWSCURRENT" in stages:  # the answer to an earlier call got lost
        return settle() if step is finish_secret else None
    if "AWSPENDING" not in stages:
        raise ValueError("the version is not staged as AWSPENDING")
    if secret.get("RotationEnabled") is False:
        raise ValueError("rotation of the secret is switched off")
    step(token)
