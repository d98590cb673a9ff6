"""Where moto keeps what both versions of SES share: objects and tags."""

from typing import Any

from moto.ses.utils import get_arn
from moto.sesv2 import urls
from moto.sesv2.responses import SESV2Response

# moto lists the paths of the operations it has; all the others are not found.
urls.url_paths["{0}/v2/email/(?P<path>.+)$"] = SESV2Response.dispatch


def core(self: SESV2Response) -> Any:
    """moto keeps the state of both versions of SES in the backend of the first."""
    return self.sesv2_backend.core_backend


def tag(self: SESV2Response, kind: str, name: str) -> None:
    if given := self._get_param("Tags"):
        core(self).tagger.tag_resource(get_arn(self.sesv2_backend, "ses", f"{kind}/{name}"), given)


def tags(self: SESV2Response, kind: str, name: str) -> list[dict[str, str]]:
    arn = get_arn(self.sesv2_backend, "ses", f"{kind}/{name}")
    return list(core(self).tagger.list_tags_for_resource(arn)["Tags"])
