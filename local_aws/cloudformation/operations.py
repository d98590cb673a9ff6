"""The operations of the CloudFormation API, as Sceptre and the hooks call them."""

from moto.cloudformation import urls
from moto.cloudformation.models import CloudFormationBackend, cloudformation_backends
from moto.cloudformation.utils import get_stack_from_s3_url
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from . import answers, capabilities, change_set, deployment, drift, imports, parameters, template
from .errors import AlreadyExists, ValidationError
from .progress import one_at_a_time
from .region import Region
from .stack import Stack, Target

# GetTemplate of a stack that has change sets only: users of AWS report an empty body, seldom a refusal.
refuse_template_in_review = False  # set once by the server when it starts


class CloudFormationResponse(BaseResponse):
    """Each method is one operation; moto calls it by its name."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    @property
    def region_(self) -> Region:
        backend: CloudFormationBackend = cloudformation_backends[self.current_account][self.region]
        return Region(backend)

    # Changing stacks

    def create_stack(self) -> ActionResult:
        with one_at_a_time:
            region, name = self.region_, self._get_param("StackName")
            if any(stack.name == name for stack in region.stacks.values()):
                raise AlreadyExists(f"Stack [{name}] already exists")
            if self._get_param("OnFailure") and self._get_param("DisableRollback") is not None:
                raise ValidationError("You can specify either DisableRollback or OnFailure, but not both")
            stack = Stack(name, self.region, self.current_account, self._target(None))
            self._take_options(stack)
            region.check(stack, self._wanted(stack), self._get_param("Capabilities", []))
            region.stacks[stack.stack_id] = stack
            deployment.create(region, stack)
        return ActionResult({"StackId": stack.stack_id})

    def update_stack(self) -> ActionResult:
        with one_at_a_time:
            region = self.region_
            stack = region.find(self._get_param("StackName"), "Stack [{}] does not exist")
            target = self._target(stack)
            refuse_unless_updatable(stack)
            region.check(stack, target, self._get_param("Capabilities", []))
            if target.same_as(self._wanted(stack)):
                raise ValidationError("No updates are to be performed.")
            self._take_options(stack)
            change_set.outdate(region, stack)
            deployment.update(region, stack, target)
        return ActionResult({"StackId": stack.stack_id})

    def delete_stack(self) -> ActionResult:
        with one_at_a_time:
            region = self.region_
            try:
                stack = region.find(self._get_param("StackName"))
            except ValidationError:
                return EmptyResult()  # deleting what is not there succeeds
            if stack.status not in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
                retained = self._get_param("RetainResources", [])
                refuse_unless_deletable(stack, retained)
                stack.token = self._get_param("ClientRequestToken")
                deployment.delete(region, stack, retained)
        return EmptyResult()

    def cancel_update_stack(self) -> ActionResult:
        with one_at_a_time:
            stack = self.region_.find(self._get_param("StackName"))
            if stack.status != "UPDATE_IN_PROGRESS":
                raise ValidationError("CancelUpdateStack cannot be called from current stack status")
            stack.cancelled = True
        return EmptyResult()

    def continue_update_rollback(self) -> ActionResult:
        raise ValidationError("Local AWS cannot continue a rollback: delete the stack and launch it again")

    def update_termination_protection(self) -> ActionResult:
        stack = self.region_.find(self._get_param("StackName"))
        stack.protected = self._get_param("EnableTerminationProtection")
        return ActionResult({"StackId": stack.stack_id})

    def set_stack_policy(self) -> ActionResult:
        self.region_.find(self._get_param("StackName")).policy = self._get_param("StackPolicyBody")
        return EmptyResult()

    # Looking at stacks

    def describe_stacks(self) -> ActionResult:
        name = self._get_param("StackName")
        region = self.region_
        stacks = [region.find(name)] if name else list(region.stacks.values())
        return ActionResult({"Stacks": [answers.description(stack) for stack in stacks]})

    def list_stacks(self) -> ActionResult:
        region = self.region_
        wanted = self._get_param("StackStatusFilter", [])
        stacks = [*region.stacks.values(), *region.deleted.values()]
        summaries = [answers.summary(stack) for stack in stacks if not wanted or stack.status in wanted]
        return ActionResult({"StackSummaries": summaries})

    def describe_stack_events(self) -> ActionResult:
        stack = self.region_.find(self._get_param("StackName"), "Stack [{}] does not exist")
        newest_first = reversed(stack.events)
        return ActionResult({"StackEvents": [answers.event(stack, event) for event in newest_first]})

    def describe_stack_resources(self) -> ActionResult:
        region = self.region_
        only = self._get_param("LogicalResourceId")
        if physical_id := self._get_param("PhysicalResourceId"):
            stack = region.owner(physical_id)
            if stack is None:
                raise ValidationError(f"Stack for {physical_id} does not exist")
        else:
            stack = region.find(self._get_param("StackName"))
        resources = [
            answers.resource(stack, r) for r in list(stack.resources.values()) if only in (None, r.logical_id)
        ]
        return ActionResult({"StackResources": resources})

    def describe_stack_resource(self) -> ActionResult:
        name, logical_id = self._get_param("StackName"), self._get_param("LogicalResourceId")
        stack = self.region_.find(name, "Stack '{}' does not exist")
        if logical_id not in stack.resources:
            raise ValidationError(f"Resource {logical_id} does not exist for stack {name}")
        detail = answers.resource(stack, stack.resources[logical_id], "LastUpdatedTimestamp")
        return ActionResult({"StackResourceDetail": detail})

    def list_stack_resources(self) -> ActionResult:
        stack = self.region_.find(self._get_param("StackName"))
        summaries = [answers.resource(stack, r, "LastUpdatedTimestamp") for r in list(stack.resources.values())]
        return ActionResult({"StackResourceSummaries": summaries})

    def get_template(self) -> ActionResult:
        if name := self._get_param("ChangeSetName"):
            body = change_set.find(self.region_, name, self._get_param("StackName")).target.body
        else:
            stack = self.region_.find(self._get_param("StackName"))
            in_review = stack.target is None and not refuse_template_in_review
            body = "" if in_review else self._wanted(stack).body
        return ActionResult({"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]})

    def get_template_summary(self) -> ActionResult:
        if name := self._get_param("StackName"):
            stack = self.region_.find(name)
            if stack.status == "REVIEW_IN_PROGRESS":
                raise ValidationError("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
            document = self._wanted(stack).template
        else:
            document = template.parse(self._body())
        return ActionResult(
            {
                "Capabilities": capabilities.needed(document),
                "Description": document.get("Description"),
                "Parameters": [answers.declaration(key, p) for key, p in document.get("Parameters", {}).items()],
                "ResourceIdentifierSummaries": imports.summaries(document),
                "ResourceTypes": [resource["Type"] for resource in document["Resources"].values()],
                "Version": document.get("AWSTemplateFormatVersion"),
            }
        )

    def validate_template(self) -> ActionResult:
        document = template.parse(self._body())
        return ActionResult(
            {
                "Description": document.get("Description"),
                "Parameters": [answers.parameter(key, p) for key, p in document.get("Parameters", {}).items()],
                "Capabilities": capabilities.needed(document),
            }
        )

    def get_stack_policy(self) -> ActionResult:
        return ActionResult({"StackPolicyBody": self.region_.find(self._get_param("StackName")).policy})

    def list_exports(self) -> ActionResult:
        exports = [
            {"ExportingStackId": stack.stack_id, "Name": name, "Value": value}
            for name, (stack, value) in self.region_.exports().items()
        ]
        return ActionResult({"Exports": exports})

    def list_imports(self) -> ActionResult:
        name = self._get_param("ExportName")
        users = [stack.name for stack in self.region_.importers(name)]
        if not users:
            raise ValidationError(f"Export '{name}' is not imported by any stack.")
        return ActionResult({"Imports": users})

    # Change sets

    def create_change_set(self) -> ActionResult:
        with one_at_a_time:
            region, name = self.region_, self._get_param("StackName")
            made_as, kind = self._get_param("ChangeSetName"), self._get_param("ChangeSetType", "UPDATE")
            stack = change_set.stack_for(region, name, made_as, kind)
            if self._get_param("ImportExistingResources"):
                raise ValidationError("Local AWS does not implement ImportExistingResources")
            wanted = imports.wanted(self._get_param("ResourcesToImport", [])) if kind == "IMPORT" else None
            target = self._target(stack)
            region.check(stack, target, self._get_param("Capabilities", []))
            if stack.target:
                refuse_unless_updatable(stack)
            if wanted is not None:
                imports.check(region, stack, target, wanted, self._get_param("RoleARN"))
            if stack.target is None:
                self._take_options(stack)
            made = change_set.create(region, stack, target, made_as, self._get_param("Description"), wanted)
        return ActionResult({"Id": made.id, "StackId": stack.stack_id})

    def describe_change_set(self) -> ActionResult:
        return ActionResult(self._change_set().description())

    def list_change_sets(self) -> ActionResult:
        stack = self.region_.find(self._get_param("StackName"))
        sets = [s.summary() for s in self.region_.change_sets.values() if s.stack is stack]
        return ActionResult({"Summaries": sets})

    def delete_change_set(self) -> ActionResult:
        self.region_.change_sets.pop(self._change_set().id)
        return EmptyResult()

    def execute_change_set(self) -> ActionResult:
        with one_at_a_time:
            change_set.execute(self.region_, self._change_set())
        return EmptyResult()

    def _change_set(self) -> change_set.ChangeSet:
        return change_set.find(self.region_, self._get_param("ChangeSetName"), self._get_param("StackName"))

    # Drift

    def detect_stack_drift(self) -> ActionResult:
        with one_at_a_time:
            region = self.region_
            stack = region.find(self._get_param("StackName"))
            detection = drift.detect(region, stack, self._get_param("LogicalResourceIds"))
        return ActionResult({"StackDriftDetectionId": detection})

    def describe_stack_drift_detection_status(self) -> ActionResult:
        detection = self._get_param("StackDriftDetectionId")
        return ActionResult(drift.status(self.region_, detection))

    def describe_stack_resource_drifts(self) -> ActionResult:
        stack = self.region_.find(self._get_param("StackName"))
        wanted = self._get_param("StackResourceDriftStatusFilters", [])
        found = [
            resource.drift
            for resource in stack.resources.values()
            if resource.drift and (not wanted or resource.drift["StackResourceDriftStatus"] in wanted)
        ]
        return ActionResult({"StackResourceDrifts": found})

    # What the requests have in common

    def _target(self, stack: Stack | None) -> Target:
        """The template, parameters and tags of a request; `stack` is what an update starts from."""
        old = stack.target if stack else None
        body = old.body if old and self._get_param("UsePreviousTemplate") else self._body()
        declared = template.parse(body).get("Parameters", {})
        tags = self._get_param("Tags")
        return Target(
            body,
            parameters.effective(
                declared, self._get_param("Parameters", []), old.parameters if old else {}
            ),
            {tag["Key"]: tag["Value"] for tag in tags} if tags is not None else dict(old.tags) if old else {},
        )

    def _body(self) -> str:
        body, url = self._get_param("TemplateBody"), self._get_param("TemplateURL")
        if bool(body) == bool(url):
            raise ValidationError("Either Template URL or Template Body must be specified.")
        if url:
            return get_stack_from_s3_url(url, account_id=self.current_account, partition=self.partition)
        template.check_size(body)
        return str(body)

    def _take_options(self, stack: Stack) -> None:
        stack.token = self._get_param("ClientRequestToken")
        for key in ("RoleARN", "NotificationARNs", "Capabilities", "TimeoutInMinutes", "DisableRollback", "OnFailure"):
            if (value := self._get_param(key)) is not None:
                stack.options[key] = value
        if self._get_param("EnableTerminationProtection"):
            stack.protected = True
        if policy := self._get_param("StackPolicyBody"):
            stack.policy = policy

    @staticmethod
    def _wanted(stack: Stack) -> Target:
        if stack.target is None:
            raise ValidationError(f"Stack {stack.name} has no template yet: it is in {stack.status} state")
        return stack.target


UPDATABLE = (
    "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE",
)  # fmt: skip


def refuse_unless_updatable(stack: Stack) -> None:
    if stack.target and stack.status in UPDATABLE:
        return
    raise ValidationError(f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def refuse_unless_deletable(stack: Stack, retained: list[str]) -> None:
    if stack.status.endswith("_IN_PROGRESS") and stack.status not in ("CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"):
        raise ValidationError(f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}")
    if retained and stack.status != "DELETE_FAILED":
        raise ValidationError(
            f"Invalid operation on stack [{stack.stack_id}]. When you delete a stack, specify which resources to "
            "retain only when the stack is in the DELETE_FAILED state."
        )
    for logical_id in retained:
        if logical_id not in stack.resources or not stack.resources[logical_id].is_there:
            raise ValidationError(
                "The specified resources to retain must be in a valid state. Do not specify resources that are in "
                "the DELETE_COMPLETE state."
            )


def install() -> None:
    """Our operations in the place of moto's, whose engine skips what it does not know."""
    urls.url_paths["{0}/$"] = CloudFormationResponse.dispatch
