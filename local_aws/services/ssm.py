"""SSM: how long a parameter may be. moto does not measure it.

Systems Manager guide, "Managing parameter tiers": 4 KB in the standard tier, 8 KB in the advanced one.
"""

from typing import Any

from moto.ssm.responses import SimpleSystemManagerResponse as SsmResponse

from .operation import error, operation

LONGEST = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}
_put_parameter = SsmResponse.put_parameter


@operation(SsmResponse)
def put_parameter(self: SsmResponse) -> Any:
    tier = self._get_param("Tier") or "Standard"
    if len(self._get_param("Value").encode()) > LONGEST[tier]:
        raise error(
            "ValidationException",
            f"{tier} tier parameters support a maximum parameter value of {LONGEST[tier]} characters.",
        )
    return _put_parameter(self)
