"""The state of a rotation: one SSM parameter, written by compare-and-set (docs/dkim-rotation.md, "Two runs at once").

Parameter Store numbers the versions of a parameter without a gap. A document counts only if its `revision` is the version
that it was given, so of two writers that read the same version only one gets its document to count.
"""

import json
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dkim_shared.fitting import as_text
from dkim_shared.migration import from_schema_1

SCHEMA = 2
# So many versions that do not count were never seen in a row; Parameter Store keeps 100.
LONGEST_SEARCH = 40


class Conflict(Exception):
    """Another writer was first; what this one has written does not count."""


class StateProblem(Exception):
    """The parameter holds nothing that can be used."""


class StateStore:
    """Reads and writes the state; remembers the newest version it knows of."""

    def __init__(self, ssm: Any, name: str):
        self._ssm, self._name = ssm, name
        self._version = 0
        self.edited = False  # whether a person has changed the newest version so that it does not count

    def read(self) -> dict[str, Any] | None:
        """The newest document that counts; None if the parameter does not exist."""
        try:
            newest = self._ssm.get_parameter(Name=self._name)["Parameter"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                self._version = 0
                return None
            raise
        self._version = newest["Version"]
        document = counting(newest)
        self.edited = False
        version = self._version
        while document is None:
            version -= 1
            if version < max(1, self._version - LONGEST_SEARCH):
                raise StateProblem(f"no version of {self._name} holds a state that counts: see docs/dkim-rotation.md")
            document = counting(self._ssm.get_parameter(Name=f"{self._name}:{version}")["Parameter"])
            # A writer that was too late has put a mark of its own; a person leaves the old one, or no JSON at all.
            self.edited = document is not None and mark_of(newest) in (document.get("written"), None)
        if document.get("schema") not in (1, SCHEMA):
            raise StateProblem(f"{self._name} has schema {document.get('schema')}; this function knows {SCHEMA}")
        return from_schema_1(document) if document["schema"] == 1 else document

    def write(self, document: dict[str, Any]) -> None:
        """Makes the document the newest that counts. Raises Conflict if another writer was first."""
        document["revision"] = self._version + 1
        document["written"] = uuid.uuid4().hex[:12]
        text = as_text(document)
        try:
            version = self._ssm.put_parameter(
                Name=self._name, Value=text, Type="String", Tier="Intelligent-Tiering", Overwrite=self._version > 0
            )["Version"]
        except (BotoCoreError, ClientError) as error:
            if not self._has_arrived(document):
                if getattr(error, "response", {}).get("Error", {}).get("Code") == "ParameterAlreadyExists":
                    raise Conflict(self._name) from error
                raise
            return
        if version == document["revision"]:
            self._version = version
        elif not self._has_arrived(document):
            raise Conflict(self._name)

    def _has_arrived(self, document: dict[str, Any]) -> bool:
        """Whether a write counts whose answer was lost; a client that repeats a call without an answer writes twice."""
        try:
            found = self.read()
        except (BotoCoreError, ClientError):
            return False
        return found is not None and found.get("written") == document["written"]


def mark_of(parameter: dict[str, Any]) -> str | None:
    try:
        document = json.loads(parameter["Value"])
    except ValueError:
        return None
    return document.get("written") if isinstance(document, dict) else None


def counting(parameter: dict[str, Any]) -> dict[str, Any] | None:
    """The document of a version, if it counts. One without a revision was written by a person, and does."""
    try:
        document = json.loads(parameter["Value"])
    except ValueError:
        return None
    if not isinstance(document, dict) or "domain" not in document:
        return None
    return document if document.get("revision", parameter["Version"]) == parameter["Version"] else None
