"""Calls resource types for a stack, one resource at a time, and records what happens."""

import logging
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from . import dependencies, functions, progress, resource_type, schema
from .errors import ValidationError
from .functions import Scope
from .region import Region
from .resource_type import Refused, Request
from .stack import Resource, Stack
from .steps import Steps

logger = logging.getLogger(__name__)

NOT_FOUND = "Resource of type '{}' with identifier '{}' was not found."
TAGGING = "Apply stack-level tags to imported resource if applicable."


class Failed(Exception):
    """A resource failed; the reason stands in the events."""


class Provider:
    def __init__(self, region: Region, stack: Stack):
        self.region = region
        self.stack = stack
        self.steps = Steps()

    def properties(self, logical_id: str, scope: Scope, tags: dict[str, str]) -> dict[str, Any]:
        """The properties of a resource as its type will get them: evaluated, tagged, typed."""
        declaration = scope.template["Resources"][logical_id]
        evaluated = functions.resolve(declaration.get("Properties", {}), scope)
        tagged = resource_type.with_stack_tags(declaration["Type"], evaluated, tags)
        found = schema.find(declaration["Type"])
        return found.coerce(tagged) if found else tagged

    def create(self, logical_id: str, scope: Scope, tags: dict[str, str], reason: str | None = None) -> Resource:
        declaration = scope.template["Resources"][logical_id]
        resource = Resource(logical_id, declaration["Type"], declaration=declaration)
        starting = "UPDATE" if reason else "CREATE"
        self.stack.record_resource(resource, f"{starting}_IN_PROGRESS", reason)
        try:
            resource.properties = self.properties(logical_id, scope, tags)
            self._take_time("creation")
            kind = self._checked(resource)
            self._refuse_owned(resource)
            needs = dependencies.needed_by(logical_id, scope)
            request = self._request(resource, just_made=self._last_before(needs))
            try:
                request.physical_id = kind.create(request)
            finally:
                resource.physical_id, resource.handle = request.physical_id, request.handle
            self.stack.record_resource(resource, f"{starting}_IN_PROGRESS", "Resource creation Initiated")
            self.read_attributes(resource)
        except Exception as error:
            self.stack.record_resource(resource, f"{starting}_FAILED", explain(error, resource.type))
            if resource.physical_id or logical_id not in self.stack.resources:
                # It is listed as failed, and the rollback deletes what there is of it. But a new resource
                # that could not be made at all does not take the place of the one that it should replace.
                self.stack.resources[logical_id] = resource
            raise Failed(logical_id) from error
        self.steps.end(logical_id, needs)
        self.stack.record_resource(resource, f"{starting}_COMPLETE")
        return resource

    def adopt(self, logical_id: str, physical_id: str, scope: Scope, tags: dict[str, str]) -> Resource:
        """Takes what exists into the stack as the template describes it. AWS does not look whether it really is so."""
        declaration = scope.template["Resources"][logical_id]
        resource = Resource(logical_id, declaration["Type"], physical_id, declaration=declaration)
        self.stack.record_resource(resource, "IMPORT_IN_PROGRESS", "Resource import started.")
        try:
            self._take_time("import")
            resource.properties = self.properties(logical_id, scope, {})
            self._checked(resource)
            if not self.exists(resource):
                raise Refused(NOT_FOUND.format(resource.type, physical_id), "NotFound")
            self.read_attributes(resource)
        except Exception as error:
            self.stack.record_resource(resource, "IMPORT_FAILED", explain(error, resource.type))
            raise Failed(logical_id) from error
        self.stack.record_resource(resource, "IMPORT_COMPLETE", "Resource import completed.")
        tagged = self.properties(logical_id, scope, tags)
        if tagged != resource.properties:
            return self.update(resource, tagged, declaration, TAGGING)
        self.stack.record_resource(resource, "UPDATE_IN_PROGRESS", TAGGING)
        self.stack.record_resource(resource, "UPDATE_COMPLETE")
        return resource

    def update(
        self,
        resource: Resource,
        properties: dict[str, Any],
        declaration: dict[str, Any],
        reason: str | None = None,
        needs: list[str] | None = None,
    ) -> Resource:
        """Changes a resource in place; the old record stays as it was, for a rollback."""
        needs = needs or []
        changed = Resource(
            resource.logical_id, resource.type, resource.physical_id,
            properties=properties, declaration=declaration, handle=resource.handle,
        )  # fmt: skip
        self.stack.record_resource(changed, "UPDATE_IN_PROGRESS", reason)
        try:
            self._take_time("update")
            kind = self._checked(changed)
            request = self._request(changed, resource.properties, self._last_before(needs))
            changed.physical_id = kind.update(request) or changed.physical_id
            changed.handle = request.handle
            self.read_attributes(changed)
        except Exception as error:
            self.stack.record_resource(changed, "UPDATE_FAILED", explain(error, resource.type))
            raise Failed(resource.logical_id) from error
        self.steps.end(resource.logical_id, needs)
        self.stack.record_resource(changed, "UPDATE_COMPLETE")
        return changed

    def delete(self, resource: Resource, policy: str = "DeletionPolicy") -> None:
        if not resource.physical_id:  # it failed before anything was made
            self.stack.record_resource(resource, "DELETE_COMPLETE")
            return
        kept = resource.declaration.get(policy, "Delete")
        creating = "ROLLBACK" in self.stack.status  # then the operation that made it is taken back
        if kept == "Retain" or (kept == "RetainExceptOnCreate" and not creating):
            self.stack.record_resource(resource, "DELETE_SKIPPED")
            return
        self.stack.record_resource(resource, "DELETE_IN_PROGRESS")
        progress.pause(self.stack.name)
        try:
            self._type(resource).delete(self._request(resource))
        except ClientError as error:
            if not _is_gone(error):
                self._delete_failed(resource, error)
        except Exception as error:
            self._delete_failed(resource, error)
        self.stack.record_resource(resource, "DELETE_COMPLETE")

    def _take_time(self, what: str) -> None:
        progress.pause(self.stack.name)
        if self.stack.cancelled:
            raise ValidationError(f"Resource {what} cancelled")

    def replacement(self, resource: Resource, properties: dict[str, Any]) -> list[str]:
        """The changed properties that need a new resource."""
        found = schema.find(resource.type)
        forcing = found.forces_replacement(resource.properties, properties) if found else []
        request = self._request(resource, previous=resource.properties)
        request.properties = properties
        return forcing + self._type(resource).replaced_by(request)

    def refuse_second_name(self, resource: Resource, properties: dict[str, Any]) -> None:
        """The new resource is made before the old one goes, so both cannot have one name."""
        found = schema.find(resource.type)
        names = [name for name in found.names if name in properties] if found else []
        if names and all(properties[name] == resource.properties.get(name) for name in names):
            raise ValidationError(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {resource.physical_id} and update the stack again."
            )

    def current(self, resource: Resource) -> dict[str, Any] | None:
        return self._type(resource).current(self._request(resource))

    def exists(self, resource: Resource) -> bool:
        return self._type(resource).exists(self._request(resource))

    def _type(self, resource: Resource) -> resource_type.ResourceType:
        kind = resource_type.find(resource.type)
        if kind is None:
            raise Refused(resource_type.unsupported(resource.type, set()) or "")
        return kind

    def _checked(self, resource: Resource) -> resource_type.ResourceType:
        if reason := resource_type.unsupported(resource.type, set(resource.properties)):
            raise Refused(reason)
        found = schema.find(resource.type)
        if found and (problems := found.problems(resource.properties)):
            raise ValidationError(
                f"Properties validation failed for resource {resource.logical_id} with message:\n"
                + "\n".join(f"[{problem}]" for problem in problems)
            )
        return self._type(resource)

    def _refuse_owned(self, resource: Resource) -> None:
        """A name that another stack uses already is refused before anything is touched."""
        found = schema.find(resource.type)
        names = sorted(found.names) if found else []
        if len(names) != 1 or not (name := resource.properties.get(names[0])):
            return
        if owner := self.region.owner(name, resource.type):
            raise ValidationError(f"{name} already exists in stack {owner.stack_id}")

    def _last_before(self, needs: list[str]) -> list[Resource]:
        return [self.stack.resources[name] for name in self.steps.last_before(needs)]

    def _request(
        self,
        resource: Resource,
        previous: dict[str, Any] | None = None,
        just_made: list[Resource] | None = None,
    ) -> Request:
        return Request(
            aws=self.region.aws,
            stack_name=self.stack.name,
            stack_id=self.stack.stack_id,
            logical_id=resource.logical_id,
            properties=resource.properties,
            previous=previous or {},
            physical_id=resource.physical_id,
            handle=resource.handle,
            just_made=[(each.type, each.physical_id, each.properties) for each in just_made or []],
        )

    def read_attributes(self, resource: Resource) -> None:
        resource.attributes = self._type(resource).attributes(self._request(resource))

    def _delete_failed(self, resource: Resource, error: Exception) -> None:
        self.stack.record_resource(resource, "DELETE_FAILED", explain(error, resource.type))
        raise Failed(resource.logical_id) from error


def explain(error: Exception, type_name: str) -> str:
    """The reason in the words that CloudFormation puts into its events."""
    if isinstance(error, ValidationError):
        return error.message
    token = uuid.uuid4()
    if isinstance(error, Refused):
        return f'Resource handler returned message: "{error}" (RequestToken: {token}, HandlerErrorCode: {error.code})'
    if isinstance(error, ClientError):
        code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        service = type_name.split("::")[1]
        said = f"{error.response['Error']['Message']} (Service: {service}, Status Code: {status})"
        return (
            f'Resource handler returned message: "{said}" '
            f"(RequestToken: {token}, HandlerErrorCode: {_handler_code(code)})"
        )
    if isinstance(error, (ServiceException, HTTPException, BotoCoreError)):
        said = getattr(error, "message", None) or getattr(error, "description", None) or str(error)
        return f'Resource handler returned message: "{said}" (RequestToken: {token}, HandlerErrorCode: InvalidRequest)'
    logger.error("a resource type broke", exc_info=error)
    return (
        f'Resource handler returned message: "{type(error).__name__}: {error}" '
        f"(RequestToken: {token}, HandlerErrorCode: InternalFailure)"
    )


def _is_gone(error: ClientError) -> bool:
    return _handler_code(error.response["Error"]["Code"]) == "NotFound"


def _handler_code(code: str) -> str:
    if "NotFound" in code or code in ("NoSuchEntity", "NoSuchBucket", "NoSuchBucketPolicy", "404"):
        return "NotFound"
    if "AlreadyExist" in code or code in ("EntityAlreadyExists", "ResourceInUseException", "BucketAlreadyOwnedByYou"):
        return "AlreadyExists"
    if "Conflict" in code:
        return "ResourceConflict"
    return "InvalidRequest"
