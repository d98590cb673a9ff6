"""Whether the stacks that a stack depends on stand still.

Sceptre passes a stack over that CloudFormation is working on, because another launch began it or a killed one left it,
and goes on with those that need it. They would be made of what is not there yet, or of old outputs.
"""

from botocore.exceptions import BotoCoreError, ClientError
from sceptre.stack import Stack

from .errors import SesameError

# The points before something is made. They come before the parameters, which may be outputs of the dependencies.
POINTS = ("before_create", "before_update", "before_create_change_set")


def refuse_in_progress(stack: Stack) -> None:
    for dependency in stack.dependencies:
        status = _status(dependency)
        if _is_changing(status):
            raise SesameError(
                f"stack `{dependency.external_name}`, which this one depends on, is {status}: "
                "launch again when that has ended"
            )


def _is_changing(status: str) -> bool:
    """A clean-up only deletes what is replaced, and what is in review is not begun."""
    return (
        status.endswith("_IN_PROGRESS")
        and not status.endswith("_CLEANUP_IN_PROGRESS")
        and status != "REVIEW_IN_PROGRESS"
    )


def _status(stack: Stack) -> str:
    try:
        answer = stack.connection_manager.call(
            service="cloudformation", command="describe_stacks", kwargs={"StackName": stack.external_name}
        )
    except ClientError as error:
        if error.response["Error"]["Message"].endswith("does not exist"):
            return ""
        raise SesameError(f"cannot look at `{stack.external_name}`, which this stack depends on: {error}") from error
    except BotoCoreError as error:
        raise SesameError(f"cannot look at `{stack.external_name}`, which this stack depends on: {error}") from error
    return str(answer["Stacks"][0]["StackStatus"])
